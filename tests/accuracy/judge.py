"""judge.py PROGRAM FOLDER: has mtuscope judge the recordings of the lab campaign, and counts what it got
wrong: one JSON object a class and place of recording on standard output."""

import collections
import concurrent.futures
import json
import os
import pathlib
import socket
import subprocess
import sys

import provable

SERVERS = (socket.inet_aton("198.51.100.2"), socket.inet_pton(socket.AF_INET6, "2001:db8:2::2"))
SERVER_NAMES = ("198.51.100.2", "2001:db8:2::2")


def judged(program: str, capture: pathlib.Path) -> list[dict]:
    run = subprocess.run([program, "analyze", "--json", str(capture)], capture_output=True, check=False)
    if run.returncode not in (0, 1, 3):
        sys.exit(f"judge.py: {capture}: exit status {run.returncode}: {run.stderr.decode()}")
    return json.loads(run.stdout)["findings"]


def count(program: str, capture: pathlib.Path) -> tuple[tuple[str, str], collections.Counter]:
    name, number, point, _ = capture.name.split(".")
    limit_file = capture.with_name(f"{name}.{number}.limit")
    limit = int(limit_file.read_text()) if limit_file.exists() else None
    findings = judged(program, capture)
    holes = [f for f in findings if f["kind"] == "pmtu-blackhole"]
    right = [f for f in holes if limit and f["src"] in SERVER_NAMES]
    wrong = [f for f in holes if f not in right]
    c = collections.Counter(runs=1)
    c["false_confirmed"] = any(f["confidence"] == "confirmed" for f in wrong)
    c["false_suspected"] = bool(wrong) and not c["false_confirmed"]
    c["false_size_loss"] = any(f["kind"] == "size-dependent-loss" for f in findings)
    outages = [f["confidence"] for f in findings if f["kind"] == "path-outage" and name != "outage"]
    c["false_outage"] = "confirmed" in outages
    c["false_suspected_outage"] = bool(outages) and not c["false_outage"]
    if limit:
        c["wrong_bounds"] = any(not (f["bracket"]["lower"] or 0) <= limit < f["bracket"]["upper"] for f in right)
        server = capture.with_name(f"{name}.{number}.server.pcap")
        if provable.provable(server, limit, SERVERS, "nosack" not in name):
            c["provable"] = 1
            c["confirmed"] = any(f["confidence"] == "confirmed" for f in right)
            c["suspected"] = bool(right) and not c["confirmed"]
    if c["false_confirmed"] or c["false_size_loss"] or c["false_outage"] or c["wrong_bounds"] or c["provable"] and not right:
        print(f"look at {capture}", file=sys.stderr)
    return (name, {"server": "sender", "client": "receiver"}[point]), c


def main() -> None:
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sums: dict[tuple[str, str], collections.Counter] = collections.defaultdict(collections.Counter)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for key, counter in pool.map(lambda p: count(program, p), sorted(folder.glob("*.pcap"))):
            sums[key].update(counter)
    classes: dict[str, list] = {}
    for (name, point), counter in sums.items():
        keys = ("runs", "false_confirmed", "false_suspected", "false_size_loss", "false_outage",
                "false_suspected_outage", "provable",
                "confirmed", "suspected", "wrong_bounds")
        classes.setdefault(name, []).append({"point": point, **{k: int(counter[k]) for k in keys}})
    json.dump([{"class": name, "limited": name.startswith("limit"), "whole": not name.endswith(("oneway", "snaplen")),
                "points": points} for name, points in classes.items()], sys.stdout, indent=1)


main()
