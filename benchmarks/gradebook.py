"""Measure the gradebook's overhead over bare workers, and test killing and resuming a run.

python benchmarks/gradebook.py [--submissions 400] [--kills 10] [--record]
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from harness import Result, Target, show, time_calls
from startup import SOLUTIONS

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.progress_bar import ProgressBar
from learncnn.grader.batch.tasks import GradingSettings, Task
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.grade_request import GradeRequest, begin_run
from learncnn.grader.gradebook.grade_run import GradeRun
from learncnn.grader.gradebook.records import record_of
from learncnn.grader.gradebook.tables import metadata
from learncnn.grader.grading.report import Report
from learncnn.grader.submissions.collect import collect
from learncnn.grader.submissions.submission import Submission

TIMES = {"made_at", "seen_at", "graded_at", "created_at", "started_at", "finished_at", "seconds"}
TARGET = Target(1.25)


def sources(framework: str, count: int) -> list[str]:
    """Return `count` different right submissions."""
    return [f"{SOLUTIONS[framework]}\n# {number}\n" for number in range(count)]


def write_class(root: Path, framework: str, count: int) -> Path:
    """Write a folder with a right submission for each student, and return `root`."""
    for number, source in enumerate(sources(framework, count)):
        file = root / f"student{number:05d}" / "ex01.py"
        file.parent.mkdir(parents=True)
        file.write_text(source)
    return root


def grade_right(pool: Pool[Report], framework: str, texts: Sequence[str]) -> None:
    """Grade right submissions. Raises RuntimeError unless all pass."""
    tasks = (
        Task(number, "ex01", framework, Submission(text, "ex01.py"))
        for number, text in enumerate(texts)
    )
    passed = sum(done.result.state == "passed" for done in pool.results(tasks) if done.result)
    if passed != len(texts):
        raise RuntimeError(f"{passed} of {len(texts)} passed")


def bare(framework: str, count: int) -> None:
    """Grade right submissions with the workers only."""
    with Pool(GradingSettings(), reduce=None) as pool:
        grade_right(pool, framework, sources(framework, count))


def graded(root: Path, place: Path) -> None:
    """Collect and grade the submissions in `root` into a new gradebook."""
    place.unlink(missing_ok=True)
    book = open_gradebook(str(place), create=True)
    with collect([root]) as collection:
        id, number = begin_run(book, GradeRequest(practice=True))
        with Pool(GradingSettings(), reduce=record_of) as pool:
            run = GradeRun(book, GradingSettings(), pool, run=id, number=number)
            run.grade(collection, ProgressBar(0, quiet=True))
    book.close()


def rows(place: Path) -> dict[str, list[str]]:
    """Return the rows of all tables except `runs`, without their times."""
    engine = sa.create_engine(f"sqlite:///{place}")
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in TIMES]
            if table.name != "runs":
                found[table.name] = sorted(map(repr, connection.execute(sa.select(*columns))))
    engine.dispose()
    return found


def survive(root: Path, folder: Path, kills: int) -> bool:
    """Return whether a run killed and resumed at random moments gives the rows of a whole one."""
    place, calm = folder / "killed.sqlite", folder / "calm.sqlite"
    started = time.monotonic()
    graded(root, calm)
    whole = time.monotonic() - started
    moments = random.Random(1)
    command = [sys.executable, "-m", "learncnn", "grade", "--practice", "--gradebook", str(place)]
    for _ in range(kills):
        words = ["--resume"] if place.exists() else [str(root)]
        process = subprocess.Popen([*command, *words], stderr=subprocess.DEVNULL, cwd=folder)
        time.sleep(moments.uniform(0.3, 0.3 + whole / kills))
        process.kill()
        process.wait()
    subprocess.run([*command, str(root)], capture_output=True, check=True, cwd=folder)
    return rows(place) == rows(calm)


def measure(submissions: int = 400, repetitions: int = 3, kills: int = 0) -> Result:
    """Measure grading with workers only and into a gradebook, in alternating runs."""
    folder = Path(tempfile.mkdtemp())
    figures, ratios = [], {}
    try:
        for framework in SOLUTIONS:
            root = write_class(folder / framework, framework, submissions)
            place = folder / f"{framework}.sqlite"
            calls = {
                "workers": lambda f=framework: bare(f, submissions),
                "gradebook": lambda r=root, p=place: graded(r, p),
            }
            timings = time_calls(calls, repetitions)
            for name, timing in timings.items():
                rate = f"{submissions / timing.median:.0f} a second"
                figures.append((f"{submissions} submissions, {framework}, {name}", rate))
            ratios[f"grade into SQLite / workers alone ({framework})"] = (
                timings["gradebook"].median / timings["workers"].median
            )
        if kills:
            same = survive(folder / "numpy", folder, kills)
            figures.append(
                (f"killed {kills} times and resumed", "same rows" if same else "DIFFERS")
            )
    finally:
        shutil.rmtree(folder)
    return Result("A class through the gradebook", figures, ratios, dict.fromkeys(ratios, TARGET))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=400)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--kills", type=int, default=0, help="also kill a run so many times")
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    result = measure(options.submissions, options.repetitions, options.kills)
    show(result, keep=options.record)


if __name__ == "__main__":
    main()
