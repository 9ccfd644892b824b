#!/usr/bin/python3
"""Writes one NAME.VANTAGE.expect.json from what the recipe knows about its own network.

    truth.py FILE --recipe NAME --exit 0|1|3[,...] [CLAIM...] --truth "one sentence"

Claims:
    --blackhole SRC>DST,confidence=C[|C],delivered=D,pmtu=P,lost=L,vantage=V[|V]
        Packets of L bytes vanish, P is the path MTU, D bytes are known to arrive to whoever reads the
        capture: D <= lower <= P and P < upper <= L. The reverse direction must not be accused.
    --healthy
        Nothing is wrong with any size: all kinds that would say so are lies.
    --not-size
        Something is wrong, but nothing that has to do with size.
    --pmtud SRC>DST,pmtu=P   PTBs come and work.
    --not-tested SRC>DST,lower=X   nothing larger than X was sent.
    --quality                capture-quality must be said.
    --captures FILE...       the files that are analyzed together, where it is not the one of the same name.
    --must KIND[,src=A,dst=B,...]   one more thing that must be said.
    --never KIND[,confidence=C|C][,src=A,dst=B]   one more thing that would be a lie.
"""

import argparse
import json

SIZE_KINDS = ["pmtu-blackhole", "ptb-ignored", "ptb-suspect", "size-dependent-loss", "fragment-loss"]
OTHER_TROUBLES = ["data-undelivered", "path-outage", "zero-window", "syn-unanswered",
                  "connection-refused", "dns-unanswered"]


def fields(text):
    parts = text.split(",")
    result = dict(part.split("=", 1) for part in parts[1:])
    return parts[0], result


def direction(text):
    src, dst = text.split(">")
    return {"src": src, "dst": dst}


def blackhole(text):
    ends, known = fields(text)
    finding = {"kind": "pmtu-blackhole", "confidence": known["confidence"].split("|"), **direction(ends)}
    if "pmtu" in known:
        finding["lower"] = [int(known["delivered"]), int(known["pmtu"])]
        finding["upper"] = [int(known["pmtu"]) + 1, int(known["lost"])]
    if "vantage" in known:
        finding["vantage"] = known["vantage"].split("|")
    return finding


def not_tested(text):
    ends, known = fields(text)
    lower = int(known["lower"])
    return {"kind": "not-tested", **direction(ends), "lower": [lower, lower]}


def named(text):
    kind, known = fields(text)
    if "confidence" in known:
        known["confidence"] = known["confidence"].split("|")
    for bound in {"lower", "upper"} & known.keys():
        known[bound] = int(known[bound])
    return {"kind": kind, **known}


def expectation(options):
    must, must_not = [blackhole(text) for text in options.blackhole], []
    stuck = [(finding["src"], finding["dst"]) for finding in must]
    for src, dst in stuck:
        if (dst, src) not in stuck:
            must_not.append({"kind": "pmtu-blackhole", "src": dst, "dst": src})
    if options.blackhole:
        must_not += [{"kind": kind} for kind in SIZE_KINDS + OTHER_TROUBLES if kind != "pmtu-blackhole"]
    must += [{"kind": "pmtud-working", **direction(fields(text)[0])} for text in options.pmtud]
    must += [not_tested(text) for text in options.not_tested]
    if options.quality:
        must.append({"kind": "capture-quality"})
    must += [named(text) for text in options.must]
    if options.healthy or options.not_size:
        must_not += [{"kind": kind} for kind in SIZE_KINDS]
    if options.healthy:
        must_not += [{"kind": kind} for kind in OTHER_TROUBLES]
    claimed = [finding["kind"] for finding in must]
    must_not = [finding for finding in must_not if finding["kind"] not in claimed or len(finding) > 1]
    must_not += [named(text) for text in options.never]
    exits = [int(code) for code in options.exit.split(",")]
    files = {"captures": options.captures} if options.captures else {}
    return {"recipe": options.recipe, "truth": options.truth, **files,
            "exit": exits[0] if len(exits) == 1 else exits, "must": must, "must_not": must_not}


def lines(document):
    """JSON with one finding a line: easy to read, and to compare."""
    rows = []
    for key, value in document.items():
        if key in ("must", "must_not") and value:
            inner = ",\n".join("    " + json.dumps(item) for item in value)
            rows.append('  "%s": [\n%s\n  ]' % (key, inner))
        else:
            rows.append("  %s: %s" % (json.dumps(key), json.dumps(value)))
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--recipe", required=True)
    parser.add_argument("--exit", required=True)
    parser.add_argument("--truth", required=True)
    for many in ("--blackhole", "--pmtud", "--not-tested", "--must", "--never"):
        parser.add_argument(many, action="append", default=[])
    parser.add_argument("--captures", nargs="+")
    for flag in ("--healthy", "--not-size", "--quality"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    with open(options.file, "w") as out:
        out.write(lines(expectation(options)))


if __name__ == "__main__":
    main()
