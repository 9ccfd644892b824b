#!/usr/bin/python3
"""Does a line of a stream of events fulfil claims?

    watch_truth.py FILE [count=N] KEY=VALUE...

KEY is a key of the line ("event", "schema"), of its finding ("kind", "confidence", "src", "dst", "upper",
"lower"), or one of these:
    text=WORDS       the explanation has them ("_" for a blank)
    within=SECONDS   told at most so long after the third transmission that failed (third_after seconds
                     after the first): time - finding.first_time <= within
count=N: exactly N lines fulfil the other claims; without it, one or more. Exit status 0: so it is.
"""

import datetime
import json
import sys


def seconds(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp() + float("0." + (fraction or "0"))


def value_of(line, key):
    finding = line.get("finding") or {}
    if key in ("upper", "lower"):
        return str((finding.get("bracket") or {}).get(key))
    if key in line and not isinstance(line[key], (dict, list)):
        return str(line[key])
    return str(finding.get(key))


def fulfils(line, claims):
    for key, wanted in claims:
        if key == "text":
            if wanted.replace("_", " ") not in line.get("explanation", ""):
                return False
        elif key == "within":
            if seconds(line["time"]) - seconds(line["finding"]["first_time"]) > float(wanted):
                return False
        elif value_of(line, key) not in wanted.split("|"):
            return False
    return True


def main():
    claims = [tuple(word.split("=", 1)) for word in sys.argv[2:]]
    wanted = [int(value) for key, value in claims if key == "count"]
    claims = [claim for claim in claims if claim[0] != "count"]
    with open(sys.argv[1], encoding="ascii") as file:
        # The last line may still be on its way.
        lines = [json.loads(line) for line in file if line.endswith("\n")]
    found = sum(fulfils(line, claims) for line in lines)
    return 0 if (found == wanted[0] if wanted else found > 0) else 1


if __name__ == "__main__":
    sys.exit(main())
