"""Data flows one way: the folders of the program, and the rooms of analysis/, include each other without
a circle, and capture, analysis, probes, cli only to their left."""

import collections
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLOORS = ("capture", "analysis", "probes", "cli")  # from left to right
INCLUDE = re.compile(r'^#include "((?:capture|analysis|probes|cli)/[^"]+)"', re.MULTILINE)


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def includes() -> dict[str, dict[str, str]]:
    """By folder: the other folders that it includes, each with an example."""
    found: dict[str, dict[str, str]] = collections.defaultdict(dict)
    for floor in FLOORS:
        for file in sorted((ROOT / floor).rglob("*.h")) + sorted((ROOT / floor).rglob("*.cc")):
            name = file.relative_to(ROOT).as_posix()
            for header in INCLUDE.findall(file.read_text(encoding="utf-8")):
                if folder_of(header) != folder_of(name):
                    found[folder_of(name)].setdefault(folder_of(header), f"{name} includes {header}")
    return found


def circle(graph: dict[str, dict[str, str]]) -> list[str]:
    """The includes that lead from a folder back to itself; empty when there are none."""
    done: set[str] = set()

    def search(folder: str, way: list[str]) -> list[str]:
        if folder in way:
            on = way[way.index(folder) :] + [folder]
            return [graph[a][b] for a, b in zip(on, on[1:])]
        if folder in done:
            return []
        for other in graph.get(folder, {}):
            if found := search(other, [*way, folder]):
                return found
        done.add(folder)
        return []

    return next((found for folder in sorted(graph) if (found := search(folder, []))), [])


class StructureTest(unittest.TestCase):
    def test_a_folder_includes_only_folders_to_its_left(self):
        for folder, others in includes().items():
            floor = FLOORS.index(folder.partition("/")[0])
            for other, example in others.items():
                self.assertLessEqual(FLOORS.index(other.partition("/")[0]), floor, example)

    def test_no_folder_includes_itself_through_others(self):
        self.assertEqual(circle(includes()), [])

    def test_a_circle_would_be_found(self):
        graph = {"a": {"b": "a to b"}, "b": {"c": "b to c"}, "c": {"b": "c to b"}}
        self.assertEqual(circle(graph), ["b to c", "c to b"])


if __name__ == "__main__":
    unittest.main()
