"""page.py SIMULATED.json [LAB.json]: writes docs/accuracy.md to standard output."""

import json
import math
import pathlib
import sys

HEAD = """# How often mtuscope is wrong

Measured by `tests/accuracy/run`, which writes this page: many captures of networks whose truth is known, judged,
and counted. {simulated} captures come from a simulation (fixed seeds: the same numbers each time), {lab} from real
kernels in network namespaces (the rules and the traffic are the same each time, the timing is not). A small part
of the simulation is an ordinary test (`tests/run --label accuracy`).

## What counts as what

- **Runs** draw at random what is said (downloads, TLS handshakes, chats, records of all sizes), by how many flows,
  over which RTT (1 to 600 ms), IPv4 or IPv6, with or without SACK, timestamps and IP identification, with a least
  RTO of 30 ms to 1 s, and where they are recorded: at the sender of the data, in the middle, at its receiver.
- **False** is a `pmtu-blackhole` where no packet was lost for its size, or in the wrong direction; `confirmed` and
  `suspected` are counted apart. False *size-dependent-loss* likewise; false *path-outage* is one where at no time
  everything was lost.
- **Provable** is a limit when the network took at least three sendings of the same bytes for their size, one of
  them after a retransmission timeout, none of them arrived at such a size, and a smaller packet with data that was
  sent after the first one arrived and was answered for before the recording ended (by its number, by SACK, or, without
  SACK, by a duplicate). Where such sizes had passed
  before, after the third one: until then an outage looks the same. That follows from the network and the traffic,
  not from what mtuscope says. (In the lab it is read from the recording at the server by a program of its own,
  `tests/accuracy/provable.py`.)
- **Found** is a provable limit that is told, in the right direction. **Wrong bounds**: the path MTU is not in the
  bracket that is told.
"""


def upper_bound(wrong: int, runs: int) -> float:
    """Of the 95 % confidence interval of the rate: 3/n for none (the rule of three), and for a few the
    Poisson limit in Wilson and Hilferty's approximation."""
    if runs == 0:
        return 1.0
    k = wrong + 1
    z = 1.6449
    return min(1.0, k * (1 - 1 / (9 * k) + z / (3 * math.sqrt(k))) ** 3 / runs) if wrong else min(1.0, 3 / runs)


def total(classes: list, key: str, points=("sender", "middle", "receiver")) -> int:
    return sum(p[key] for c in classes for p in c["points"] if p["point"] in points)


def percent(part: int, whole: int) -> str:
    return "-" if whole == 0 else f"{100 * part / whole:.1f} %"


def look_alike_table(classes: list) -> list[str]:
    rows = ["| network without a limit | runs | false `confirmed` | false `suspected` | false size-dependent-loss | "
            "false path-outage, `confirmed` | `suspected` |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    keys = ("runs", "false_confirmed", "false_suspected", "false_size_loss", "false_outage", "false_suspected_outage")
    for c in classes + [{"class": "**all**", "points": [p for c in classes for p in c["points"]]}]:
        rows.append("| " + " | ".join([c["class"], *(str(total([c], k)) for k in keys)]) + " |")
    runs = total(classes, "runs")
    worst = total(classes, "false_confirmed")
    return rows + ["", f"False `confirmed`: {worst} of {runs}; with 95 % confidence the rate over this mix is below "
                   f"{100 * upper_bound(worst, runs):.3f} %."]


def limited_table(classes: list) -> list[str]:
    rows = ["| network with a limit | runs | provable before the loss | found | confirmed | provable at the receiver "
            "| found there | wrong bounds | false |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    near = ("sender", "middle")

    def found_of(c: dict) -> int:
        return total([c], "confirmed", near) + total([c], "suspected", near)

    def row(c: dict) -> str:
        provable, there = total([c], "provable", near), total([c], "provable", ("receiver",))
        found = found_of(c)
        found_there = total([c], "confirmed", ("receiver",)) + total([c], "suspected", ("receiver",))
        false = total([c], "false_confirmed") + total([c], "false_suspected")
        return "| " + " | ".join([c["class"], str(total([c], "runs")), str(provable), percent(found, provable),
                                  percent(total([c], "confirmed", near), provable), str(there),
                                  percent(found_there, there), str(total([c], "wrong_bounds")), str(false)]) + " |"

    whole = [c for c in classes if c["whole"]]
    everything = {"class": "**all that is recorded whole, on one link**", "points": [p for c in whole for p in c["points"]]}
    rows += [row(c) for c in classes] + [row(everything)]
    provable = total(whole, "provable", near)
    missed = provable - total(whole, "confirmed", near) - total(whole, "suspected", near)
    short = [f"{c['class']} ({percent(found_of(c), total([c], 'provable', near))})" for c in classes
             if found_of(c) < 0.99 * total([c], "provable", near)]
    goal = f"The goal is 99 % found. Below it: {', '.join(short)}." if short else "The goal of 99 % found is met by all."
    return rows + ["", goal, "", f"Recorded at the sender or between it and the loss: {missed} of {provable} provable limits "
                   f"missed ({percent(missed, provable)}); with 95 % confidence fewer than "
                   f"{100 * upper_bound(missed, provable):.1f} %."]


READING = """
## Reading it

- `confirmed` may be acted on. `suspected` says that luck is possible: at 30 to 40 % loss about one capture in
  fifty has a flow whose large packets all died by chance, and the finding gives the probability.
- At the receiver the lost packets never appear. Without later bytes behind them, or when the sender heals itself
  by cutting smaller, nothing is left to see: those limits are provable for the network, not for that recording.
- With several links (ECMP) a limit is told only when two flows show it whole and others come and go meanwhile;
  the bracket may then hold what another link carried. A path that shrinks counts as such only with a small packet
  after the third try.
- These are the networks that somebody thought of. The rates hold for this mix, not for yours.
"""


def main() -> None:
    simulated = json.loads(pathlib.Path(sys.argv[1]).read_text())
    lab = json.loads(pathlib.Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else []
    lines = [HEAD.format(simulated=total(simulated, "runs"), lab=total(lab, "runs") or "none")]
    for title, classes in (("Simulated", simulated), ("Real kernels", lab)):
        if not classes:
            continue
        lines += [f"## {title}", "", *look_alike_table([c for c in classes if not c["limited"]]), "",
                  *limited_table([c for c in classes if c["limited"]]), ""]
    print("\n".join(lines).rstrip() + "\n" + READING, end="")


main()
