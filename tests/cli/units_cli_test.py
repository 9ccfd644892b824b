"""The systemd units of docs/: systemd itself finds nothing wrong with them, and they stay hardened.

The environment variable MTUSCOPE names the executable. One method: units_cli_test.py Class.method
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ.get("MTUSCOPE", "mtuscope")
DOCS = Path(__file__).parents[2] / "docs"
# The most that `systemd-analyze security` may say, times 10: of 100, for a unit that is not hardened about 96.
EXPOSURE = {"mtuscope-reflect.service": 15, "mtuscope-watch.service": 22}


def analyze(*args):
    return subprocess.run(["systemd-analyze", *args], capture_output=True, text=True, timeout=60)


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed (see tests/packages.txt)")
class UnitsTest(unittest.TestCase):
    def units(self):
        found = {path.name: path for path in DOCS.rglob("*.service")}
        self.assertEqual(found.keys(), EXPOSURE.keys())
        return found

    def test_systemd_accepts_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, path in self.units().items():
                # Not installed here, and verify wants the program to exist.
                text = path.read_text().replace("/usr/local/bin/mtuscope", os.path.abspath(PROGRAM))
                unit = Path(folder, name)
                unit.write_text(text)
                done = analyze("verify", "--man=no", str(unit))
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), name)

    def test_a_line_that_systemd_does_not_know_would_be_noticed(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = Path(folder, "broken.service")
            unit.write_text("[Service]\nExecStart=/bin/true\nProtectEverything=yes\n")
            self.assertIn("ProtectEverything", analyze("verify", "--man=no", str(unit)).stderr)

    def test_they_may_hardly_do_anything_else(self):
        for name, path in self.units().items():
            done = analyze("security", "--offline=yes", f"--threshold={EXPOSURE[name]}", str(path))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_program_understands_what_they_start(self):
        for name, path in self.units().items():
            command = re.search(r"^ExecStart=/usr/local/bin/mtuscope (.*)$", path.read_text(), re.M).group(1)
            done = subprocess.run([PROGRAM, *command.split(), "--no-such-option"], capture_output=True, text=True,
                                  timeout=60)  # fmt: skip
            self.assertEqual(done.returncode, 2, name)
            self.assertEqual(re.findall(r"--[a-z-]+", done.stderr)[0], "--no-such-option", done.stderr)


if __name__ == "__main__":
    unittest.main()
