"""What must not change when a capture changes. For every capture of pcaps/:

- the same packets in another form (split in two files and read together, interfaces in another order,
  compressed, other byte order and time resolution) give the same findings;
- fewer bytes of each packet (snaplen 96) make no new confirmed finding;
- a capture that ended sooner or began later makes no new confirmed finding, other than loss;
- fewer packets (any one, or 1, 5 and 20 % at random) make no new confirmed finding, of whatever severity.
  `not-tested` and `capture-quality` are exempt: they say what this capture does not show, and the smaller
  capture does show less.

All randomness has fixed seeds: a failure names the transformation, and --keep FOLDER keeps its files.
"""

import concurrent.futures
import dataclasses
import gzip
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator

import pcap_bytes
import recorded
from pcap_bytes import Capture

SNAPLEN = 96
RATES = (0.01, 0.05, 0.20)
SEEDS_PER_RATE = 3
CUTS = 6  # a capture that ended sooner, and one that began later
SINGLE_REMOVALS = 12  # of each capture; all of them where it has no more packets


@dataclasses.dataclass(frozen=True)
class Variant:
    """A transformed capture: the files, as (bytes, suffix), that are analyzed together."""

    name: str
    files: Callable[[], list[tuple[bytes, str]]]
    broken: Callable[[dict, dict], list[str]]  # (report before, report after) -> what is wrong


def key(finding: dict) -> tuple:
    bracket = finding["bracket"] or {}
    return (finding["kind"], finding["confidence"], finding["src"], finding["dst"],
            bracket.get("lower"), bracket.get("upper"), finding["chance"])  # fmt: skip


def different(before: dict, after: dict) -> list[str]:
    was, is_now = (Counter(map(key, report["findings"])) for report in (before, after))
    wrong = [f"gone: {finding}" for finding in (was - is_now).elements()]
    return wrong + [f"new: {finding}" for finding in (is_now - was).elements()]


# They say what was not seen, and are true of the capture that has less.
SAYS_WHAT_IS_MISSING = {"not-tested", "capture-quality"}


def _confirmed(report: dict) -> set[tuple]:
    return {(finding["kind"], finding["src"], finding["dst"]) for finding in report["findings"]
            if finding["confidence"] == "confirmed"}  # fmt: skip


def newly_confirmed(before: dict, after: dict, exempt=SAYS_WHAT_IS_MISSING) -> list[str]:
    new = _confirmed(after) - _confirmed(before)
    return [f"newly confirmed: {finding}" for finding in sorted(new, key=str) if finding[0] not in exempt]


def newly_confirmed_when_cut(before: dict, after: dict) -> list[str]:
    """The sizes on the wire stay known, so that only the cut itself is new."""
    return newly_confirmed(before, after, {"capture-quality"})


def newly_confirmed_when_shorter(before: dict, after: dict) -> list[str]:
    """A part has a loss rate of its own, and may show nothing but loss."""
    return newly_confirmed(before, after, SAYS_WHAT_IS_MISSING | {"random-loss", "fragment-loss"})


def split_by_time(capture: Capture) -> list[tuple[bytes, str]]:
    middle = len(capture.frames) // 2
    halves = capture.frames[:middle], capture.frames[middle:]
    return [pcap_bytes.written(capture.with_frames(half)) for half in halves]


def split_alternating(capture: Capture) -> list[tuple[bytes, str]]:
    """Two files that overlap in time. Packets of one instant stay together: nothing tells in which
    order two files saw them."""
    parts: tuple[list, list] = ([], [])
    turn, last = 0, None
    for frame in capture.frames:
        turn ^= frame.time_ns != last
        last = frame.time_ns
        parts[turn].append(frame)
    return [pcap_bytes.written(capture.with_frames(part)) for part in parts]


def reordered_interfaces(capture: Capture) -> bytes:
    last = len(capture.interfaces) - 1
    unused = pcap_bytes.Interface(105, 262144, b"unused")  # 802.11, to be in the way
    interfaces = (unused, *reversed(capture.interfaces))
    frames = (dataclasses.replace(f, interface=1 + last - f.interface) for f in capture.frames)
    return pcap_bytes.pcapng(Capture(interfaces, tuple(frames)))


def zstd(data: bytes) -> bytes:
    return subprocess.run(["zstd", "-qc"], input=data, capture_output=True, check=True).stdout


def cut(capture: Capture) -> Capture:
    interfaces = tuple(dataclasses.replace(i, snaplen=SNAPLEN) for i in capture.interfaces)
    frames = (dataclasses.replace(f, data=f.data[:SNAPLEN]) for f in capture.frames)
    return Capture(interfaces, tuple(frames))


