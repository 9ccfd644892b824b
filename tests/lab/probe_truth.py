#!/usr/bin/python3
"""Compares a report of `mtuscope probe --json`, or doctor, with claims: probe_truth.py REPORT.json CLAIM...

    pmtu=N verdict=V direction=D method=M blackhole=yes|no refuses_data=yes|no ptb=N|none hop=TTL|none
                                     of the decisive method
    packets<=N                       probes that it sent
    total<=N                         probes that all methods sent
    seconds<=N                       how long all methods took
    rounds<=N                        its elapsed time in round trips, with 100 ms for everything else
    status=S                         of the summary
    mtu=N                            the first recommendation's
    flows=PMTU,PMTU...               of all flows of the decisive method, each once, ascending
    also=METHOD:VERDICT              another measurement that must be there
    measured=TARGET:PMTU             the same, by its address
    exact=yes|no                     the first recommendation
    check=NAME:STATE                 one of doctor's checks of that name
    forward=VERDICT:PMTU[:PTB] reverse=...
                                     that direction on its own, with what a PTB said (none without)
    fragment=N|none                  the largest fragment that the reflector has seen
"""

import json
import sys

FIXED_MS = 100.0


def check(report, claim):
    probes = report["probe"] if isinstance(report["probe"], list) else [report["probe"]]
    first = probes[0] if probes else None
    key, is_limit, value = claim.partition("<=")
    if is_limit:
        if key == "packets":
            return first["packets_sent"] <= int(value)
        if key == "total":
            return report["summary"]["packets"] <= int(value)
        if key == "seconds":
            return sum(p["elapsed_ms"] for p in probes) <= 1000 * float(value)
        if key == "rounds":
            return first["elapsed_ms"] <= int(value) * first["rtt_ms"] + FIXED_MS
    key, _, value = claim.partition("=")
    if key in ("pmtu", "lower", "upper"):
        return first[key] == int(value)
    if key in ("verdict", "direction", "method"):
        return first[key] == value
    if key in ("blackhole", "refuses_data"):
        return first[key] is (value == "yes")
    if key == "ptb":
        return [p["mtu"] for p in first["ptb"]] == ([] if value == "none" else [int(value)])
    if key == "hop":
        return (first["hop"] or {}).get("ttl", "none") == (value if value == "none" else int(value))
    if key == "status":
        return report["summary"]["status"] == value
    if key == "mtu":
        return report["recommendations"][0]["mtu"] == int(value)
    if key == "flows":
        sizes = {p["pmtu"] for p in probes if p["method"] == first["method"]}
        return sorted(sizes, key=str) == sorted((int(v) for v in value.split(",")), key=str)
    if key == "also":
        return value in [f"{p['method']}:{p['verdict']}" for p in probes]
    if key == "measured":
        return value in [f"{p['target']}:{p['pmtu']}" for p in probes]
    if key == "exact":
        return report["recommendations"][0]["exact"] is (value == "yes")
    if key == "check":
        return value in [f"{c['check']}:{c['state']}" for c in report["checks"]]
    if key in ("forward", "reverse"):
        way = next(p for p in probes if p["direction"] == key)
        told = ",".join(str(p["mtu"]) for p in way["ptb"]) or "none"
        return value in (f"{way['verdict']}:{way['pmtu']}", f"{way['verdict']}:{way['pmtu']}:{told}")
    if key == "fragment":
        seen = [p["largest_fragment"] for p in probes if p["largest_fragment"] is not None]
        return seen == ([] if value == "none" else [int(value)])
    raise ValueError("unknown claim " + claim)


def main():
    with open(sys.argv[1]) as file:
        report = json.load(file)
    wrong = [claim for claim in sys.argv[2:] if not check(report, claim)]
    for claim in wrong:
        print("not true:", claim)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
