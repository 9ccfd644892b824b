"""What `mtuscope check` is to the shell and to CI: exit statuses, streams, files that it writes.

The environment variable MTUSCOPE names the executable. One method: check_cli_test.py Class.method
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import tiny_capture

PROGRAM = os.environ.get("MTUSCOPE", "mtuscope")
ROOT = pathlib.Path(__file__).resolve().parents[2]
OK, DIFFERS, CANNOT = 0, 1, 2
TRUE = {"exit": 1, "must": [{"kind": "pmtu-blackhole", "src": "10.9.0.2", "lower": [100, 1419], "upper": 1420}],
        "must_not": [{"kind": "path-outage"}]}  # fmt: skip
UNPRINTABLE = "a\x1b[2J<&\"'>\x01"


class CheckTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="mtuscope-check-")
        self.addCleanup(directory.cleanup)
        self.dir = pathlib.Path(directory.name)

    def capture(self, name, content=None):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tiny_capture.black_hole() if content is None else content)

    def expect(self, name, expectation):
        path = self.dir / f"{name}.expect.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(expectation if isinstance(expectation, str) else json.dumps(expectation, indent=1))
        return path

    def case(self, name, expectation, content=None):
        self.capture(f"{name}.pcap", content)
        return self.expect(name, expectation)

    def check(self, *args, status, cwd=None):
        done = subprocess.run([PROGRAM, "check", *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=100, cwd=cwd or self.dir)  # fmt: skip
        done.out, done.err = done.stdout.decode(), done.stderr.decode()
        self.assertEqual(done.returncode, status, done.out + done.err)
        return done

    def document(self, *args, status):
        return json.loads(self.check("--json", *args, status=status).out)

    def outcomes(self, *args, status):
        return {case["name"]: case["outcome"] for case in self.document(*args, status=status)["cases"]}


class JudgeTest(CheckTest):
    def test_all_as_expected_is_0(self):
        self.case("a", TRUE)
        self.case("sub/b", {"exit": 0, "must_not": [{"kind": "pmtu-blackhole"}]}, tiny_capture.healthy())
        done = self.check(".", status=OK)
        self.assertEqual((done.out, done.err), ("2 captures as expected.\n", ""))
        self.assertEqual(self.check("-q", ".", status=OK).out, "")
        self.assertIn("ok sub/b\n", self.check("-v", ".", status=OK).out)

    def test_a_finding_that_is_missing_is_shown_with_what_was_found_instead(self):
        self.case("a", {"must": [{"kind": "pmtu-blackhole", "upper": [1381, 1400]}], "truth": "built so"})
        out = self.check(".", status=DIFFERS).out
        for text in ("FAILED a\n", "missing", "- upper is 1420, not 1381 to 1400", "built so", "0 of 1 capture"):
            self.assertIn(text, out)

    def test_a_finding_of_another_kind(self):
        self.case("a", {"must": [{"kind": "random-loss"}]})
        self.assertIn("no finding of this kind", self.check(".", status=DIFFERS).out)

    def test_a_forbidden_finding(self):
        self.case("a", {"must_not": [{"kind": "pmtu-blackhole", "confidence": "confirmed"}]})
        self.assertIn("forbidden", self.check(".", status=DIFFERS).out)

    def test_another_exit_status(self):
        self.case("a", {"exit": [0, 3]})
        self.assertIn("exit       1, not 0 or 3 (line 2)", self.check(".", status=DIFFERS).out)

    def test_an_orphan_of_either_kind_fails(self):
        self.capture("alone.pcap")
        self.expect("gone", {})
        self.assertEqual(self.outcomes(".", status=DIFFERS), {"alone": "no-expectation", "gone": "no-capture"})

    def test_a_capture_that_an_expectation_names_and_that_is_not_there(self):
        self.expect("a", {"captures": ["here.pcap", "missing.pcap"]})
        self.capture("here.pcap")
        self.assertIn("names missing.pcap, which is not there", self.check(".", status=DIFFERS).out)

    def test_a_malformed_expectation_names_its_line_and_stops_no_other(self):
        self.case("a", '{"exit": 1,\n "must_nto": []}')
        self.case("b", '{"exit": 1,\n\n}')
        self.case("c", TRUE)
        out = self.check("-v", ".", status=CANNOT).out
        self.assertIn('a.expect.json:2: unknown key "must_nto"\n  Did you mean "must_not"?', out)
        self.assertIn("b.expect.json:3: not JSON", out)
        self.assertIn("ok c\n", out)

    def test_an_unreadable_capture_is_an_error_of_its_own(self):
        self.case("a", TRUE, b"this is no capture\n" * 9)
        self.case("b", TRUE)
        self.assertEqual(self.outcomes(".", status=CANNOT), {"a": "error", "b": "expected"})

    def test_several_captures_are_judged_together(self):
        content = tiny_capture.black_hole()
        header, half = len(tiny_capture.HEADER), len(tiny_capture.HEADER) + 5 * 16 + 48 + 48 + 40 + 120 + 40
        self.capture("one.pcap", content[:half])
        self.capture("two.pcap", content[:header] + content[half:])
        self.expect("both", {**TRUE, "captures": ["one.pcap", "two.pcap"]})
        self.assertEqual(self.outcomes(".", status=OK), {"both": "expected"})

    def test_a_filter_keeps_only_what_it_says(self):
        self.case("a", {"exit": 3, "must_not": [{"kind": "pmtu-blackhole"}], "filter": "udp"})
        self.check(".", status=OK)

    def test_a_single_capture_or_expectation(self):
        self.case("a", TRUE)
        self.case("b", {"exit": 0})
        for name in ("a.pcap", "a.expect.json", self.dir / "a.pcap"):
            self.assertIn("1 capture as expected.", self.check(name, status=OK).out)

    def test_the_number_of_jobs_changes_nothing(self):
        for i in range(20):
            self.case(f"{i:02}", TRUE if i % 3 else {"exit": 0})
        one = self.document("--jobs", 1, ".", status=DIFFERS)
        many = self.document("--jobs", 7, ".", status=DIFFERS)
        for document in (one, many):
            for case in document["cases"]:
                del case["seconds"]
        self.assertEqual(one, many)
        self.assertEqual([case["name"] for case in one["cases"]], [f"{i:02}" for i in range(20)])


class CannotRunTest(CheckTest):
    def refused(self, *args):
        done = self.check(*args, status=CANNOT)
        self.assertEqual(done.out, "")
        self.assertEqual(len(done.err.splitlines()), 2, done.err)
        return done.err

    def test_a_folder_that_is_not_there(self):
        self.assertIn("missing: No such file", self.refused("missing"))

    def test_a_folder_with_nothing_to_check(self):
        self.assertIn("nothing to check", self.refused("."))

    def test_no_folder(self):
        self.assertIn("no folder named", self.refused())

    def test_a_junit_file_that_cannot_be_written(self):
        self.case("a", TRUE)
        self.assertIn("no/such/r.xml", self.refused("--junit", "no/such/r.xml", "."))


class UpdateTest(CheckTest):
    def test_a_new_capture_gets_its_expectation_and_then_passes(self):
        self.capture("sub/a.pcap")
        out = self.check("--update", ".", status=OK).out
        self.assertIn("CREATED sub/a\n", out)
        self.assertIn('must: {"kind": "pmtu-blackhole"', " ".join(out.split()))
        written = json.loads((self.dir / "sub" / "a.expect.json").read_text())
        self.assertEqual(written["exit"], 1)
        self.assertEqual(self.outcomes(".", status=OK), {"sub/a": "expected"})

    def test_what_a_person_wrote_stays_and_every_change_is_said(self):
        path = self.case("a", {"truth": "ä 1392", "recipe": "r", "exit": [0, 3], "must": [
            {"kind": "pmtu-blackhole", "confidence": "suspected", "lower": [1, 1419]}, {"kind": "zero-window"}]})
        out = " ".join(self.check("--update", ".", status=OK).out.split())
        for change in ("exit: [0, 3] -> 1", 'must[0].confidence: "suspected" -> "confirmed"',
                       'must: removed {"kind": "zero-window"}', "1 updated"):
            self.assertIn(change, out)
        self.assertEqual(json.loads(path.read_text(encoding="utf-8")), {
            "truth": "ä 1392", "recipe": "r", "exit": 1,
            "must": [{"kind": "pmtu-blackhole", "confidence": "confirmed", "lower": [1, 1419]}]})
        self.check(".", status=OK)

    def test_what_holds_is_not_even_written(self):
        path = self.case("a", '{"exit":1,"must":[{"kind":"pmtu-blackhole"}]}')
        self.assertEqual(self.check("--update", ".", status=OK).out, "1 capture as expected.\n")
        self.assertEqual(path.read_text(), '{"exit":1,"must":[{"kind":"pmtu-blackhole"}]}')

    def test_the_missing_and_the_malformed_stay_as_they_are(self):
        self.expect("gone", {})
        path = self.case("broken", '{"mist": 1}')
        self.assertEqual(self.outcomes("--update", ".", status=CANNOT), {"gone": "no-capture", "broken": "error"})
        self.assertEqual(path.read_text(), '{"mist": 1}')

    def test_every_recorded_capture_survives_a_round_trip(self):
        for path in sorted((ROOT / "pcaps").glob("*.pcap*")):
            (self.dir / path.name).symlink_to(path)
        self.check("--update", ".", status=OK)
        self.check(".", status=OK)


class OutputTest(CheckTest):
    def one_of_each(self):
        self.case("as-expected", TRUE)
        self.case("differs", {"exit": 0, "truth": "<b>&\x01"})
        self.case("vpn/broken", '{"mist": 1}')
        self.capture("orphan.pcap")
        self.case(UNPRINTABLE.replace("/", ""), {"exit": 0})

    def test_junit_is_well_formed_and_counts_right(self):
        self.one_of_each()
        self.check("--junit", "r.xml", ".", status=CANNOT)
        root = xml.etree.ElementTree.parse(self.dir / "r.xml").getroot()
        self.assertEqual(root.tag, "testsuites")
        suite = root.find("testsuite")
        self.assertEqual({key: suite.get(key) for key in ("tests", "failures", "errors")},
                         {"tests": "5", "failures": "3", "errors": "1"})
        cases = {case.get("name"): case for case in suite.findall("testcase")}
        self.assertEqual(len(cases), 5)
        self.assertEqual(cases["broken"].get("classname"), "vpn")
        self.assertGreaterEqual(float(cases["differs"].get("time")), 0)
        self.assertIn("exit       1, not 0", cases["differs"].find("failure").text)
        self.assertEqual(cases["differs"].find("failure").get("message"), "exit 1, not 0")
        self.assertIn("pmtu-blackhole", cases["differs"].find("system-out").text)
        self.assertIn("mist", cases["broken"].find("error").get("message"))
        self.assertIsNone(cases["as-expected"].find("failure"))

    def test_json_is_one_document_and_nothing_else(self):
        self.one_of_each()
        document = self.document(".", status=CANNOT)
        self.assertEqual(document["schema"], "mtuscope/check/1")
        self.assertEqual(document["summary"]["cases"], 5)

    def test_names_cannot_steer_the_terminal(self):
        self.one_of_each()
        out = self.check("-v", "--color", "never", ".", status=CANNOT).out
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\x01", out)

    def test_colour_only_where_it_is_wanted(self):
        self.case("a", {"exit": 0})
        self.assertNotIn("\x1b", self.check(".", status=DIFFERS).out)
        self.assertIn("\x1b[1;31mFAILED a", self.check("--color=always", ".", status=DIFFERS).out)

    def test_a_closed_pipe_ends_it_quietly_with_its_status_and_its_junit(self):
        self.case("a", {"exit": 0})
        for output in ((), ("--json",), ("--verbose",)):
            reader, writer = os.pipe()
            os.close(reader)
            done = subprocess.run([PROGRAM, "check", "--junit", "r.xml", *output, "."], stdout=writer,
                                  stderr=subprocess.PIPE, cwd=self.dir, timeout=100)  # fmt: skip
            os.close(writer)
            self.assertEqual((done.returncode, done.stderr), (DIFFERS, b""))
            xml.etree.ElementTree.parse(self.dir / "r.xml")

    def test_lines_fit_eighty_columns(self):
        self.case("a", {"exit": 0, "must": [{"kind": "pmtu-blackhole", "upper": 1}], "truth": "so it is " * 30})
        for line in self.check(".", status=DIFFERS).out.splitlines():
            self.assertLessEqual(len(line), 80, line)


if __name__ == "__main__":
    unittest.main()
