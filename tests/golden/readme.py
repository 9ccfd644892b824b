"""Runs every `$ ./mtuscope ...` of README.md and of the pages in docs/ whose answer does not depend on the
machine, and compares the text below it with the real answer.

readme.py --program MTUSCOPE [--rewrite]     --rewrite puts the real answers into the pages instead

A block runs when its command is `advise`, or `analyze` of captures in pcaps/. What was measured in a lab
stays as it was recorded. A line "..." stands for lines that are left out there.
"""

import difflib
import os
import re
import shlex
import subprocess
import sys

import recorded

ROOT = recorded.FOLDER.parent
BLOCK = re.compile(
    r"^```text\n\$ \./mtuscope (?P<arguments>(?:advise|analyze|help) ?.*)\n(?P<answer>(?:(?!```).*\n)*?)```$",
    re.MULTILINE)  # fmt: skip
ELLIPSIS = "...\n"


def answer(program: str, arguments: str) -> str:
    """What a reader sees on a terminal of 80 columns."""
    command = [os.path.abspath(program), *shlex.split(arguments)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "COLUMNS": "80"}, text=True, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True).stdout  # fmt: skip


def abridged(real: str, shown: str) -> str:
    """The real answer with the parts left out that `shown` leaves out: each part between two "..." of
    `shown` is looked for by its first line, and has as many lines as it had."""
    if ELLIPSIS not in shown:
        return real
    lines, kept, at = real.splitlines(True), [], 0
    for number, part in enumerate(re.split(r"(?m)^\.\.\.\n", shown)):
        wanted = part.splitlines(True)
        if number > 0:
            kept.append(ELLIPSIS)
        if not wanted:
            continue
        while at < len(lines) and lines[at] != wanted[0]:
            at += 1
        kept += lines[at : at + len(wanted)]
        at += len(wanted)
    return "".join(kept)


def differences(page, program: str, rewrite: bool) -> tuple[int, list[str]]:
    """How many commands the page shows, and where their answers are no longer true."""
    text = page.read_text(encoding="utf-8")

    def real(block: re.Match) -> str:
        fresh = abridged(answer(program, block["arguments"]), block["answer"])
        return f"```text\n$ ./mtuscope {block['arguments']}\n{fresh}```"

    fresh, count = BLOCK.subn(real, text)
    if rewrite and fresh != text:
        page.write_text(fresh, encoding="utf-8")
    name = str(page.relative_to(ROOT))
    diff = difflib.unified_diff(text.splitlines(True), fresh.splitlines(True), name, "the program")
    return count, [] if rewrite else list(diff)


def main() -> int:
    parser = recorded.argument_parser(__doc__)
    parser.add_argument("--rewrite", action="store_true")
    options = parser.parse_args()
    wrong = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        count, diff = differences(page, options.program, options.rewrite)
        wrong += diff
        if page == ROOT / "README.md" and count == 0:
            return "README.md shows no run of ./mtuscope"
    if wrong:
        sys.stdout.writelines(wrong)
        print(f"To take the program's answer: python3 {sys.argv[0]} --program {options.program} --rewrite")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
