"""Compares mtuscope's speed and memory with other programs on the same files, in one run.

All times are wall time of whole processes reading from a warm page cache; the programs take turns and
the median counts, so that what else the machine does meets all of them. Ratios hold on any machine,
absolute times do not. Exit status 1 when a goal is missed (never with --quick).

  cat         cat FILE > /dev/null: copies the file out of the page cache and looks at nothing
  pcap_count  a loop over libpcap's pcap_next_ex that only counts
  tcptrace    tcptrace -n FILE (where installed)
  tshark      tshark -n -q -z expert -r FILE (where installed; a slice of the file)

Memory is the peak of the process while it reads from a pipe: a mapped file would be counted as well.
"""

import argparse
import dataclasses
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

SNAPLEN = 128
WHOLE_FRAMES = 0
TSHARK_PACKETS = 200_000
SHORT_PACKETS = 10  # of a short connection
MIB = 1 << 20


@dataclasses.dataclass(frozen=True)
class Sizes:
    bulk_packets: int
    full_packets: int
    connections: int
    rounds: int

    def disk_bytes(self) -> int:
        """The most that lies on disk at once: a whole-frame capture, or a bulk and a short one."""
        return max(self.full_packets * 1050, self.bulk_packets * 125 + self.connections * 960)

    def halved(self) -> "Sizes":
        halves = (self.bulk_packets // 2, self.full_packets // 2, self.connections // 2)
        return Sizes(*halves, self.rounds)


NORMAL = Sizes(bulk_packets=6_000_000, full_packets=2_000_000, connections=1_000_000, rounds=7)
QUICK = Sizes(bulk_packets=20_000, full_packets=10_000, connections=1_000, rounds=1)


@dataclasses.dataclass(frozen=True)
class Job:
    """One program on one file."""

    name: str
    command: tuple
    packets: int


@dataclasses.dataclass(frozen=True)
class Goal:
    what: str
    measured: str
    met: bool
    required: bool = True


class Bench:
    def __init__(self, program: str, tools: pathlib.Path, folder: pathlib.Path, rounds: int):
        self.program, self.tools, self.folder, self.rounds = program, tools, folder, rounds
        self.goals: list[Goal] = []

    def make(self, shape: str, count: int, snaplen: int) -> pathlib.Path:
        path = self.folder / f"{shape}-{count}-{snaplen}.pcap"
        subprocess.run([self.tools / "make_capture", shape, str(count), str(snaplen), path],
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        return path

    def run(self, command: tuple) -> tuple[float, int]:
        """Seconds, and bytes of memory at the peak. Ends the benchmark when the program fails."""
        done = subprocess.run([self.tools / "measure", *command], check=False, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True)  # fmt: skip
        seconds, kibibytes, status = done.stdout.split() if done.stdout else (0, 0, 2)
        if int(status) not in (0, 1, 3):
            sys.exit(f"{' '.join(map(str, command))}: exit status {status}\n{done.stderr}")
        return float(seconds), int(kibibytes) * 1024

    def mtuscope(self, path: pathlib.Path, packets: int, name: str = "mtuscope") -> Job:
        return Job(name, (self.program, "analyze", "--quiet", path), packets)

    def cat(self, path: pathlib.Path, packets: int) -> Job:
        return Job("cat", ("cat", path), packets)

    def pcap_count(self, path: pathlib.Path, packets: int) -> Job:
        return Job("pcap_count", (self.tools / "pcap_count", path), packets)

    def peers(self, path: pathlib.Path, packets: int) -> list[Job]:
        """The analyzers that are installed."""
        jobs = []
        if shutil.which("tcptrace"):
            jobs.append(Job("tcptrace", ("tcptrace", "-n", path), packets))
        if shutil.which("tshark"):
            part = min(packets, TSHARK_PACKETS)
            command = ("tshark", "-n", "-q", "-z", "expert", "-c", str(part), "-r", path)
            jobs.append(Job("tshark", command, part))
        return jobs

    def race(self, title: str, jobs: list[Job], slow: list[Job]) -> dict[str, float]:
        """Median nanoseconds a packet of each job; `slow` ones run once. Prints the table, beside
        the first job."""
        times: dict[str, list[float]] = {}
        for job in jobs:
            self.run(job.command)  # warms the page cache
        for _ in range(self.rounds):
            for job in jobs:
                times.setdefault(job.name, []).append(self.run(job.command)[0])
        for job in slow:
            times[job.name] = [self.run(job.command)[0]]
        result = {}
        print(f"\n{title}")
        print(f"  {'':<22}{'packets':>10}{'seconds':>10}{'ns/packet':>11}{'mtuscope takes':>18}")
        for job in jobs + slow:
            seconds = statistics.median(times[job.name])
            result[job.name] = seconds / job.packets * 1e9
            ratio = result[jobs[0].name] / result[job.name]
            beside = "" if job is jobs[0] else f"{ratio:.4g}x of it"
            print(f"  {job.name:<22}{job.packets:>10}{seconds:>10.3f}{result[job.name]:>11.1f}{beside:>18}")
        return result

    def peak_memory(self, path: pathlib.Path) -> int:
        """Bytes."""
        pipe = 'cat "$1" | "$0" analyze --quiet -'
        return self.run(("sh", "-c", pipe, self.program, path))[1]

    def ratio_goal(self, what: str, ratio: float, limit: float, required: bool = True) -> None:
        self.goals.append(Goal(what, f"{ratio:.2f}x", ratio <= limit, required))

    def full_frames(self, packets: int) -> None:
        path = self.make("bulk", packets, WHOLE_FRAMES)
        jobs = [self.mtuscope(path, packets), self.cat(path, packets), self.pcap_count(path, packets)]
        times = self.race(f"8 bulk flows, whole frames, {path.stat().st_size / MIB:.0f} MiB", jobs, [])
        self.ratio_goal("whole frames: faster than cat", times["mtuscope"] / times["cat"], 1)
        path.unlink()

    def bulk_and_short(self, packets: int, connections: int) -> None:
        bulk = self.make("bulk", packets, SNAPLEN)
        jobs = [self.mtuscope(bulk, packets), self.cat(bulk, packets), self.pcap_count(bulk, packets)]
        times = self.race(f"8 bulk flows, snaplen {SNAPLEN}, {bulk.stat().st_size / MIB:.0f} MiB",
                          jobs, self.peers(bulk, packets))  # fmt: skip
        own = times["mtuscope"]
        self.ratio_goal("bulk: at most the time of pcap_count", own / times["pcap_count"], 1)
        self.ratio_goal("bulk: at most 2x cat", own / times["cat"], 2, required=False)

        short = self.make("short", connections, SNAPLEN)
        short_packets = connections * SHORT_PACKETS
        jobs = [self.mtuscope(short, short_packets), self.mtuscope(bulk, packets, "mtuscope, bulk flows"),
                self.cat(short, short_packets), self.pcap_count(short, short_packets)]  # fmt: skip
        times = self.race(f"{connections} connections of {SHORT_PACKETS} packets, "
                          f"{short.stat().st_size / MIB:.0f} MiB", jobs, [])  # fmt: skip
        self.ratio_goal("short: at most 3x the bulk time a packet",
                        times["mtuscope"] / times["mtuscope, bulk flows"], 3)  # fmt: skip

        small = self.make("bulk", packets // 4, SNAPLEN)
        self.memory(small, bulk, short, connections)
        for path in (bulk, short, small):
            path.unlink()

    def memory(self, small: pathlib.Path, bulk: pathlib.Path, short: pathlib.Path, connections: int) -> None:
        peaks = {name: self.peak_memory(path)
                 for name, path in (("small", small), ("bulk", bulk), ("short", short))}  # fmt: skip
        print("\nPeak memory")
        print(f"  8 bulk flows, a quarter of the packets  {peaks['small'] / MIB:8.1f} MiB")
        print(f"  8 bulk flows                            {peaks['bulk'] / MIB:8.1f} MiB")
        print(f"  {connections} connections".ljust(42) + f"{peaks['short'] / MIB:8.1f} MiB")
        growth = peaks["bulk"] - peaks["small"]
        each = (peaks["short"] - peaks["bulk"]) / connections
        self.goals.append(Goal("memory does not grow with packets (1 MiB at most for 4x)",
                               f"{growth / MIB:+.1f} MiB", growth <= MIB))  # fmt: skip
        self.goals.append(Goal("short: at most 400 bytes a flow", f"{each:.0f} bytes", each <= 400))

    def verdict(self) -> bool:
        """Prints the goals; true when every required one is met."""
        print("\nGoals")
        for goal in self.goals:
            word = "met" if goal.met else "MISSED" if goal.required else "not yet"
            print(f"  {goal.what:<58}{goal.measured:>12}  {word}")
        return all(goal.met or not goal.required for goal in self.goals)


def fitting(sizes: Sizes, folder: pathlib.Path) -> Sizes:
    """As much as half of the free disk space allows."""
    while sizes.disk_bytes() > shutil.disk_usage(folder).free // 2 and sizes.bulk_packets > 100_000:
        sizes = sizes.halved()
        print(f"little disk space in {folder}: halving the captures")
    return sizes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--program", required=True, help="the mtuscope to measure, a release build")
    parser.add_argument("--tools", required=True, type=pathlib.Path, help="folder of the bench tools")
    parser.add_argument("--dir", help="where the captures go while they are read (default: TMPDIR)")
    parser.add_argument("--rounds", type=int, help="how often each program runs")
    parser.add_argument("--quick", action="store_true", help="tiny captures: does it work at all?")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtuscope-bench-", dir=options.dir) as name:
        folder = pathlib.Path(name)
        sizes = fitting(QUICK if options.quick else NORMAL, folder)
        bench = Bench(options.program, options.tools, folder, options.rounds or sizes.rounds)
        bench.full_frames(sizes.full_packets)
        bench.bulk_and_short(sizes.bulk_packets, sizes.connections)
        met = bench.verdict()
    return 0 if met or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())
