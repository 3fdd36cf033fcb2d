"""Measure grading one submission on ten cases, from a warm zygote to a verdict, with all layers.

python benchmarks/grading.py [--repetitions 200] [--record]
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from harness import Result, milliseconds, show, time_calls, time_commands
from startup import SOLUTIONS

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.key import AnswerKey
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission

CASES = 10


def key_of_ten(framework: str) -> AnswerKey:
    """Return the practice key of ex01 with only its first ten cases."""
    key = practice_key(load_catalog().resolve("ex01"), framework)
    return replace(key, cases=key.cases[:CASES])


def measure(repetitions: int = 200) -> Result:
    """Measure the time from a warm zygote to a verdict, in both frameworks."""
    figures: list[tuple[str, str]] = []
    ratios = {}
    for framework in SOLUTIONS:
        judged, fresh = seconds(framework, repetitions)
        figures += [
            (f"zygote → verdict on {CASES} cases ({framework})", milliseconds(judged)),
            (f"a fresh interpreter that imports {framework}", milliseconds(fresh)),
        ]
        ratios[f"verdict on ten cases / fresh interpreter ({framework})"] = judged / fresh
    return Result("One verdict, all layers of the sandbox on", figures, ratios)


def seconds(framework: str, repetitions: int) -> tuple[float, float]:
    """Return the median seconds of a verdict and of a fresh interpreter."""
    info, key = load_catalog().resolve("ex01"), key_of_ten(framework)
    submission = Submission(SOLUTIONS[framework], "ex01.py")

    with Runner(("numpy", framework), warm="full") as runner:

        def graded() -> None:
            report, _ = grade(submission, info, key, runner)
            assert report.state == "passed"

        timings = time_calls({"graded": graded}, repetitions)
    fresh = [sys.executable, "-c", f"import {framework}"]
    floor = time_commands({"fresh": fresh}, 5)["fresh"].median
    return timings["graded"].median, floor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
