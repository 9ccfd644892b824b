"""Holds captures of pcaps/ against their expectations: `mtuscope check`, by the names of ctest.

golden.py --program MTUSCOPE [STEM...]   the named captures, or all of them
"""

import subprocess
import sys

import recorded


def main() -> int:
    parser = recorded.argument_parser(__doc__)
    parser.add_argument("names", nargs="*", metavar="STEM")
    options = parser.parse_args()
    paths = [recorded.FOLDER / (name + recorded.EXPECTATION) for name in options.names]
    return subprocess.run([options.program, "check", *(paths or [recorded.FOLDER])], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
