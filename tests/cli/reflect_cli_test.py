"""`mtuscope reflect` and `probe --method reflector` as the shell meets them, over the loopback interface.

The environment variable MTUSCOPE names the executable. One method: reflect_cli_test.py Class.method
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import unittest

PROGRAM = os.environ.get("MTUSCOPE", "mtuscope")
OK, PROBLEM, CANNOT, INCONCLUSIVE = 0, 1, 2, 3
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
OTHER_KEY = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        return str(unused.getsockname()[1])


class ReflectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
        return path

    @contextlib.contextmanager
    def reflector(self, *args, ending=signal.SIGINT):
        """Yields its port and its first words; self.summary is the rest."""
        port = free_port()
        process = subprocess.Popen([PROGRAM, "reflect", "--listen", "127.0.0.1", "--port", port, *args],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        try:
            begin = process.stdout.readline()
            self.assertIn("Reflecting at", begin)
            yield port, begin
        finally:
            process.send_signal(ending)
            self.summary, errors = process.communicate(timeout=30)
        self.assertEqual((process.returncode, errors), (OK, ""))

    def probe(self, port, *args, status):
        done = subprocess.run([PROGRAM, "probe", "--json", "--max", "1500", "127.0.0.1", "--method", "reflector",
                               "--port", port, *args], capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return json.loads(done.stdout) if status != CANNOT else done.stderr

    def test_both_directions_are_measured_on_their_own(self):
        for ending in (signal.SIGINT, signal.SIGTERM):
            with self.reflector(ending=ending) as (port, begin):
                report = self.probe(port, status=OK)
            self.assertIn("127.0.0.1:" + port, begin)
            self.assertEqual([p["direction"] for p in report["probe"]], ["forward", "reverse"])
            self.assertEqual([p["pmtu"] for p in report["probe"]], [1500, 1500])
            self.assertIn("Served 1 host", self.summary)

    def test_who_has_another_key_is_not_answered(self):
        key, other = self.file("key", KEY), self.file("other", OTHER_KEY)
        with self.reflector("--key", key) as (port, _):
            self.assertEqual(self.probe(port, "--key", key, status=OK)["summary"]["status"], "ok")
            report = self.probe(port, "--key", other, status=INCONCLUSIVE)
        self.assertIn("no reflector answers", report["summary"]["headline"])
        self.assertIn("not authentic", self.summary)

    def test_a_key_that_every_user_can_read_is_warned_of_and_works(self):
        key = self.file("key", KEY)
        with self.reflector("--key", key) as (port, _):
            for mode, says in ((0o600, None), (0o640, None), (0o644, "read the key"), (0o602, "change the key")):
                os.chmod(key, mode)
                done = subprocess.run([PROGRAM, "probe", "--quiet", "--max", "1500", "127.0.0.1", "--port", port,
                                       "--key", key], capture_output=True, text=True, timeout=60)  # fmt: skip
                self.assertEqual(done.returncode, OK, done.stdout + done.stderr)
                if says is None:
                    self.assertEqual(done.stderr, "", oct(mode))
                else:
                    self.assertIn(says, done.stderr)
                    self.assertIn("chmod 600 " + key, done.stderr)

    def test_a_reflector_without_a_key_says_so(self):
        with self.reflector() as (port, _):
            report = self.probe(port, "--key", self.file("key", KEY), status=INCONCLUSIVE)
        self.assertIn("has no key", report["summary"]["headline"])

    def test_nobody_there_is_said_at_once(self):
        report = self.probe(free_port(), status=INCONCLUSIVE)
        self.assertIn("nothing listens", report["summary"]["headline"])
        self.assertEqual(report["probe"]["verdict"], "unanswered")

    def test_what_cannot_be_done_is_said_with_the_next_action(self):
        with self.reflector() as (port, _):
            for args, says in (
                (["--listen", "127.0.0.1", "--port", port], "Something else uses that port"),
                (["--listen", "192.0.2.254"], "ip address"),
                (["--interface", "nope0"], "ip link"),
                (["--key", "/nonexistent"], "/nonexistent"),
                (["--key", self.file("bad", "secret\n")], "wg genpsk"),
            ):
                done = subprocess.run([PROGRAM, "reflect", *args], capture_output=True, text=True, timeout=30)
                self.assertEqual(done.returncode, CANNOT, args)
                self.assertEqual((done.stdout, len(done.stderr.splitlines())), ("", 2), done.stderr)
                self.assertIn(says, done.stderr)

    def test_quiet_says_nothing(self):
        port = free_port()
        process = subprocess.Popen([PROGRAM, "reflect", "-q", "--listen", "127.0.0.1", "--port", port],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        report = {"summary": {"status": ""}}
        while report["summary"]["status"] != "ok":  # it has begun to listen when it answers
            done = subprocess.run([PROGRAM, "probe", "--json", "--max", "1500", "127.0.0.1", "--method", "reflector",
                                   "--port", port], capture_output=True, text=True, timeout=60)  # fmt: skip
            report = json.loads(done.stdout)
        process.terminate()
        self.assertEqual(process.communicate(timeout=30)[0], b"")


if __name__ == "__main__":
    unittest.main()
