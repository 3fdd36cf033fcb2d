"""Render `progress` for a terminal and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from ..course.catalog import load_catalog
from ..i18n.texts import say
from ..terminal.layout import WIDTH, Paint, clipped, indented, padded, wrapped
from ..workspace.progress import Entry, Progress
from .standing import Mistake, Standing, UnitStanding

#: Width of the bars, in columns.
BAR, UNIT_BAR = 24, 12
#: Width of a unit's title, and column at which the text on the work done begins.
UNIT_TITLE, DONE_AT = 26, 46


def progress_lines(found: Standing, width: int, paint: Paint) -> list[str]:
    """Return the lines that `progress` prints."""
    columns = max(width, WIDTH)
    bar = _bar(found.passed, found.exercises, BAR)
    total = say("progress", "total", passed=found.passed, total=found.exercises)
    lines = [f"[{paint(bar, 'green')}] {total}"]
    lines += [_unit_line(unit, paint) for unit in found.units]
    lines += ["", *wrapped(quiz_line(found), columns)]
    lines += _section("can", _sentences(found.abilities, columns, paint("✓", "green")), paint)
    lines += _section("overcome", _mistake_lines(found.overcome, columns, paint), paint)
    lines += _section("open", _mistake_lines(found.open, columns, paint), paint)
    lines += _section("work", _work_lines(found, columns, paint), paint)
    return lines


def progress_json(found: Standing, progress: Progress) -> dict[str, Any]:
    """Return the standing as plain data; `exercises` contains every exercise of the catalog."""
    return {
        "passed": found.passed,
        "total": found.exercises,
        "units": [asdict(unit) for unit in found.units],
        "quiz": asdict(found.quiz),
        "can": [{"exercise": id, "sentence": sentence} for id, sentence in found.abilities],
        "overcome": [asdict(mistake) for mistake in found.overcome],
        "open": [asdict(mistake) for mistake in found.open],
        "exercises": {id: progress.of(id)._asdict() for id in load_catalog().exercises},
    }


def done_text(entry: Entry) -> str:
    """Return one line on the work in an exercise: pass, attempts, hints, and giving up."""
    parts = []
    if entry.passed:
        parts.append(say("progress", "passed", date=entry.passed))
    if entry.attempts:
        parts.append(say("progress", "attempts", count=entry.attempts))
    if entry.hints or entry.hinted:
        parts.append(say("progress", "hints", count=entry.hints + len(entry.hinted)))
    if entry.given_up:
        parts.append(say("progress", "given_up", date=entry.given_up))
    return " · ".join(parts)


def sign(entry: Entry) -> str:
    """Return the mark of an exercise: ✓ passed, ✗ tried, · not begun."""
    return "✓" if entry.passed else "✗" if entry.attempts else "·"


def quiz_line(found: Standing) -> str:
    """Return the numbers of answered and due questions, or how to begin a quiz."""
    quiz = found.quiz
    parts = []
    if quiz.answered:
        parts.append(say("progress", "quiz.answered", count=quiz.answered, right=quiz.right))
    if quiz.due:
        parts.append(say("progress", "quiz.due", count=quiz.due))
    return " · ".join(parts) or say("progress", "quiz.none")


def _bar(done: int, total: int, width: int) -> str:
    filled = round(width * done / total) if total else 0
    return "#" * filled + "-" * (width - filled)


def _unit_line(unit: UnitStanding, paint: Paint) -> str:
    left = padded(f"  {unit.name}  {clipped(unit.title, UNIT_TITLE)}", UNIT_TITLE + 5)
    bar = paint(_bar(unit.passed, unit.exercises, UNIT_BAR), "green")
    return f"{left} [{bar}] {unit.passed}/{unit.exercises}"


def _section(key: str, lines: Iterable[str], paint: Paint) -> list[str]:
    body = list(lines)
    return ["", paint(say("progress", f"heading.{key}"), "bold"), *body] if body else []


def _sentences(rows: Iterable[tuple[str, str]], width: int, mark: str) -> Iterator[str]:
    for id, sentence in rows:
        first, *rest = wrapped(sentence, width - 10)
        yield f"  {mark} {id}  {first}"
        yield from indented(rest, 10)


def _mistake_lines(mistakes: Iterable[Mistake], width: int, paint: Paint) -> Iterator[str]:
    for mistake in mistakes:
        yield f"  {mistake.exercise}  {paint(mistake.code, 'bold')}"
        yield from indented(wrapped(mistake.sentence, width - 8), 8)


def _work_lines(found: Standing, width: int, paint: Paint) -> Iterator[str]:
    for work in found.work:
        mark = paint("✓", "green") if work.entry.passed else sign(work.entry)
        left = f"{mark} {work.id}  {clipped(work.title, 36)}"
        first, *rest = wrapped(done_text(work.entry), width - DONE_AT) or [""]
        yield (padded(left, DONE_AT) + first).rstrip()
        yield from indented(rest, DONE_AT)