def removals(name: str, capture: Capture, first_seed: int) -> Iterator[tuple[str, Capture]]:
    count = len(capture.frames)
    chosen = random.Random(name).sample(range(count), min(count, SINGLE_REMOVALS))
    for index in sorted(chosen):
        rest = (frame for i, frame in enumerate(capture.frames) if i != index)
        yield f"without frame {index + 1}", capture.with_frames(rest)
    for rate in RATES:
        for seed in range(first_seed, first_seed + SEEDS_PER_RATE):
            dice = random.Random(f"{name} {rate} {seed}")
            rest = [frame for frame in capture.frames if dice.random() >= rate]
            if 0 < len(rest) < count:
                yield f"without {rate:.0%}, seed {seed}", capture.with_frames(rest)


def shorter(capture: Capture) -> Iterator[tuple[str, Capture]]:
    count = len(capture.frames)
    for at in sorted({count * part // (CUTS + 1) for part in range(1, CUTS + 1)} - {0}):
        yield f"until frame {at}", capture.with_frames(capture.frames[:at])
        yield f"from frame {at + 1}", capture.with_frames(capture.frames[at:])


def variants(name: str, capture: Capture, first_seed: int) -> Iterator[Variant]:
    plain, suffix = pcap_bytes.written(capture)
    yield Variant("split by time", lambda: split_by_time(capture), different)
    yield Variant("split alternating", lambda: split_alternating(capture), different)
    yield Variant("gzip", lambda: [(gzip.compress(plain, 1), suffix + ".gz")], different)
    yield Variant("zstd", lambda: [(zstd(plain), suffix + ".zst")], different)
    yield Variant("big-endian", lambda: [pcap_bytes.written(capture, ">")], different)
    yield Variant("reordered interfaces", lambda: [(reordered_interfaces(capture), ".pcapng")], different)
    yield Variant("snaplen", lambda: [pcap_bytes.written(cut(capture))], newly_confirmed_when_cut)
    for what, rest in shorter(capture):
        yield Variant(what, lambda rest=rest: [pcap_bytes.written(rest)], newly_confirmed_when_shorter)
    for what, rest in removals(name, capture, first_seed):
        yield Variant(what, lambda rest=rest: [pcap_bytes.written(rest)], newly_confirmed)


def written(folder: pathlib.Path, name: str, variant: Variant) -> list[pathlib.Path]:
    label = f"{name}-{variant.name}".replace(" ", "-").replace("%", "pc").replace(",", "")
    files = []
    for number, (data, suffix) in enumerate(variant.files()):
        files.append(folder / f"{label}.{number}{suffix}")
        files[-1].write_bytes(data)
    return files


def check(program: str, folder: pathlib.Path, name: str, path: pathlib.Path,
          first_seed: int) -> tuple[int, list[str]]:  # fmt: skip
    """How many variants of this capture were analyzed, and what is wrong with them."""
    made = [(variant, written(folder, name, variant))
            for variant in variants(name, pcap_bytes.read(path), first_seed)]  # fmt: skip
    # One process for all that are a single file: a thousandth of a second for each, a tenth for a process.
    alone = [(variant, files) for variant, files in made if len(files) == 1]
    together = [(variant, files) for variant, files in made if len(files) > 1]
    wrong = []
    try:
        before, *reports = recorded.analyze_each(program, [path, *(files[0] for _, files in alone)])
        reports += [recorded.analyze(program, *files) for _, files in together]
    except recorded.AnalysisFailed as failure:
        return len(made), [f"{path.name}: {failure}"]
    for (variant, files), report in zip(alone + together, reports, strict=True):
        broken = variant.broken(before, report)
        wrong += [f"{path.name}, {variant.name}: {what}" for what in broken]
        if not broken:
            for file in files:
                file.unlink()
    return len(made), wrong


def main() -> int:
    parser = recorded.argument_parser(__doc__)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the files of what failed")
    parser.add_argument("--first-seed", type=int, default=0, help="other random removals than the test's")
    parser.add_argument("names", nargs="*", metavar="STEM")
    options = parser.parse_args()
    captures = recorded.captures()
    names = options.names or sorted(captures)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(
                lambda n: check(options.program, folder, n, captures[n], options.first_seed), names))  # fmt: skip
    wrong = [line for _, lines in results for line in lines]
    print("\n".join(wrong))
    print(f"{sum(count for count, _ in results)} variants of {len(results)} captures, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
