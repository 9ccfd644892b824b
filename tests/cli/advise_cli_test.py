"""`mtuscope advise` as the shell meets it: exit statuses, streams, errors.

The environment variable MTUSCOPE names the executable. One method: advise_cli_test.py Class.method
"""

import json
import os
import subprocess
import unittest

PROGRAM = os.environ.get("MTUSCOPE", "mtuscope")
OK, CANNOT = 0, 2


class AdviseTest(unittest.TestCase):
    def run_advise(self, *args, status=OK):
        done = subprocess.run([PROGRAM, "advise", *args], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)  # fmt: skip
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def test_the_answer_is_read_in_seconds(self):
        text = self.run_advise("--link", "pppoe", "--tunnel", "wireguard", "--underlay", "ipv6").stdout
        self.assertTrue(text.startswith("MTU 1412, MSS 1372 for IPv4 and 1352 for IPv6.\n"), text)
        self.assertIn("1500 - 8 PPPoE - 80 WireGuard over IPv6 = 1412", text)
        self.assertIn("MTU = 1412", text)
        self.assertIn("mtuscope probe", text)
        self.assertRegex(text, r"^[ -~\n]*$")

    def test_json_is_a_report(self):
        report = json.loads(self.run_advise("--json", "--path-mtu", "1460", "-t", "wg").stdout)
        self.assertEqual((report["schema"], report["command"]), ("mtuscope/report/1", "advise"))
        advice = report["recommendations"][0]
        self.assertEqual((advice["mtu"], advice["mss_ipv4"], advice["certainty"]), (1400, 1360, "exact"))

    def test_what_is_for_a_json_file_is_one(self):
        report = json.loads(self.run_advise("--json", "--path-mtu", "1400", "--for", "docker",
                                            "--for", "docker-networks").stdout)  # fmt: skip
        bridge, networks = (json.loads(fix["change"]) for fix in report["recommendations"][0]["fixes"])
        self.assertEqual(bridge, {"mtu": 1400})
        self.assertEqual(networks["default-network-opts"]["bridge"]["com.docker.network.driver.mtu"], "1400")

    def test_quiet_is_one_line(self):
        self.assertEqual(len(self.run_advise("-q", "--link", "gcp").stdout.splitlines()), 1)

    def test_the_list_is_for_people_and_programs(self):
        self.assertIn("esp-gcm", self.run_advise("--list").stdout)
        tunnels = json.loads(self.run_advise("--list", "--json").stdout)["tunnels"]
        wireguard = next(tunnel for tunnel in tunnels if tunnel["name"] == "wireguard")
        self.assertEqual((wireguard["overhead_ipv4"], wireguard["overhead_ipv6"]), ("60", "80"))

    def test_what_cannot_be_answered_is_said_with_the_next_action(self):
        for args, says in [
            ([], "--list"),
            (["--tunnel", "wiregaurd"], "wireguard"),
            (["--link", "pppeo"], "pppoe"),
            (["--tunnel", "wg", "--for", "nixso"], "nixos"),
            (["--link", "70", "--tunnel", "wg:ipv6"], "MTU of the link"),
            (["--link", "gcp", "--path-mtu", "1400"], "mtuscope help advise"),
        ]:
            done = self.run_advise(*args, status=CANNOT)
            self.assertEqual(done.stdout, "")
            self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)
            self.assertIn(says, done.stderr)


if __name__ == "__main__":
    unittest.main()
