"""Running one command of mtuscope, and what every command must keep to when it refuses."""

import os
import pathlib
import subprocess
import unittest

PROGRAM = os.environ.get("MTUSCOPE", "mtuscope")
# The developer's own defaults are not what is tested.
os.environ["XDG_CONFIG_HOME"] = str(pathlib.Path(__file__).resolve().parent.parent / "no_config")
OK, PROBLEM, CANNOT, INCONCLUSIVE = 0, 1, 2, 3


class CommandCase(unittest.TestCase):
    command = ""

    def run_command(self, *args, status=None):
        done = subprocess.run([PROGRAM, self.command, *args], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)  # fmt: skip
        self.assertNotIn("Sanitizer", done.stderr)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def assert_refused(self, *args, says=()):
        done = self.run_command(*args, status=CANNOT)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)
        for text in says:
            self.assertIn(text, done.stderr)
