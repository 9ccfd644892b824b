#!/usr/bin/python3
"""Compares one analysis with what the recipe says is true: expect.py REPORT.json EXIT EXPECT.json

REPORT.json is what `analyze --json` printed ("-" for standard input), EXIT its exit status. Exits with 0
when all is as expected; otherwise says what is not, and what was found instead, and exits with 1.

An expectation: {"recipe", "truth", "exit": N or [N, ...], "must": [FINDING...], "must_not": [FINDING...]}
A FINDING names a kind and may restrict: "confidence" and "vantage" (a value or a list of allowed ones),
"src", "dst", "lower" and "upper" (bounds of the bracket, each [least, greatest] inclusive).
"""

import json
import sys

SCHEMA = "mtuscope/report/1"
VALUES = ("kind", "confidence", "vantage", "src", "dst")
BOUNDS = ("lower", "upper")


def mismatches(finding, wanted):
    """What keeps a finding of a report from being the wanted one: a list of sentences."""
    unknown = set(wanted) - set(VALUES) - set(BOUNDS)
    if unknown:
        raise ValueError("unknown keys in expectation: " + ", ".join(sorted(unknown)))
    problems = []
    for key in VALUES:
        if key in wanted:
            allowed = wanted[key] if isinstance(wanted[key], list) else [wanted[key]]
            if finding.get(key) not in allowed:
                problems.append("%s is %s, not %s" % (key, finding.get(key), " or ".join(allowed)))
    for key in BOUNDS:
        if key in wanted:
            least, greatest = wanted[key]
            value = (finding.get("bracket") or {}).get(key)
            if value is None or not least <= value <= greatest:
                problems.append("%s is %s, not in %d..%d" % (key, value, least, greatest))
    return problems


def describe(finding):
    bracket = finding.get("bracket") or {}
    return "%s %s %s -> %s [%s, %s) at the %s: %s" % (
        finding.get("kind"), finding.get("confidence"), finding.get("src"), finding.get("dst"),
        bracket.get("lower"), bracket.get("upper"), finding.get("vantage"), finding.get("explanation", ""))


def missing(wanted, findings):
    """Why no finding is the wanted one; nothing when one is."""
    same_kind = [finding for finding in findings if finding.get("kind") == wanted["kind"]]
    reasons = [(finding, mismatches(finding, wanted)) for finding in same_kind]
    if any(not problems for _, problems in reasons):
        return []
    lines = ["missing: " + json.dumps(wanted)]
    lines += ["    found %s\n      but %s" % (describe(finding), "; ".join(problems))
              for finding, problems in reasons]
    return lines if reasons else lines + ["    no %s was found" % wanted["kind"]]


def compare(report, status, expected):
    lines = []
    if report.get("schema") != SCHEMA:
        lines.append("schema is %s, not %s" % (report.get("schema"), SCHEMA))
    allowed = expected["exit"] if isinstance(expected["exit"], list) else [expected["exit"]]
    if status not in allowed:
        lines.append("exit status is %d, not %s" % (status, " or ".join(map(str, allowed))))
    findings = report.get("findings", [])
    for wanted in expected.get("must", []):
        lines += missing(wanted, findings)
    for forbidden in expected.get("must_not", []):
        lines += ["wrong: %s\n    because of must_not %s" % (describe(finding), json.dumps(forbidden))
                  for finding in findings if not mismatches(finding, forbidden)]
    return lines


def load(path):
    with sys.stdin if path == "-" else open(path) as file:
        return json.load(file)


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: expect.py REPORT.json EXIT EXPECT.json")
    expected = load(sys.argv[3])
    try:
        report = load(sys.argv[1])
    except (OSError, ValueError) as error:
        lines = ["no report: %s" % error]
    else:
        lines = compare(report, int(sys.argv[2]), expected)
    for line in lines:
        print(line)
    if lines and expected.get("truth"):
        print("truth: " + expected["truth"])
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
