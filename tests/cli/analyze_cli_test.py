"""What `mtuscope` is to the shell: exit statuses, streams, errors, terminals.

The environment variable MTUSCOPE names the executable. One method: analyze_cli_test.py Class.method
"""

import fcntl
import gzip
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

import tiny_capture

PROGRAM = os.environ.get("MTUSCOPE", "mtuscope")
ROOT = pathlib.Path(__file__).resolve().parents[2]
OK, PROBLEM, CANNOT, INCONCLUSIVE = 0, 1, 2, 3
ESCAPE = "\x1b"


class CliTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="mtuscope-cli-")
        self.addCleanup(directory.cleanup)
        self.dir = pathlib.Path(directory.name)
        self.bad = self.file("bad.pcap", tiny_capture.black_hole())
        self.good = self.file("good.pcap", tiny_capture.healthy())

    def file(self, name, content):
        path = self.dir / name
        path.write_bytes(content)
        return str(path)

    def run_program(self, *args, status=None, **more):
        environment = {**os.environ, **more.pop("env", {})}
        more.setdefault("stdin", None if "input" in more else subprocess.DEVNULL)
        if more["stdin"] is None:
            del more["stdin"]
        done = subprocess.run([PROGRAM, *args], capture_output=True, env=environment, timeout=100, **more)
        done.out, done.err = done.stdout.decode(), done.stderr.decode()
        self.assertNotIn("Sanitizer", done.err)
        if status is not None:
            self.assertEqual(done.returncode, status, done.out + done.err)
        return done

    def assert_refused(self, *args, says=(), **more):
        """Exit status 2, nothing on standard output, and two lines: what, and what to do next."""
        done = self.run_program(*args, status=CANNOT, **more)
        self.assertEqual(done.out, "")
        lines = done.err.splitlines()
        self.assertEqual(len(lines), 2, done.err)
        self.assertTrue(lines[0].startswith("mtuscope: "), done.err)
        self.assertGreater(len(lines[1].strip()), 5, done.err)
        for text in says:
            self.assertIn(text, done.err)


class HelpTest(CliTest):
    def test_every_way_to_help_is_a_success_on_standard_output(self):
        for args in ((), ("help",), ("--help",), ("help", "analyze"), ("analyze", "--help")):
            done = self.run_program(*args, status=OK)
            self.assertIn("Usage: mtuscope", done.out)
            self.assertEqual(done.err, "")
            self.assertLessEqual(max(map(len, done.out.splitlines())), 80)

    def test_version(self):
        self.assertRegex(self.run_program("--version", status=OK).out, r"^mtuscope \d+\.\d+\.\d+\n$")

    def test_wrong_option_is_answered_with_the_right_one(self):
        self.assert_refused("analyze", "--jsn", self.good, says=["--jsn", "--json", "mtuscope help analyze"])

    def test_wrong_command_is_answered_with_the_right_one(self):
        self.assert_refused("analyse", self.good, says=["mtuscope analyze"])

    def test_a_capture_in_place_of_a_command_is_answered_with_the_command(self):
        self.assert_refused(self.good, says=[f"Did you mean: mtuscope analyze {self.good}"])

    def test_no_capture_is_a_usage_error(self):
        self.assert_refused("analyze", says=["no capture"])

    def test_contradicting_options_are_a_usage_error(self):
        self.assert_refused("analyze", "-q", "-v", self.good)


