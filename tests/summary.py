"""summary.py RESULTS.xml CTEST_STATUS: says what ctest's JUnit file holds, in one closing line.

Names every skipped test loudly, with its reason. Exit status 1 when a test failed, when ctest itself says so, or
when nothing ran.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case: ElementTree.Element) -> str:
    """ "passed", "failed" or "skipped". A test whose program is missing has failed, though ctest
    writes it as skipped too."""
    if case.get("status") == "disabled":
        return "skipped"
    skipped = case.find("skipped")
    if skipped is not None:
        meant = skipped.get("message", "").startswith(("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION"))
        return "skipped" if meant else "failed"
    return "passed" if case.get("status") == "run" else "failed"


def reason(case: ElementTree.Element) -> str:
    """The first thing that a skipped test said."""
    lines = (case.findtext("system-out") or "").strip().splitlines()
    return lines[0] if lines else "no reason given"


def main() -> int:
    results, ctest_status = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    names: dict[str, list[str]] = {"passed": [], "failed": [], "skipped": []}
    if results.exists():
        for case in ElementTree.parse(results).getroot().iter("testcase"):
            what, name = outcome(case), case.get("name", "?")
            names[what].append(name)
            if what == "skipped":
                print(f"SKIPPED: {name} could not run here: {reason(case)}")
    for name in names["failed"]:
        print(f"FAILED: {name}")
    if not any(names.values()):
        print("No test ran.")
    print(", ".join(f"{len(names[kind])} {kind}" for kind in ("passed", "failed", "skipped")))
    ran = names["passed"] or names["failed"]
    return 1 if ctest_status or names["failed"] or not ran else 0


sys.exit(main())
