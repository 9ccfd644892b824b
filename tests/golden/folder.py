"""Whether pcaps/ is whole: every capture has its expectation, its recipe and its line in the README, and
the reverse; `mtuscope check pcaps` agrees about captures and expectations.

folder.py --program MTUSCOPE
"""

import json
import pathlib
import subprocess
import sys

import recorded

RECIPES = pathlib.Path(__file__).resolve().parents[1] / "lab" / "recipes"
NO_PARTNER = ("no-expectation", "no-capture", "error")


def checked(program: str) -> list[str]:
    """What the program says about captures and expectations that do not belong together."""
    run = subprocess.run([program, "check", "--json", recorded.FOLDER], capture_output=True, text=True, check=False)
    cases = json.loads(run.stdout)["cases"]
    return [case["error"] for case in cases if case["outcome"] in NO_PARTNER]


def described() -> list[str]:
    """What is missing or left over beside captures and expectations."""
    wrong = []
    captures, expectations = recorded.captures(), recorded.expectations()
    readme = (recorded.FOLDER / "README.md").read_text(encoding="utf-8")
    for path in recorded.FOLDER.iterdir():
        if recorded.stem(path) is None and path.name != "README.md":
            wrong.append(f"{path.name} is neither a capture nor an expectation")
    for path in captures.values():
        if path.name not in readme:
            wrong.append(f"pcaps/README.md has no line about {path.name}")
    for path in expectations.values():
        recipe = json.loads(path.read_text(encoding="utf-8")).get("recipe")
        if not recipe or not (RECIPES / f"{recipe}.sh").is_file():
            wrong.append(f"{path.name}: no recipe {recipe!r} in tests/lab/recipes")
    return wrong


def main() -> int:
    options = recorded.argument_parser(__doc__).parse_args()
    wrong = sorted(checked(options.program) + described())
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
