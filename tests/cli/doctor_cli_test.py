"""`mtuscope doctor` as the shell meets it, over the loopback interface: exit statuses, streams, errors.

The environment variable MTUSCOPE names the executable. One method: doctor_cli_test.py Class.method
"""

import json
import pathlib
import socket
import tempfile
import unittest

from command_case import OK, PROBLEM, CommandCase

STATES = {"ok", "notable", "wrong", "unknown"}


class DoctorTest(CommandCase):
    command = "doctor"

    def test_nothing_is_wrong_with_the_loopback(self):
        done = self.run_command("127.0.0.1", status=OK)
        self.assertTrue(done.stdout.startswith("No black hole"), done.stdout)
        self.assertIn("127.0.0.1 through lo", done.stdout)
        self.assertEqual(done.stderr, "")

    def test_json_is_one_document_with_its_checks(self):
        report = json.loads(self.run_command("--json", "127.0.0.1", status=OK).stdout)
        self.assertEqual(report["command"], "doctor")
        self.assertEqual(report["probe"]["interface"], "lo")
        checks = {check["check"]: check for check in report["checks"]}
        self.assertLessEqual({"route", "interface", "path", "kernel", "firewall"}, checks.keys())
        for check in checks.values():
            self.assertIn(check["state"], STATES)
            self.assertTrue(check["looked_at"])
            self.assertTrue(check["found"] or check["unseen"])

    def test_verifying_says_that_it_is_fixed(self):
        done = self.run_command("--verify", "-q", "127.0.0.1", status=OK)
        self.assertTrue(done.stdout.startswith("Fixed: no black hole"), done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), 1)

    def test_a_service_that_takes_data_is_well_and_one_that_is_not_there_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            self.assertIn("takes data", self.run_command("--port", str(port), "127.0.0.1", status=OK).stdout)
        done = self.run_command("--port", str(port), "127.0.0.1", status=PROBLEM)
        self.assertIn(f"127.0.0.1:{port} refuses connections", done.stdout)

    def test_a_damaged_wg_quick_file_is_refused_with_its_line(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("[Interface]\nPrivateKey = 0123456789\nMTUU = 1420\n")
            file.flush()
            self.assert_refused("--wg-config", file.name, "127.0.0.1", says=["line 3", "Did you mean MTU?"])

    def test_defaults_and_a_wg_quick_file_go_together(self):
        with tempfile.TemporaryDirectory() as folder:
            config, tunnel, other = (f"{folder}/{name}" for name in ("mtuscope.conf", "wg0.conf", "wg1.conf"))
            pathlib.Path(config).write_text(f"[doctor]\nwg-config = {tunnel}\nquiet = true\n", encoding="ascii")
            pathlib.Path(other).write_text("[Interface]\nMTU = 1420\n", encoding="ascii")
            # The file that the defaults name is not there; a flag counts more than they do.
            self.assert_refused("--config", config, "127.0.0.1", says=["wg0.conf"])
            done = self.run_command("--config", config, "--wg-config", other, "127.0.0.1", status=OK)
            self.assertEqual(len(done.stdout.splitlines()), 1, "quiet, as the defaults say")
            pathlib.Path(config).write_text("[doctor]\nwg-confg = x\n", encoding="ascii")
            self.assert_refused(
                "--wg-config", other, "--config", config, "127.0.0.1", says=["mtuscope.conf:2", "wg-config"]
            )

    def test_what_cannot_be_done_is_said_with_the_next_action(self):
        self.assert_refused("127.0.0.1", "--via", "nope0", says=["nope0", "ip link"])
        self.assert_refused("no.such.host.invalid", says=["no.such.host.invalid"])
        self.assert_refused("127.0.0.1", "--wg-config", "/nowhere/wg0.conf", says=["/nowhere/wg0.conf"])
        self.assert_refused("127.0.0.1", "--port", "70000", says=["70000"])
        self.assert_refused("127.0.0.1", "--verfy", says=["--verify"])
        self.assert_refused(says=["no host"])


if __name__ == "__main__":
    unittest.main()