class ExitStatusTest(CliTest):
    def test_nothing_wrong_is_0(self):
        done = self.run_program("analyze", self.good, status=OK)
        self.assertTrue(done.out.startswith("No black hole"), done.out)
        self.assertEqual(done.err, "")

    def test_a_problem_is_1(self):
        done = self.run_program("analyze", self.bad, status=PROBLEM)
        self.assertIn("pmtu-blackhole", done.out)
        self.assertEqual(done.err, "")

    def test_fail_on_decides_what_counts(self):
        for severity, status in (("info", PROBLEM), ("critical", PROBLEM), ("never", OK)):
            self.run_program("analyze", "--fail-on", severity, self.bad, status=status)

    def test_a_capture_without_packets_is_inconclusive(self):
        empty = self.file("header.pcap", tiny_capture.HEADER)
        self.run_program("analyze", empty, status=INCONCLUSIVE)
        document = json.loads(self.run_program("analyze", "--json", empty, status=INCONCLUSIVE).out)
        self.assertEqual(document["summary"]["status"], "inconclusive")

    def test_a_filter_that_keeps_nothing_is_inconclusive(self):
        self.run_program("analyze", "--filter", "udp port 9", self.bad, status=INCONCLUSIVE)

    def test_a_filter_that_keeps_the_flow_changes_nothing(self):
        self.run_program("analyze", "--filter", "host 10.9.0.1 and tcp port 443", self.bad, status=PROBLEM)

    def test_several_captures_are_one_analysis(self):
        content = tiny_capture.black_hole()
        header, half = len(tiny_capture.HEADER), len(tiny_capture.HEADER) + 5 * 16 + 48 + 48 + 40 + 120 + 40
        first = self.file("trace.pcap0", content[:half])
        second = self.file("trace.pcap1", content[:header] + content[half:])
        document = json.loads(self.run_program("analyze", "--json", first, second, status=PROBLEM).out)
        self.assertEqual([s["path"] for s in document["sources"]], [first, second])
        self.assertEqual([s["packets"] for s in document["sources"]], [5, 11])


class UnreadableInputTest(CliTest):
    def test_missing_file(self):
        self.assert_refused("analyze", str(self.dir / "none.pcap"), says=["none.pcap"])

    def test_an_empty_file_among_others_is_named_and_left_out(self):
        empty = self.file("bad.pcap2", b"")
        done = self.run_program("analyze", self.bad, empty, status=PROBLEM)
        self.assertIn("bad.pcap2 has no packets: the file is empty", " ".join(done.out.split()))
        # The same packets at two points, and a file that belongs to neither.
        again = self.file("again.pcap", tiny_capture.black_hole() + tiny_capture.record(9, b"x"))
        done = self.run_program("analyze", self.bad, again, empty, status=PROBLEM)
        self.assertEqual(" ".join(done.out.split()).count("bad.pcap2 has no packets"), 1)

    def test_empty_file(self):
        self.assert_refused("analyze", self.file("empty.pcap", b""), says=["empty.pcap"])

    def test_garbage(self):
        self.assert_refused("analyze", self.file("text.pcap", b"this is no capture\n" * 50), says=["text.pcap"])

    def test_directory(self):
        self.assert_refused("analyze", str(self.dir), says=[str(self.dir)])

    def test_wrong_filter(self):
        self.assert_refused("analyze", "--filter", "hots 10.9.0.1", self.good, says=["hots 10.9.0.1"])

    def test_one_bad_file_among_good_ones_stops_everything(self):
        self.assert_refused("analyze", self.good, str(self.dir / "none.pcap"), says=["none.pcap"])

    def test_errors_leave_no_document_in_json_mode(self):
        self.assert_refused("analyze", "--json", str(self.dir / "none.pcap"))
        self.assert_refused("analyze", "--json", self.file("empty.pcap", b""))

    def test_permission_denied(self):
        os.chmod(self.good, 0)
        if os.geteuid() != 0:
            return self.assert_refused("analyze", self.good, says=["good.pcap"])
        if not shutil.which("setpriv"):
            self.skipTest("setpriv is missing")
        # Root may read everything, so somebody else asks, with a copy of the program that he may run.
        program = shutil.copy(PROGRAM, self.dir / "mtuscope")
        os.chmod(program, 0o755)
        os.chmod(self.dir, 0o755)
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "analyze", self.good],
            capture_output=True, text=True, timeout=100)
        self.assertEqual((done.returncode, done.stdout), (CANNOT, ""), done.stderr)
        self.assertIn("good.pcap", done.stderr)
        self.assertIn("ermission", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 2)

    def test_a_capture_cut_anywhere_is_analyzed_up_to_there(self):
        content = tiny_capture.black_hole()
        for size in range(len(tiny_capture.HEADER) + 1, len(content), 997):
            path = self.file("cut.pcap", content[:size])
            done = self.run_program("analyze", "--json", path)
            self.assertIn(done.returncode, (OK, PROBLEM, INCONCLUSIVE))
            self.assertTrue(json.loads(done.out)["sources"][0]["truncated"], size)

    def test_a_cut_is_said_in_the_text(self):
        path = self.file("cut.pcap", tiny_capture.black_hole()[:-7])
        done = self.run_program("analyze", path, status=PROBLEM)
        self.assertRegex(done.out, r"(?i)cut|truncated|ends")


