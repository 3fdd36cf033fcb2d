"""Show a student's code on a page: numbered, limited in length, with findings beside lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...course.exercise_texts import ExerciseTexts
from ...grading.report import Report
from ...i18n.texts import say
from ...runner.cell_places import CellPlaces
from ...terminal.layout import clean, clipped, width_of
from ..failing_case import error_text, problem_lines
from ..statements import finding_statement, promise_sentence

#: Maximum number of lines shown of a submission, and of columns of a line.
LINES, COLUMNS = 300, 160
#: Number of lines kept on each side of a marked one if not all are shown.
AROUND = 12
#: Width of a note, in columns, and height of its lines, in lines of code.
_NOTE_COLUMNS, _NOTE_HEIGHT = 40, 0.95
#: Maximum span of a note, in lines; the style has a class for each span.
SPANS = 16

_BINDING = re.compile(r"(?:async\s+def|def|class)\s+(\w+)|(\w+)\s*(?::[^=]*)?=(?!=)")

#: `wrong`: values, an error or a forbidden call; `promise`; `comment`: an instructor's.
NoteKind = Literal["wrong", "promise", "comment"]


@dataclass(frozen=True)
class CodeNote:
    """A note on a line: a heading and sentences."""

    kind: NoteKind
    heading: str
    lines: Sequence[str] = ()

    @property
    def height(self) -> float:
        """Return the approximate height of this note, in lines of code."""
        texts = [self.heading, *self.lines]
        return sum(_NOTE_HEIGHT * -(-width_of(text) // _NOTE_COLUMNS) for text in texts) + 0.9


@dataclass(frozen=True)
class CodeLine:
    """A line with its number, or a `gap` in place of lines that are left out."""

    number: str
    text: str
    notes: Sequence[CodeNote] = ()
    #: Number of lines that the notes beside it span; 0 without notes.
    span: int = 0
    #: Name of the notebook's cell, on its first line.
    cell: str = ""
    gap: str = ""

    @property
    def mark(self) -> str:
        """Return the kind of its most serious note, "" without notes."""
        kinds = {note.kind for note in self.notes}
        return next((kind for kind in ("wrong", "promise", "comment") if kind in kinds), "")


@dataclass(frozen=True)
class LineComment:
    """An instructor's remark on a line; in a notebook the line is counted in its cell."""

    text: str
    author: str
    line: int
    cell: int = 0


def code_lines(
    source: str,
    cells: Sequence[int],
    report: Report,
    texts: ExerciseTexts,
    comments: Iterable[LineComment] = (),
) -> list[CodeLine]:
    """Return a submission's code as lines of a page.

    `cells` are the first lines of a notebook's cells in the joined source, because the report
    counts lines within their cell; a script has none.
    """
    rows = source.rstrip("\n").split("\n")
    places = CellPlaces(source, cells)
    at = {place: n for n in range(1, len(rows) + 1) if (place := places.of(n))[0] or not cells}
    notes: dict[int, list[CodeNote]] = {}
    for (cell, line), note in _notes(report, texts, _definitions(rows, places), comments):
        number = at.get((cell, line))
        if number is not None and note not in notes.setdefault(number, []):
            notes[number].append(note)
    return list(_lines(rows, places, notes, set(cells)))


def _lines(
    rows: Sequence[str],
    places: CellPlaces,
    notes: Mapping[int, Sequence[CodeNote]],
    cells: set[int],
) -> Iterator[CodeLine]:
    before = 0
    for number in [*_shown(len(rows), notes), len(rows) + 1]:
        if number > before + 1:
            yield CodeLine("", "", gap=say("feedback", "lines_left_out", count=number - before - 1))
        before = number
        if number > len(rows) or number + 1 in cells:  # the cell's name replaces its marker line
            continue
        cell, line = places.of(number)
        here = notes.get(number, ())
        span = min(SPANS, max(1, round(sum(note.height for note in here)))) if here else 0
        name = say("feedback", "cell", number=cell) if number in cells else ""
        text = clipped(clean(rows[number - 1]), COLUMNS)
        yield CodeLine(str(line), text, here, span, name)


def _shown(count: int, notes: Iterable[int]) -> list[int]:
    """Return the numbers of the lines shown: all, or those around notes and the first ones."""
    if count <= LINES:
        return list(range(1, count + 1))
    kept: set[int] = set()
    for number in sorted(notes):
        kept.update(range(max(1, number - AROUND), min(count, number + AROUND) + 1))
    nearest = sorted(kept)[:LINES]
    first = [number for number in range(1, LINES + 1) if number not in kept]
    return sorted([*nearest, *first[: LINES - len(nearest)]])


#: Number of a cell (0 in a script), and of a line in it.
_Place = tuple[int, int]


def _definitions(rows: Sequence[str], places: CellPlaces) -> dict[str, _Place]:
    """Return name → place of its last binding at module level."""
    found = {}
    for number, row in enumerate(rows, 1):
        if match := _BINDING.match(row):
            found[match[1] or match[2]] = places.of(number)
    return found


def _notes(
    report: Report,
    texts: ExerciseTexts,
    defined: Mapping[str, _Place],
    comments: Iterable[LineComment],
) -> Iterator[tuple[_Place, CodeNote]]:
    error = report.load_error.error if report.load_error else None
    if error and error.line is not None:
        yield (error.cell, error.line), CodeNote("wrong", error_text(error))
    for use in report.forbidden:
        heading = say("feedback", "forbidden_here", name=clean(use.name))
        yield (use.cell, use.line), CodeNote("wrong", heading)
    yield from _errors(report)
    yield from _mistakes(report, texts, defined)
    for broken in report.promises:
        if broken.function in defined:
            note = CodeNote("promise", promise_sentence(broken, texts))
            yield defined[broken.function], note
    for comment in comments:
        yield (comment.cell, comment.line), CodeNote("comment", comment.author, [comment.text])


def _errors(report: Report) -> Iterator[tuple[_Place, CodeNote]]:
    """Yield notes on lines that raised: the message for the case shown, else only the type.

    The message of another case could reveal a private input.
    """
    shown = report.failure.verdict if report.failure else None
    counts: Counter[tuple[_Place, str]] = Counter()
    for verdict in report.verdicts:
        if verdict.error and verdict.error.line is not None and verdict.status == "raised":
            counts[(verdict.error.cell, verdict.error.line), clean(verdict.error.type)] += 1
    for (place, kind), count in counts.items():
        same = shown and shown.error and (shown.error.cell, shown.error.line) == place
        heading = error_text(shown.error) if same and shown and shown.error else kind
        yield place, CodeNote("wrong", heading, [say("feedback", "in_cases", count=count)])


def _mistakes(
    report: Report, texts: ExerciseTexts, defined: Mapping[str, _Place]
) -> Iterator[tuple[_Place, CodeNote]]:
    """Yield notes on what is proved or found about a function, at its definition."""
    explained = set()
    for diagnosis in report.diagnoses:
        for function in diagnosis.functions:
            explained.add(function)
            for code in diagnosis.codes if function in defined else ():
                yield defined[function], CodeNote("wrong", code, [texts.misconception(code)])
    for finding in report.findings:
        if finding.function in defined:
            explained.add(finding.function)
            said = finding_statement(finding, texts)
            yield defined[finding.function], CodeNote("wrong", said.heading)
    failure = report.failure
    if failure is None or failure.verdict.right or failure.verdict.function in explained:
        return
    verdict = failure.verdict
    if verdict.function in defined and not (verdict.error or report.forbidden):
        heading = " ".join(problem_lines(verdict, 10 * COLUMNS))
        yield defined[verdict.function], CodeNote("wrong", heading)
