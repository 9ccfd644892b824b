"""`mtuscope watch` and `analyze --json-lines` as a user and a pipeline meet them. What needs live traffic is in
tests/lab/watches.

The environment variable MTUSCOPE names the executable. One method: watch_cli_test.py Class.method
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import tiny_capture

PROGRAM = os.environ.get("MTUSCOPE", "mtuscope")


def run(*args):
    done = subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


class WatchOptionsTest(unittest.TestCase):
    def refused(self, *args):
        status, out, err = run("watch", *args)
        self.assertEqual((status, out), (2, ""), err)
        self.assertEqual(len(err.splitlines()), 2, err)
        return err

    def test_an_interface_must_be_named(self):
        self.assertIn("mtuscope watch -i wg0", self.refused())

    def test_wrong_values_say_what_is_right(self):
        self.assertIn("90s, 10m", self.refused("-i", "lo", "--duration", "5 parsecs"))
        self.assertIn("64M", self.refused("-i", "lo", "--memory", "lots"))
        self.assertIn("64M", self.refused("-i", "lo", "--memory", "1M"))
        self.assertIn("named twice", self.refused("-i", "lo", "-i", "lo"))
        self.assertIn("-i any", self.refused("-i", "lo", "-i", "any"))
        self.assertIn("--duration", self.refused("-i", "lo", "--durration", "5s"))

    def test_help_names_its_exit_statuses(self):
        status, out, _ = run("help", "watch")
        self.assertEqual(status, 0)
        for word in ("--memory", "--metrics", "--write", "Exit status", "CAP_NET_RAW"):
            self.assertIn(word, out)


class JsonLinesTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="mtuscope-cli-")
        self.addCleanup(directory.cleanup)
        self.dir = pathlib.Path(directory.name)
        self.bad = self.file("bad.pcap", tiny_capture.black_hole())
        self.good = self.file("good.pcap", tiny_capture.healthy())
        self.junk = self.file("junk.pcap", b"this is no capture, and says so at length")

    def file(self, name, content):
        path = self.dir / name
        path.write_bytes(content)
        return str(path)

    def test_each_capture_is_a_line(self):
        status, out, err = run("analyze", "--json-lines", self.bad, self.good)
        self.assertEqual((status, err), (1, ""))
        reports = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([r["schema"] for r in reports], ["mtuscope/report/1"] * 2)
        self.assertEqual([r["summary"]["status"] for r in reports], ["problem", "ok"])
        self.assertEqual([r["sources"][0]["path"] for r in reports], [self.bad, self.good])

    def test_what_cannot_be_read_is_a_line_too(self):
        status, out, _ = run("analyze", "--json-lines", self.junk, self.bad)
        self.assertEqual(status, 2)
        junk, bad = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((junk["schema"], junk["path"]), ("mtuscope/error/1", self.junk))
        self.assertTrue(junk["what"] and junk["hint"])
        self.assertEqual(bad["summary"]["status"], "problem")

    def test_it_says_the_same_as_json(self):
        _, out, _ = run("analyze", "--json-lines", self.bad)
        _, alone, _ = run("analyze", "--json", self.bad)
        self.assertEqual(json.loads(out), json.loads(alone))
        self.assertEqual(len(out.splitlines()), 1)

    def test_both_forms_exclude_each_other(self):
        status, _, err = run("analyze", "--json-lines", "--json", self.bad)
        self.assertEqual(status, 2)
        self.assertIn("--json-lines alone", err)


if __name__ == "__main__":
    unittest.main()
