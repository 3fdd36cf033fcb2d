"""From a warm zygote to a verdict: one submission, ten cases, all layers on.

python benchmarks/grading.py [--repetitions 200] [--record]
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from harness import machine, report_ratios, time_calls, time_commands
from startup import SOLUTIONS

from learncnn.grader.catalog import load_catalog
from learncnn.grader.grading import grade, judge_run, plan
from learncnn.grader.key.find import practice_key
from learncnn.grader.key.model import AnswerKey
from learncnn.grader.runner import Runner
from learncnn.grader.submission import Submission

CASES = 10


def key_of_ten(framework: str) -> AnswerKey:
    """ex01's practice key with its first ten cases."""
    key = practice_key(load_catalog().resolve("ex01"), framework)
    return replace(key, cases=key.cases[:CASES])


def measure(framework: str, repetitions: int) -> float:
    """Print the timings of one framework; returns verdict / fresh interpreter."""
    info, key = load_catalog().resolve("ex01"), key_of_ten(framework)
    submission = Submission(SOLUTIONS[framework], "ex01.py")

    with Runner(("numpy", framework), warm="full") as runner:

        def judged() -> None:
            planned = plan(submission, info, key)
            run = runner.run(planned.job, ahead=True)
            report = judge_run(submission, info, key, planned, run)
            assert report.state == "passed"

        def graded() -> None:
            report, _ = grade(submission, info, key, runner)
            assert report.state == "passed"

        timings = time_calls({"judged": judged, "graded": graded}, repetitions)
    fresh = [sys.executable, "-c", f"import {framework}"]
    floor = time_commands({"fresh": fresh}, 5)["fresh"].median
    print(f"{framework}: zygote → verdict {timings['judged'].median * 1000:.1f} ms,")
    print(f"  doubted in a second process {timings['graded'].median * 1000:.1f} ms,")
    print(f"  a fresh interpreter that imports {framework} {floor * 1000:.0f} ms")
    return timings["judged"].median / floor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    print(f"{machine()}; medians of {options.repetitions}\n")
    ratios = {
        f"verdict on ten cases / fresh interpreter ({framework})": measure(
            framework, options.repetitions
        )
        for framework in SOLUTIONS
    }
    print("\n" + report_ratios(ratios, {}, record=options.record))


if __name__ == "__main__":
    main()
