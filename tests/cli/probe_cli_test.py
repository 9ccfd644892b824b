"""`mtuscope probe` as the shell meets it, over the loopback interface: exit statuses, streams, errors.

The environment variable MTUSCOPE names the executable. One method: probe_cli_test.py Class.method
"""

import json
import unittest

from command_case import OK, CommandCase


class ProbeTest(CommandCase):
    command = "probe"

    def test_the_loopback_has_no_limit(self):
        done = self.run_command("127.0.0.1", status=OK)
        self.assertIn("No black hole", done.stdout)
        self.assertIn("a second", done.stdout.split("No black hole")[0], "what is sent is said first")
        self.assertEqual(done.stderr, "")

    def test_json_is_one_document(self):
        report = json.loads(self.run_command("--json", "127.0.0.1", status=OK).stdout)
        self.assertEqual(report["command"], "probe")
        self.assertEqual(report["summary"]["status"], "ok")
        self.assertEqual(report["probe"]["verdict"], "no-limit")
        self.assertEqual(report["probe"]["interface"], "lo")

    def test_quiet_is_one_line(self):
        self.assertEqual(len(self.run_command("-q", "127.0.0.1", status=OK).stdout.splitlines()), 1)

    def test_a_size_range_is_kept(self):
        report = json.loads(self.run_command("--json", "--min", "100", "--max", "1300", "127.0.0.1",
                                           status=OK).stdout)  # fmt: skip
        self.assertEqual(report["probe"]["lower"], 1300)

    def test_udp_needs_no_privilege(self):
        report = json.loads(self.run_command("--json", "--method", "udp", "127.0.0.1", status=OK).stdout)
        self.assertEqual((report["probe"]["method"], report["probe"]["direction"]), ("udp", "forward"))

    def test_what_cannot_be_done_is_said_with_the_next_action(self):
        self.assert_refused("127.0.0.1", "--via", "nope0", says=["nope0", "ip link"])
        self.assert_refused("no.such.host.invalid", says=["no.such.host.invalid"])
        self.assert_refused("127.0.0.1", "-6", says=["IPv6"])
        self.assert_refused("--min", "20", "127.0.0.1", says=["20", "smallest"])
        self.assert_refused(says=["no host"])

    def test_an_address_of_no_single_host_is_refused(self):
        for address in ("224.0.0.1", "ff02::1", "255.255.255.255", "127.255.255.255", "0.0.0.0", "::"):
            self.assert_refused(address, says=[address, "not that of a host", "give its own address"])


if __name__ == "__main__":
    unittest.main()
