"""The captures of pcaps/ and how to have them analyzed. Shared by the tests of this folder."""

import argparse
import json
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "pcaps"
SUFFIXES = (".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz", ".pcap.zst", ".pcapng.zst")
EXPECTATION = ".expect.json"


class AnalysisFailed(Exception):
    """The program crashed, or could not read what it was given."""


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


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess:
    """Raises AnalysisFailed where the program did not end as it ends after an analysis."""
    command = [program, "analyze", *arguments]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if run.returncode not in (0, 1, 3):
        said = (run.stderr or run.stdout[-400:]).decode(errors="replace")
        raise AnalysisFailed(f"{' '.join(command)}: exit status {run.returncode}\n{said}")
    return run


def analyze(program: str, *paths: pathlib.Path) -> dict:
    """The report on the files as one capture. Raises AnalysisFailed."""
    return json.loads(_run(program, "--json", *map(str, paths)).stdout)


def analyze_each(program: str, paths: list[pathlib.Path]) -> list[dict]:
    """The reports on the files, each by itself, from one process. Raises AnalysisFailed."""
    return list(map(json.loads, _run(program, "--json-lines", *map(str, paths)).stdout.splitlines()))


def argument_parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", required=True, help="the mtuscope to test")
    return parser
