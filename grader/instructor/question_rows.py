"""Compute statistics of exam questions: their difficulty and discrimination."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..errors import LearncnnError
from ..gradebook.connection import Gradebook
from ..gradebook.exam_answers import counted_answers
from ..gradebook.item_statistics import WEAK, ItemTally
from ..i18n.texts import language, listed, say, worded
from ..quiz.exams.exam import Exam
from ..quiz.exams.marking import ExamMark, Mark, mark_exam
from ..terminal.layout import clean, width_of, wrapped
from .class_rows import Bar, bar_of, discrimination_text

#: Maximum length of a question's text, in columns.
STEM = 110


@dataclass(frozen=True)
class QuestionRow:
    """One item of an exam."""

    id: str
    stem: str
    #: Students who got it right, of all whose paper had it.
    bar: Bar
    discrimination: str
    odd: bool
    #: The most frequent misconceptions that led to wrong answers, with their numbers.
    codes: str


@dataclass(frozen=True)
class QuestionTable:
    """The items of one exam, the most difficult first."""

    exam: str
    papers: int
    rows: Sequence[QuestionRow]
    #: Why papers could not be marked, with their numbers.
    problems: Sequence[str]


@dataclass
class _Item:
    stem: str
    tally: ItemTally = field(default_factory=ItemTally)
    right: int = 0
    codes: Counter[str] = field(default_factory=Counter)


def question_tables(gradebook: Gradebook, exams: Sequence[Exam]) -> list[QuestionTable]:
    """Mark the counted answers again, and return statistics by item. Raises GradebookError."""
    return [_table(gradebook, exam) for exam in exams]


def _table(gradebook: Gradebook, exam: Exam) -> QuestionTable:
    with gradebook.reading() as connection:
        answers = counted_answers(connection, gradebook.course, exam.id)
    items: dict[str, _Item] = {}
    problems: Counter[str] = Counter()
    for content in answers.values():
        try:
            mark = mark_exam(exam, json.loads(content))
        except LearncnnError as error:
            problems[clean(worded(error))] += 1
            continue
        for each, rest in _with_rest(mark):
            item = items.setdefault(each.variant.item.id, _Item(_stem(each)))
            item.tally.add(each.points / each.total if each.total else 0.0, rest)
            item.right += each.points == each.total
            if each.judgement:
                item.codes.update(each.judgement.codes)
    ordered = sorted(items.items(), key=lambda pair: (pair[1].tally.difficulty, pair[0]))
    said = [say("report", "unmarked", count=count, reason=text) for text, count in problems.items()]
    marked = len(answers) - sum(problems.values())
    return QuestionTable(exam.id, marked, [_row(id, item) for id, item in ordered], said)


def _with_rest(mark: ExamMark) -> Iterator[tuple[Mark, float | None]]:
    """Yield each answer with the share of the points of the others on the same paper.

    The share is None if there are no others.
    """
    for each in mark.marks:
        of = mark.total - each.total
        yield each, (mark.points - each.points) / of if of else None


def _stem(mark: Mark) -> str:
    """Return the question's text on one line, cut at a word if it is too long."""
    text = " ".join(clean(mark.variant.stem(language())).replace("`", "").split())
    if width_of(text) <= STEM:
        return text
    return f"{wrapped(text, STEM - 1)[0].rstrip()}…"


def _row(id: str, item: _Item) -> QuestionRow:
    value = item.tally.discrimination
    codes = listed(f"{code} {count}" for code, count in item.codes.most_common(3))
    return QuestionRow(
        id,
        item.stem,
        bar_of(item.right, item.tally.of),
        discrimination_text(value),
        value is not None and value < WEAK,
        codes,
    )
