"""Runs every `$ ./mtuscope ...` of README.md and compares the text below it with the real answer.

readme.py --program MTUSCOPE [--rewrite]     --rewrite puts the real answers into README.md instead
"""

import difflib
import os
import re
import shlex
import subprocess
import sys

import recorded

ROOT = recorded.FOLDER.parent
BLOCK = re.compile(r"^```text\n\$ \./mtuscope (?P<arguments>.*)\n(?P<answer>(?:.*\n)*?)```$", re.MULTILINE)


def answer(program: str, arguments: str) -> str:
    """What a reader of the README sees on a terminal of 80 columns."""
    command = [os.path.abspath(program), *shlex.split(arguments)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "COLUMNS": "80"}, text=True, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True).stdout  # fmt: skip


def main() -> int:
    parser = recorded.argument_parser(__doc__)
    parser.add_argument("--rewrite", action="store_true")
    options = parser.parse_args()
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")

    def real(block: re.Match) -> str:
        return f"```text\n$ ./mtuscope {block['arguments']}\n{answer(options.program, block['arguments'])}```"

    fresh, count = BLOCK.subn(real, text)
    if options.rewrite:
        readme.write_text(fresh, encoding="utf-8")
    elif fresh != text:
        sys.stdout.writelines(difflib.unified_diff(
            text.splitlines(True), fresh.splitlines(True), "README.md", "the program"))  # fmt: skip
        print(f"To take the program's answer: python3 {sys.argv[0]} --program {options.program} --rewrite")
        return 1
    return 0 if count else "README.md shows no run of ./mtuscope"


if __name__ == "__main__":
    sys.exit(main())
