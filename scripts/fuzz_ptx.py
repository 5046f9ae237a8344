"""Feeds the simulated driver with hostile PTX: ./dev fuzz.

The first texts are those that the repository has anyway: what the unit tests of the
simulator load, which is at least one text for each form of each instruction, and the
.ptx files. The dictionary comes from the simulator's own tables. libFuzzer changes
them from there; what reached new code is kept in the build tree for the next time.

A text that crashes the simulator, hangs it or takes more memory than it should is
written to fuzz/found in the build tree and ends the run with an exit code that is not
0. docs/testing.md says what to do with it.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from run_tests import environment_of

SOURCE = Path(__file__).resolve().parent.parent
# Longer texts are slower and reach nothing more.
MOST_BYTES = 4096


def write_seeds(build, folder):
    """The texts that tests and examples hold."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # The tests themselves are run elsewhere; here only what they load counts.
    subprocess.run([build / "test" / "Unit" / "SimulatorTests", "--gtest_brief=1"],
                   check=False, stdout=subprocess.DEVNULL,
                   env=environment_of(build, "tools") |
                   {"THEANO_SIM_TEST_DUMP": str(folder)})
    tracked = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.ptx"],
                             cwd=SOURCE, check=True, text=True, stdout=subprocess.PIPE)
    for path in tracked.stdout.splitlines():
        if (SOURCE / path).is_file():
            shutil.copy(SOURCE / path, folder / path.replace("/", "-"))
    for path in folder.iterdir():
        if path.stat().st_size > MOST_BYTES:
            path.unlink()
    return len(list(folder.iterdir()))


def write_dictionary(build, path):
    words = subprocess.run([build / "bin" / "fuzz-ptx-dictionary"], check=True, text=True,
                           stdout=subprocess.PIPE, env=environment_of(build, "tools")).stdout
    path.write_text(words)
    return words.count("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=SOURCE / "build-fuzz",
                        help="the build tree of the preset `fuzz`")
    parser.add_argument("seconds", type=int, nargs="?", default=600)
    arguments, options = parser.parse_known_args()

    build = arguments.build.resolve()
    folder = build / "fuzz"
    for name in ("corpus", "found"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    seeds = write_seeds(build, folder / "seeds")
    words = write_dictionary(build, folder / "dictionary")
    print(f"{seeds} texts to start from, {words} words", flush=True)
    status = subprocess.run(
        [build / "bin" / "fuzz-ptx", f"-max_total_time={arguments.seconds}",
         f"-max_len={MOST_BYTES}", f"-dict={folder / 'dictionary'}",
         f"-artifact_prefix={folder / 'found'}/", "-timeout=30", "-rss_limit_mb=3072",
         "-print_final_stats=1", *options, folder / "corpus", folder / "seeds"],
        check=False, env=environment_of(build, "tools")).returncode
    if status:
        print(f"a finding: its text is in {folder / 'found'}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