class StandardInputTest(CliTest):
    def test_a_dash_reads_standard_input(self):
        with open(self.bad, "rb") as capture:
            document = json.loads(self.run_program("analyze", "--json", "-", status=PROBLEM, stdin=capture).out)
        self.assertEqual(document["sources"][0]["path"], "-")

    def test_a_pipe_gives_the_same_findings_as_the_file(self):
        def findings(*args, **more):
            return json.loads(self.run_program("analyze", "--json", *args, **more).out)["findings"]

        self.assertEqual(findings("-", input=tiny_capture.black_hole()), findings(self.bad))

    def test_compressed_standard_input_is_read(self):
        self.run_program("analyze", "-", input=gzip.compress(tiny_capture.black_hole()), status=PROBLEM)

    def test_nothing_on_standard_input_is_refused(self):
        self.assert_refused("analyze", "-", says=["standard input"])

    def test_standard_input_twice_is_a_usage_error(self):
        self.assert_refused("analyze", "-", "-", says=["twice"])

    def test_a_terminal_is_not_a_capture(self):
        controller, terminal = pty.openpty()
        self.addCleanup(os.close, controller)
        self.assert_refused("analyze", "-", stdin=terminal, says=["terminal", "tcpdump"])
        os.close(terminal)

    def test_an_interrupt_ends_the_input_and_what_came_is_analyzed(self):
        program = subprocess.Popen([PROGRAM, "analyze", "--json", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        program.stdin.write(tiny_capture.black_hole())
        # Much more than a pipe holds: when this is written, reading has begun.
        program.stdin.write(tiny_capture.filler(10000, start=10))
        program.stdin.flush()
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=100)  # closes the pipe, as the ended tcpdump would
        self.assertEqual((program.returncode, err), (PROBLEM, b""))
        self.assertEqual(json.loads(out)["findings"][0]["kind"], "pmtu-blackhole")


class OutputTest(CliTest):
    def test_json_is_one_document_of_the_schema(self):
        document = json.loads(self.run_program("analyze", "--json", self.bad, status=PROBLEM).out)
        schema = json.loads((ROOT / "docs/json-schema.json").read_text())
        self.assertEqual(document["schema"], "mtuscope/report/1")
        self.assertEqual(set(document), set(schema["required"]))
        self.assertEqual(document["sources"][0]["first_time"], "2024-05-01T11:34:05.000000000Z")

    def test_json_of_a_name_that_is_not_utf8(self):
        name = os.fsencode(self.dir) + b"/caf\xe9\x1b[2J.pcap"
        shutil.copy(self.bad, name)
        done = self.run_program("analyze", "--json", name, status=PROBLEM)
        self.assertIn("caf\ufffd", json.loads(done.out)["sources"][0]["path"])
        done = self.run_program("analyze", name, status=PROBLEM)
        self.assertNotIn(ESCAPE, done.out)
        self.assertIn("\\xe9", done.out)

    def test_errors_do_not_let_names_steer_the_terminal(self):
        self.assertNotIn(ESCAPE, self.run_program("analyze", "no\x1b[2J\n.pcap", status=CANNOT).err)

    def test_quiet_is_one_headline(self):
        done = self.run_program("analyze", "--quiet", self.good, status=OK)
        self.assertTrue(done.out.startswith("No black hole"))
        self.assertLess(done.out.count("\n"), 3)

    def test_verbose_says_more(self):
        normal = self.run_program("analyze", self.bad).out
        verbose = self.run_program("analyze", "--verbose", self.bad).out
        self.assertGreater(len(verbose), len(normal))
        self.assertIn("delivered", verbose)

    def test_the_wireshark_filter_is_valid(self):
        if not shutil.which("tshark"):
            self.skipTest("tshark is missing")
        text = " ".join(self.run_program("analyze", self.bad).out.split())
        display_filter = re.search(r"frame\.number (in \{[^}]*\}|== \d+)", text).group(0)
        shown = subprocess.run(["tshark", "-r", self.bad, "-Y", display_filter, "-T", "fields", "-e", "frame.number"],
                               capture_output=True, text=True, timeout=100)
        frames = json.loads(self.run_program("analyze", "--json", self.bad).out)["findings"][0]["frames"]
        self.assertEqual([int(line) for line in shown.stdout.split()], frames, shown.stderr)

    def test_a_closed_pipe_ends_it_quietly_with_its_status(self):
        for args in (("analyze", self.bad), ("analyze", "--json", self.bad), ("analyze", self.good)):
            expected = self.run_program(*args).returncode
            reader, writer = os.pipe()
            os.close(reader)
            done = subprocess.run([PROGRAM, *args], stdout=writer, stderr=subprocess.PIPE, timeout=100)
            os.close(writer)
            self.assertEqual((done.returncode, done.stderr), (expected, b""))

    def test_a_reader_that_takes_one_byte(self):
        script = f"set -o pipefail; '{PROGRAM}' analyze --verbose '{self.good}' | head -c 1"
        done = subprocess.run(["bash", "-c", script], capture_output=True, timeout=100)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"N", b""))

    def test_help_into_a_closed_pipe_is_quiet(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([PROGRAM, "help"], stdout=writer, stderr=subprocess.PIPE, timeout=100)
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (OK, b""))

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "analyze", self.good], stdout=full, stderr=subprocess.PIPE, timeout=100)
        self.assertEqual(done.returncode, CANNOT)
        self.assertIn(b"No space left", done.stderr)

    def test_every_recorded_capture_reads_well_in_text_and_json(self):
        captures = sorted(map(str, (ROOT / "pcaps").glob("*.pcap*")))
        documents = map(json.loads, self.run_program("analyze", "--json-lines", *captures).out.splitlines())
        for capture, document in zip(captures, documents, strict=True):
            with self.subTest(capture):
                text = self.run_program("analyze", capture)
                self.assertIn(text.returncode, (OK, PROBLEM, INCONCLUSIVE))
                self.assert_readable(text.out, document)
                self.assert_readable(self.run_program("analyze", "--verbose", capture).out, document)

    def assert_readable(self, text, document):
        """At most 80 columns except in what is there to be copied; no control characters."""
        copied = [line for advice in document["recommendations"] for value in
                  [advice["verify"] or "", *(fix[key] or "" for fix in advice["fixes"] for key in ("change", "rollback"))]
                  for line in value.splitlines()]
        for line in text.splitlines():
            if line.strip() not in copied:
                self.assertLessEqual(len(line), 80, line)
            self.assertRegex(line, r"^[ -~]*$")


