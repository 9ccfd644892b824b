"""summary.py RESULTS.xml CASES CTEST_STATUS: says what ctest's JUnit file holds, in one closing line.

A test that runs many cases in one process has written them as JUnit to the folder CASES, by its name: they count
instead of it. Names every skipped test loudly, with its reason. Exit status 1 when a test failed, when ctest
itself says so, or when nothing ran.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator


def outcome(test: ElementTree.Element) -> str:
    """ "passed", "failed" or "skipped". A test whose program is missing has failed, though ctest
    writes it as skipped too."""
    if test.get("status") == "disabled":
        return "skipped"
    skipped = test.find("skipped")
    if skipped is not None:
        meant = skipped.get("message", "").startswith(("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION"))
        return "skipped" if meant else "failed"
    return "passed" if test.get("status") == "run" else "failed"


def case_outcome(case: ElementTree.Element) -> str | None:
    """The same for a case of such a test, or None: googletest lists the cases of the other shards too."""
    if case.get("result") == "suppressed":
        return None
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def cases(test: str, folder: pathlib.Path) -> Iterator[tuple[str, str]]:
    """(name, outcome) of what this test has written. None where it ended before it could."""
    path = folder / f"{test}.xml"
    if not path.exists():
        return
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        what = case_outcome(case)
        if what is not None:
            yield f"{case.get('classname', test)}.{case.get('name', '?')}", what


def reason(test: ElementTree.Element) -> str:
    """What a skipped test said: "... skipped 'why'" of unittest's, or its first line."""
    lines = (test.findtext("system-out") or "").strip().splitlines()
    return lines[0].split(" skipped ")[-1] if lines else "no reason given"


def main() -> int:
    results, folder, ctest_status = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    names: dict[str, list[str]] = {"passed": [], "failed": [], "skipped": []}
    if results.exists():
        for test in ElementTree.parse(results).getroot().iter("testcase"):
            what, name = outcome(test), test.get("name", "?")
            inside = list(cases(name, folder))
            for case, ended in inside:
                names[ended].append(case)
            if not inside or (what == "failed" and "failed" not in dict(inside).values()):
                names[what].append(name)
            if what == "skipped":
                print(f"SKIPPED: {name} could not run here: {reason(test)}")
    for name in names["failed"]:
        print(f"FAILED: {name}")
    if not any(names.values()):
        print("No test ran.")
    print(", ".join(f"{len(names[kind])} {kind}" for kind in ("passed", "failed", "skipped")))
    ran = names["passed"] or names["failed"]
    return 1 if ctest_status or names["failed"] or not ran else 0


sys.exit(main())
