"""Measure how long it takes to make the pages of a class and to show them in a browser.

python benchmarks/class_pages.py [--students 400] [--exercises 24] [--keep DIR] [--record]

The gradebook is synthetic, so that it is ready within a minute: real keys, outcomes of the known
mistakes, and the solutions as the students' code. It is read and rendered by the code of `report`
and `gradebook feedback`. The browser is Debian's chromium, driven by Playwright.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from harness import Result, Target, milliseconds, show

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import ExerciseInfo, load_catalog
from learncnn.grader.gradebook.connection import Gradebook, open_gradebook
from learncnn.grader.gradebook.records import Record, record_of
from learncnn.grader.gradebook.tables import (
    contents,
    courses,
    gradings,
    overrides,
    quiz_scores,
    reports,
    students,
    submissions,
)
from learncnn.grader.grading.grading import judge_run
from learncnn.grader.grading.planning import plan
from learncnn.grader.runner.job import REPEAT, Isolation, Run
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised
from learncnn.grader.submissions.submission import parse_submission

START = datetime(2026, 9, 14, 20, 0, tzinfo=timezone.utc)
RUBRIC = """[groups]
edges = 2
[late]
per_day = 0.1
most = 0.5
[drop]
lowest = 1
[quiz]
weight = 0.2
[due]
"""
NAMES = ("Ann", "Bo", "Cai", "Dana", "Eli", "Fang", "Gus", "Hua", "Ida", "Jun", "Kim", "Lin", "Mei")
FAMILIES = ("Chen", "Diaz", "Evans", "Fu", "Gao", "Haas", "Ito", "Jones", "Klein", "Li", "Ma")
#: Maximum time to open the class page, and to make all students' pages, in seconds.
OPENS, FEEDBACK = 1.0, 60.0


@dataclass(frozen=True)
class Kind:
    """A possible report on an exercise, and the code that it is about."""

    record: Record
    source: str


def kinds_of(info: ExerciseInfo) -> list[Kind]:
    """Return reports on an exercise: right, with each known mistake, raising, and not loading."""
    key = practice_key(info, info.libraries[0])
    source = model_answers(info, info.libraries[0]).both
    submission = parse_submission(source.encode(), f"{info.folder}.py")
    lines = source.split("\n")
    line = next(n for n, text in enumerate(lines, 1) if text.lstrip().startswith("return"))
    error = Raised(
        "IndexError",
        ("IndexError", "LookupError", "Exception"),
        "index 3 is out of bounds for axis 0 with size 3",
        line,
        lines[line - 1].strip(),
        next(iter(info.functions)),
    )
    mistakes = [mutant.outcomes for mutant in key.mutants if len(mutant.codes) == 1]
    first = next(iter(info.functions))
    stopped = {c.id: Outcome("raised", error=error) for c in key.cases if c.function == first}
    runs: list[Run] = []
    planned = plan(submission, info, key)
    for changed in [{}, *mistakes, stopped]:
        outcomes = {case.id: case.expected for case in key.cases} | dict(changed)
        outcomes[REPEAT] = outcomes[planned.repeated]
        runs.append(Run(outcomes, Isolation((), ())))
    broken = Raised("SyntaxError", ("SyntaxError",), "invalid syntax", 3, lines[2])
    runs.append(Run({}, Isolation((), ()), load_error=Outcome("raised", error=broken)))
    return [Kind(record_of(judge_run(submission, info, key, planned, run)), source) for run in runs]


def write_class(book: Gradebook, count: int, infos: Sequence[ExerciseInfo]) -> None:
    """Fill a gradebook with a term of up to two attempts, three sections, an exam, an override."""
    chance = random.Random(1)
    kinds = {info.id: kinds_of(info) for info in infos}
    due = {info.id: START + timedelta(days=3.5 * n) for n, info in enumerate(infos)}
    with book.writing() as connection:
        dates = "".join(f"{id} = {at.isoformat()}\n" for id, at in due.items())
        known = {"rubric": RUBRIC + dates, "exercises": ",".join(due), "exercises_open": False}
        connection.execute(sa.update(courses).values(**known))
        connection.execute(sa.insert(students), list(_people(book.course, count, chance)))
        for number in range(count):
            rows = list(_term(book.course, number, kinds, due, chance))
            for table in (contents, reports, submissions, gradings):
                of_table = [row[table.name] for row in rows]
                if of_table:
                    connection.execute(sa.insert(table), of_table)
            score = {"score": float(chance.randint(8, 30)), "max_score": 30.0, "quiz": "midterm"}
            if chance.random() < 0.95:
                who = {"course": book.course, "student": _id(number)}
                connection.execute(sa.insert(quiz_scores).values(**who, **score))
        decided = {"course": book.course, "student": _id(1), "exercise": infos[0].id}
        words = {"reason": "right idea, see mail", "author": "me", "made_at": START.isoformat()}
        connection.execute(
            sa.insert(overrides).values(**decided, **words, points=8.5, excused=False)
        )


def _id(number: int) -> str:
    return f"s{number:04d}"


def _people(course: str, count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "course": course,
            "id": _id(number),
            "name": f"{chance.choice(NAMES)} {chance.choice(FAMILIES)}",
            "email": f"{_id(number)}@example.org",
            "section": "ABC"[number % 3],
            "ids": {},
            "listed": True,
        }


def _term(
    course: str,
    number: int,
    kinds: dict[str, list[Kind]],
    due: dict[str, datetime],
    chance: random.Random,
) -> Iterator[dict[str, dict[str, Any]]]:
    """Yield the rows of one student's hand-ins.

    Students differ in skill, and a tenth of them stop during the term.
    """
    skill = chance.betavariate(4, 2)
    stops = len(due) if chance.random() < 0.9 else chance.randint(2, len(due))
    for place, (exercise, at) in enumerate(due.items()):
        if place >= stops or chance.random() < 0.04:
            continue
        for attempt in range(chance.choice((1, 1, 2))):
            right = chance.random() < skill + 0.2 * attempt - 0.2
            kind = kinds[exercise][0] if right else chance.choice(kinds[exercise][1:])
            at = at - timedelta(hours=chance.expovariate(1 / 30) - 8)
            yield _hand_in(course, _id(number), exercise, kind, at + timedelta(hours=attempt))


def _hand_in(
    course: str, student: str, exercise: str, kind: Kind, at: datetime
) -> dict[str, dict[str, Any]]:
    source = f"{kind.source}\n# {student}, {at.isoformat()}\n"
    digest = hashlib.sha256(source.encode()).hexdigest()
    report = hashlib.sha256(f"{exercise} {digest}".encode()).hexdigest()
    record = replace(kind.record, source_hash=digest)
    when = at.isoformat()
    handed = {
        "id": hashlib.sha256(f"{student} {report}".encode()).hexdigest(),
        "course": course,
        "student": student,
        "exercise": exercise,
        "content_hash": digest,
        "filename": f"{exercise}.py",
        "origin": f"submissions.zip/{student}/{exercise}.py",
        "submitted_at": when,
        "upload": 0,
        "late": False,
        "source_hash": digest,
        "framework": record.framework,
        "notes": {},
        "report": report,
        "seen_at": when,
        "run": 1,
    }
    return {
        "contents": {"hash": digest, "content": source.encode()},
        "reports": {
            "id": report, **record.row(), "limits": {}, "seconds": 0.1, "made_at": when
        },
        "submissions": handed,
        "gradings": {
            "submission": handed["id"], "number": 1, "report": report, "reason": "", "author": "",
            "graded_at": when,
        },
    }  # fmt: skip


def opening(page_path: Path) -> dict[str, float]:
    """Return the seconds until the page is drawn, per frame while scrolling, and for sorting.

    `… cpu` is the processor time of the page's main thread, which other load does not change.
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    flags = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def cpu() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

        page.goto("about:blank")
        before, started = cpu(), time.perf_counter()
        page.goto(page_path.as_uri())
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        opened, drawn = time.perf_counter() - started, cpu()
        frames = page.evaluate(_SCROLL)
        scrolled = cpu()
        sorting = page.evaluate(_SORT)
        found = {
            "opens": opened,
            "opens cpu": drawn - before,
            "frame": sorted(frames)[len(frames) // 2],
            "frame cpu": (scrolled - drawn) / len(frames),
            "sorts": sorting,
            "sorts cpu": cpu() - scrolled,
        }
        browser.close()
    return found


#: Script that scrolls to the end in steps and returns the seconds of every frame.
_SCROLL = """async () => {
  const frames = [];
  const box = document.querySelector(".scroll.tall") ?? document.scrollingElement;
  box.scrollIntoView(); let before = performance.now();
  for (let at = 0; at < 120; at++) {
    box.scrollTop = at * (box.scrollHeight - box.clientHeight) / 119;
    await new Promise(requestAnimationFrame);
    const now = performance.now(); frames.push((now - before) / 1000); before = now; }
  return frames; }"""
#: Script that sorts the table by its last column and returns the seconds until it is drawn again.
_SORT = """async () => {
  const buttons = document.querySelectorAll("table.class thead button");
  if (!buttons.length) return 0;
  const before = performance.now(); buttons[buttons.length - 1].click();
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return (performance.now() - before) / 1000; }"""


def measure(count: int = 400, exercises: int = 24, keep: Path | None = None) -> Result:
    """Measure making the pages of a class, and opening the class page."""
    from learncnn.grader.instructor.class_page import class_page
    from learncnn.grader.instructor.feedback_pages import feedback_line

    folder = keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    infos = list(load_catalog().exercises.values())[:exercises]
    try:
        place = folder / "gradebook.sqlite"
        if not place.exists():
            book = open_gradebook(str(place), create=True)
            write_class(book, count, infos)
            book.close()
        book = open_gradebook(str(place))
        started = time.perf_counter()
        text = class_page(book)
        made = time.perf_counter() - started
        (folder / "class.html").write_text(text, "utf-8")
        started, before = time.perf_counter(), time.process_time()
        feedback_line(book, folder / "pages")
        written, written_cpu = time.perf_counter() - started, time.process_time() - before
        book.close()
        sizes = [path.stat().st_size for path in (folder / "pages").iterdir()]
        shown = opening(folder / "class.html")
    finally:
        if keep is None:
            shutil.rmtree(folder)
    who = f"{count} students, {len(infos)} exercises"

    def both(name: str) -> str:
        return f"{milliseconds(shown[name])}, of the processor {milliseconds(shown[f'{name} cpu'])}"

    figures = [
        (f"class page of {who} made in", f"{made:.1f} s"),
        ("its size", f"{len(text.encode()) / 1e6:.2f} MB"),
        ("opens in", both("opens")),
        ("a frame while scrolling", both("frame")),
        ("sorted in", both("sorts")),
        (f"{len(sizes)} pages made in", f"{written:.1f} s, of the processor {written_cpu:.1f} s"),
        ("their size, mean", f"{sum(sizes) / len(sizes) / 1e6:.2f} MB"),
    ]
    ratios = {
        "class page opens, processor / 1 s": shown["opens cpu"] / OPENS,
        "feedback for the class, processor / 60 s": written_cpu / FEEDBACK,
    }
    return Result("Pages of a class", figures, ratios, dict.fromkeys(ratios, Target(1.0)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=400)
    parser.add_argument("--exercises", type=int, default=24)
    parser.add_argument("--keep", type=Path, help="a folder in which gradebook and pages stay")
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.students, options.exercises, options.keep), keep=options.record)


if __name__ == "__main__":
    main()
