"""Runs the three test suites and adds them up.

lit holds IR, PTX text and tools; GoogleTest programs hold pure functions; pytest
holds Python and whole runs against NumPy. The last line printed is
`N passed, M failed, K skipped`, the sum of all three. The exit code is non-zero
when a test failed, when a suite could not run, and when a suite found no test:
silence is not success.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
LIT = "/usr/lib/llvm-22/bin/lit"


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.problems += other.problems

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def environment_of(build, kind):
    """The environment of the build's "tools" or "python": cmake/TestEnvironment.cmake."""
    file = build / "test" / "environment.json"
    wanted = json.loads(file.read_text()) if file.exists() else {}
    tools = wanted.get("tools", {})
    return dict(os.environ, **(tools if kind == "tools" else tools | wanted.get(kind, {})))


def run_lit(build, pattern):
    """lit's result codes: an unexpected pass, a timeout and an unresolved test fail."""
    report = build / "test" / "lit.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, LIT, "-sv", "--no-progress-bar", "-o", str(report),
               str(build / "test")]
    if pattern:
        command += ["--filter", pattern, "--allow-empty-runs"]
    subprocess.run(command, check=False, env=environment_of(build, "tools"))
    if not report.exists():
        return Tally(problems=["lit wrote no results"])
    tally = Tally()
    for test in json.loads(report.read_text())["tests"]:
        code = test["code"]
        if code in ("PASS", "FLAKYPASS", "XFAIL"):
            tally.passed += 1
        elif code in ("UNSUPPORTED", "SKIPPED"):
            tally.skipped += 1
        elif code != "EXCLUDED":
            tally.failed += 1
    return tally


def run_unit(build, pattern):
    """Every program that CMake listed must exist, run and leave a report."""
    listing = build / "test" / "Unit" / "programs.txt"
    if not listing.exists():
        return Tally(problems=["GoogleTest is missing: CMake listed no unit tests"])
    tally = Tally()
    for program in filter(None, listing.read_text().split("\n")):
        report = Path(program + ".json")
        report.unlink(missing_ok=True)
        command = [program, "--gtest_brief=1", f"--gtest_output=json:{report}"]
        if pattern:
            command.append(f"--gtest_filter=*{pattern}*")
        try:
            status = subprocess.run(command, check=False, cwd=build,
                                    env=environment_of(build, "tools")).returncode
        except OSError as error:
            tally.problems.append(f"{program} does not run: {error}")
            continue
        if not report.exists():
            tally.problems.append(f"{program} died with exit code {status}")
            continue
        results = json.loads(report.read_text())
        skipped = sum(case["result"] == "SKIPPED" for suite in results["testsuites"]
                      for case in suite["testsuite"])
        tally.failed += results["failures"]
        tally.skipped += skipped + results["disabled"]
        tally.passed += (results["tests"] - results["failures"] - results["disabled"]
                         - skipped)
        if status and not results["failures"]:
            tally.problems.append(f"{program} ended with exit code {status}")
    return tally


def run_python(build, pattern):
    report = build / "test" / "pytest.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p",
               "no:cacheprovider", f"--junitxml={report}", str(SOURCE / "test")]
    if pattern:
        command += ["-k", pattern]
    environment = dict(environment_of(build, "python"), THEANO_BUILD_DIR=str(build),
                       PYTHONPATH=str(build / "python"),
                       PYTHONDONTWRITEBYTECODE="1")
    status = subprocess.run(command, check=False, env=environment).returncode
    if not report.exists():
        return Tally(problems=[f"pytest wrote no results (exit code {status})"])
    tally = Tally()
    for suite in xml.parse(report).getroot():
        count = {key: int(suite.get(key)) for key in
                 ("tests", "failures", "errors", "skipped")}
        tally.failed += count["failures"] + count["errors"]
        tally.skipped += count["skipped"]
        tally.passed += (count["tests"] - count["failures"] - count["errors"]
                         - count["skipped"])
    if status not in (0, 1, 5):
        tally.problems.append(f"pytest ended with exit code {status}")
    return tally


SUITES = {"lit": run_lit, "unit": run_unit, "python": run_python}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=SOURCE / "build",
                        help="the build tree whose programs are tested")
    parser.add_argument("--suite", choices=SUITES, action="append",
                        help="only this suite (may be given several times)")
    parser.add_argument("filter", nargs="?", default="",
                        help="only tests whose name matches")
    arguments = parser.parse_args()

    total = Tally()
    begin = time.monotonic()
    for name in arguments.suite or SUITES:
        start = time.monotonic()
        tally = SUITES[name](arguments.build.resolve(), arguments.filter)
        count = tally.passed + tally.failed + tally.skipped
        if count == 0 and not arguments.filter and not tally.problems:
            tally.problems.append(f"the {name} suite found no test")
        print(f"-- {name}: {count} tests in {time.monotonic() - start:.1f} s",
              flush=True)
        total.add(tally)
    if total.passed + total.failed == 0 and not total.problems:
        total.problems.append("no test ran")
    for problem in total.problems:
        print(f"error: {problem}", file=sys.stderr)
    sys.stderr.flush()
    print(f"tests took {time.monotonic() - begin:.0f} s")
    print(total, flush=True)
    return bool(total.failed or total.problems)


if __name__ == "__main__":
    sys.exit(main())