class TerminalTest(CliTest):
    def on_terminal(self, *args, columns=80, env=None):
        """What the program writes to a terminal as standard output."""
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        environment.update({"TERM": "xterm", **(env or {})})
        program = subprocess.Popen([PROGRAM, *args], stdin=subprocess.DEVNULL, stdout=terminal,
                                   stderr=subprocess.PIPE, env=environment)
        os.close(terminal)
        written = b""
        while True:
            try:
                chunk = os.read(controller, 65536)
            except OSError:  # Linux: the program closed its end
                break
            if not chunk:
                break
            written += chunk
        os.close(controller)
        program.communicate(timeout=100)
        return written.decode()

    def test_colour_only_on_a_terminal(self):
        self.assertIn(ESCAPE, self.on_terminal("analyze", self.bad))
        self.assertNotIn(ESCAPE, self.run_program("analyze", self.bad).out)

    def test_colour_can_be_forced_and_refused(self):
        self.assertIn(ESCAPE, self.run_program("analyze", "--color", "always", self.bad).out)
        self.assertNotIn(ESCAPE, self.on_terminal("analyze", "--color=never", self.bad))

    def test_no_color_is_respected_unless_colour_is_asked_for(self):
        self.assertNotIn(ESCAPE, self.on_terminal("analyze", self.bad, env={"NO_COLOR": "1"}))
        self.assertIn(ESCAPE, self.on_terminal("analyze", "--color=always", self.bad, env={"NO_COLOR": "1"}))
        self.assertIn(ESCAPE, self.on_terminal("analyze", self.bad, env={"NO_COLOR": ""}))

    def test_json_is_never_coloured(self):
        self.assertNotIn(ESCAPE, self.on_terminal("analyze", "--json", "--color=always", self.bad))

    def test_lines_follow_the_width_of_the_terminal(self):
        def widest(columns):
            text = self.on_terminal("analyze", "--color=never", self.bad, columns=columns)
            return max(len(line) for line in text.split("What to set")[0].splitlines())

        self.assertLessEqual(widest(60), 60)
        self.assertLessEqual(widest(80), 80)
        self.assertLessEqual(widest(300), 100)

    def progress_of(self, stderr, *options):
        """Feeds packets until something appears on `stderr` or half a minute has passed."""
        program = subprocess.Popen([PROGRAM, "analyze", "--quiet", "-", *options], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=stderr[1])
        os.close(stderr[1])
        batch = tiny_capture.filler(1 << 16)
        program.stdin.write(tiny_capture.black_hole())
        shown = b""
        deadline = time.monotonic() + 30
        while not shown and time.monotonic() < deadline:
            program.stdin.write(batch)
            if select.select([stderr[0]], [], [], 0)[0]:
                shown += os.read(stderr[0], 4096)
            elif time.monotonic() > deadline - 27 and self.quiet_is_expected:
                break
        program.stdin.close()
        program.wait(timeout=100)
        while select.select([stderr[0]], [], [], 0)[0]:
            try:
                chunk = os.read(stderr[0], 4096)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
        os.close(stderr[0])
        return shown.decode()

    def test_long_work_shows_progress_on_a_terminal_and_clears_it(self):
        self.quiet_is_expected = False
        shown = self.progress_of(pty.openpty())
        self.assertRegex(shown, r"mtuscope: [\d.]+ MB, [\d,]+ packets")
        self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown[-80:]))

    def test_progress_is_shown_where_a_filter_lets_nothing_through(self):
        self.quiet_is_expected = False
        shown = self.progress_of(pty.openpty(), "--filter", "tcp port 9")
        self.assertRegex(shown, r"mtuscope: [\d.]+ MB, [\d,]+ packets")

    def test_no_progress_without_a_terminal(self):
        self.quiet_is_expected = True
        self.assertEqual(self.progress_of(os.pipe()), "")

    def test_short_work_shows_no_progress(self):
        controller, terminal = pty.openpty()
        subprocess.run([PROGRAM, "analyze", self.good], stdout=subprocess.DEVNULL, stderr=terminal, timeout=100)
        os.close(terminal)
        self.assertEqual(select.select([controller], [], [], 0)[0] and self.read_or_nothing(controller), [] or b"")
        os.close(controller)

    def read_or_nothing(self, descriptor):
        try:
            return os.read(descriptor, 4096)
        except OSError:
            return b""


if __name__ == "__main__":
    unittest.main()
