"""The captures of pcaps/ and how to have them analyzed. Shared by the tests of this folder."""

import argparse
import dataclasses
import json
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "pcaps"
SUFFIXES = (".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz", ".pcap.zst", ".pcapng.zst")
EXPECTATION = ".expect.json"


@dataclasses.dataclass(frozen=True)
class Analysis:
    """One run of `mtuscope analyze --json`: its exit status, and the document it printed."""

    status: int
    report: dict


class AnalysisFailed(Exception):
    """The program crashed, or printed something that is not one JSON document."""


def stem(path: pathlib.Path) -> str | None:
    """The name that a capture and its expectation share; None for any other file."""
    for suffix in (*SUFFIXES, EXPECTATION):
        if path.name.endswith(suffix):
            return path.name.removesuffix(suffix)
    return None


def captures() -> dict[str, pathlib.Path]:
    """Every capture of the folder, by stem."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        name = stem(path)
        if name is not None and not path.name.endswith(EXPECTATION):
            found[name] = path
    return found


def expectations() -> dict[str, pathlib.Path]:
    """Every expectation of the folder, by stem."""
    return {stem(path): path for path in sorted(FOLDER.glob("*" + EXPECTATION))}


def analyze(program: str, *paths: pathlib.Path) -> Analysis:
    """Analyzes the files as one capture. Raises AnalysisFailed."""
    command = [program, "analyze", "--json", *map(str, paths)]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    problem = None
    if run.returncode not in (0, 1, 3):
        problem = f"exit status {run.returncode}"
    else:
        try:
            return Analysis(run.returncode, json.loads(run.stdout))
        except ValueError as error:
            problem = f"standard output is not JSON: {error}"
    stderr = run.stderr.decode(errors="replace")
    raise AnalysisFailed(f"{' '.join(command)}: {problem}\n{stderr}")


def argument_parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", required=True, help="the mtuscope to test")
    return parser
