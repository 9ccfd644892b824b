"""Runs captures of pcaps/ through the program and compares its findings with the expected ones.

golden.py --program MTUSCOPE [STEM...]   the named captures, or all of them
golden.py --program MTUSCOPE --folder    whether the folder is whole: every capture has its expectation,
                                         its recipe and its line in the README, and the reverse
"""

import json
import pathlib
import sys

import recorded

LAB = pathlib.Path(__file__).resolve().parents[1] / "lab"
sys.path.insert(0, str(LAB))
import expect  # noqa: E402  (tests/lab/expect.py, which has the rules)


def judge(program: str, name: str) -> list[str]:
    """What is wrong with the program's answer to this capture."""
    captures, expectations = recorded.captures(), recorded.expectations()
    if name not in captures or name not in expectations:
        return [f"{name}: a capture and its expectation belong together, one is missing"]
    expected = json.loads(expectations[name].read_text(encoding="utf-8"))
    try:
        analysis = recorded.analyze(program, captures[name])
    except recorded.AnalysisFailed as failure:
        return [str(failure)]
    wrong = expect.compare(analysis.report, analysis.status, expected)
    if wrong:
        wrong.append("the truth: " + expected["truth"])
        wrong.append("the answer: " + json.dumps(analysis.report.get("findings"), indent=1))
    return wrong


def check_folder() -> list[str]:
    """What is missing or left over in pcaps/."""
    wrong = []
    captures, expectations = recorded.captures(), recorded.expectations()
    readme = (recorded.FOLDER / "README.md").read_text(encoding="utf-8")
    wrong += [f"{captures[name].name} has no expectation" for name in captures.keys() - expectations]
    wrong += [f"{expectations[name].name} has no capture" for name in expectations.keys() - captures]
    for path in recorded.FOLDER.iterdir():
        if recorded.stem(path) is None and path.name != "README.md":
            wrong.append(f"{path.name} is neither a capture nor an expectation")
    for name, path in expectations.items():
        recipe = json.loads(path.read_text(encoding="utf-8")).get("recipe")
        if not recipe or not (LAB / "recipes" / f"{recipe}.sh").is_file():
            wrong.append(f"{path.name}: no recipe {recipe!r} in tests/lab/recipes")
        if name in captures and captures[name].name not in readme:
            wrong.append(f"pcaps/README.md has no line about {captures[name].name}")
    return sorted(wrong)


def main() -> int:
    parser = recorded.argument_parser(__doc__)
    parser.add_argument("--folder", action="store_true")
    parser.add_argument("names", nargs="*", metavar="STEM")
    options = parser.parse_args()
    wrong = []
    if options.folder:
        wrong = check_folder()
    else:
        for name in options.names or sorted(recorded.captures()):
            wrong += judge(options.program, name)
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
