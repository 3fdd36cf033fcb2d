"""Measure submissions per second over the class size, with running workers and all layers.

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

#: Submissions a second that are asked for.
ASKED = {"numpy": 200, "torch": 130}
#: How much more a submission may take in the largest class than in the second largest.
TARGET = Target(1.25)
#: Before anything is measured: the zygotes are made ready for an exercise.
WARM = 100
#: Number of submissions from which a class is graded once; smaller ones are repeated.
ONCE = 10_000


def seconds(framework: str, counts: Sequence[int], repetitions: int) -> list[float]:
    """Medians for a submission, by size of the class."""
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
    """Rates in both frameworks, and whether the cost grows with the class."""
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
