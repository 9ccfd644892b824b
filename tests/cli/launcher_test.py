"""The launcher over a tiny project of its own: builds once, builds again when sources change, and
passes everything through. Real compilers, no network."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]

CMAKELISTS = """\
cmake_minimum_required(VERSION 3.25)
project(stub LANGUAGES CXX)
add_executable(mtuscope cli/main.cc)
"""

# Prints its arguments one a line, and ends with a status of its own.
MAIN = """\
#include <cstdio>
int main(int argc, char** argv) {
  std::puts("VERSION");
  for (int i = 1; i < argc; ++i) std::puts(argv[i]);
  return 3;
}
"""


class LauncherTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mtuscope launcher ")
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.tree = self.top / "a tree"
        shutil.copytree(SOURCE / "cli/launcher", self.tree / "cli/launcher")
        shutil.copy2(SOURCE / "mtuscope", self.tree)
        shutil.copy2(SOURCE / "CMakePresets.json", self.tree)
        (self.tree / "CMakeLists.txt").write_text(CMAKELISTS)
        self.write_main("one")
        self.environment = dict(os.environ)

    def write_main(self, version: str):
        (self.tree / "cli/main.cc").write_text(MAIN.replace("VERSION", version))

    def launch(self, *arguments: str, path: pathlib.Path | None = None, cwd="/"):
        return subprocess.run([path or self.tree / "mtuscope", *arguments], cwd=cwd, text=True,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True)  # fmt: skip

    def fake_commands(self, **commands: str):
        """Puts shell scripts before the real commands, here and in everything that is launched."""
        folder = self.top / "bin"
        folder.mkdir(exist_ok=True)
        for name, body in commands.items():
            script = folder / name.replace("_", "-")
            script.write_text("#!/bin/bash\n" + body)
            script.chmod(0o755)
        self.environment["PATH"] = f"{folder}:{self.environment['PATH']}"

    def test_first_run_builds_and_passes_arguments_and_status_through(self):
        run = self.launch("analyze", "a b", "*", "")
        self.assertEqual(run.stdout, "one\nanalyze\na b\n*\n\n")
        self.assertEqual(run.returncode, 3)
        self.assertIn("building for the first time", run.stderr)

    def test_second_run_is_silent_and_quick(self):
        self.launch()
        durations = []
        for _ in range(20):
            begin = time.monotonic()
            run = self.launch()
            durations.append(time.monotonic() - begin)
            self.assertEqual(run.stderr, "")
        # The shortest: what the launcher costs, rather than what else this machine is doing.
        self.assertLess(min(durations), 0.030)

    def test_works_through_a_symbolic_link(self):
        link = self.top / "link"
        link.symlink_to("a tree/mtuscope")
        self.assertEqual(self.launch(path=link).stdout, "one\n")

    def test_changed_source_is_built_again(self):
        self.launch()
        self.write_main("two")
        run = self.launch()
        self.assertEqual(run.stdout, "two\n")
        self.assertIn("building again", run.stderr)

    def test_deleted_source_is_noticed(self):
        extra = self.tree / "cli/extra.cc"
        extra.write_text("")
        self.launch()
        extra.unlink()
        self.assertIn("building again", self.launch().stderr)

    def test_broken_source_shows_the_compiler_and_leaves_stdout_alone(self):
        self.write_main('" + broken')
        run = self.launch()
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("main.cc", run.stderr)
        self.assertIn("the build failed", run.stderr)
        self.write_main("repaired")
        self.assertEqual(self.launch().stdout, "repaired\n")

    def test_moved_tree_can_be_built_again(self):
        self.launch()
        self.tree = self.tree.rename(self.top / "moved tree")
        self.assertEqual(self.launch().stdout, "one\n")
        self.write_main("two")
        self.assertEqual(self.launch().stdout, "two\n")

    def test_concurrent_first_runs_build_once(self):
        runs = [subprocess.Popen([self.tree / "mtuscope"], env=self.environment, text=True,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE) for _ in range(3)]  # fmt: skip
        output = [run.communicate() for run in runs]
        self.assertEqual([out for out, _ in output], ["one\n"] * 3)
        self.assertEqual(sum("building for the first time" in err for _, err in output), 1)

    def test_missing_packages_are_installed_by_root_after_an_update(self):
        calls = self.top / "calls"
        self.fake_commands(
            dpkg_query="echo 'installed cmake'; exit 1",
            apt_get=f"echo \"$*\" >>'{calls}'; [[ -e '{self.top}/updated' || $* == *update* ]] || exit 100\n"
            f"[[ $* != *update* ]] || touch '{self.top}/updated'",
        )
        installer = self.tree / "cli/launcher/install-packages"
        # The real user decides what the launcher does: let this test be run by anybody.
        installer.write_text(installer.read_text().replace("EUID != 0", "0"))
        run = self.launch()
        self.assertEqual(run.stdout, "one\n")
        self.assertIn("installing Debian packages: g++ ", run.stderr)
        self.assertIn("updating the package lists", run.stderr)
        self.assertIn("--no-install-recommends g++ ", calls.read_text().splitlines()[-1])

    def test_missing_packages_are_named_to_everybody_else(self):
        self.fake_commands(dpkg_query="exit 1", apt_get="exit 1")
        installer = self.tree / "cli/launcher/install-packages"
        installer.write_text(installer.read_text().replace("EUID != 0", "1"))
        run = self.launch()
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("sudo apt-get install cmake g++ ", run.stderr)


if __name__ == "__main__":
    unittest.main()
