"""Measure submissions per second for several class sizes, with running workers and all layers.

python benchmarks/throughput.py [--counts 10,100,1000,10000] [--repetitions 5] [--record]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

from gradebook import grade_right, sources
from harness import Result, Target, compile_once, numbers, show
from startup import SOLUTIONS

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.tasks import GradingSettings

#: Target rates, in submissions per second.
ASKED = {"numpy": 200, "torch": 130}
#: Target ratio of the time per submission in the largest class to that in the second largest.
TARGET = Target(1.25)
#: Number of submissions graded before measuring, so that the zygotes are ready for the exercise.
WARM = 100
#: Number of submissions from which a class is graded once; smaller ones are repeated.
ONCE = 10_000


def seconds(framework: str, counts: Sequence[int], repetitions: int) -> list[float]:
    """Return the median seconds per submission for each class size."""
    compile_once()
    texts = sources(framework, max(*counts, WARM))
    found = []
    with Pool(GradingSettings(), reduce=None) as pool:
        grade_right(pool, framework, texts[:WARM])
        for count in counts:
            times = []
            for _ in range(1 if count >= ONCE else repetitions):
                started = time.perf_counter()
                grade_right(pool, framework, texts[:count])
                times.append(time.perf_counter() - started)
            found.append(statistics.median(times) / count)
    return found


def measure(counts: Sequence[int] = (10, 100, 1000, 10_000), repetitions: int = 5) -> Result:
    """Measure the rates in both frameworks, and how the cost grows with the class size."""
    figures, ratios = [], {}
    for framework in SOLUTIONS:
        each = seconds(framework, counts, repetitions)
        for count, second in zip(counts, each, strict=True):
            what = f"{count} submissions, {framework} (asked for: {ASKED[framework]})"
            figures.append((what, f"{1 / second:.0f} a second"))
        sizes = f"{counts[-1]} / {counts[-2]} submissions"
        ratios[f"time for each, {sizes} ({framework})"] = each[-1] / each[-2]
    title = "Submissions a second, workers running"
    return Result(title, figures, ratios, dict.fromkeys(ratios, TARGET))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=numbers, default="10,100,1000,10000")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.counts, options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
