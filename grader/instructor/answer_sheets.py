"""Render a student's marked exam as a page with questions, answers and explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ..i18n.texts import language, say
from ..quiz.answers.judge import Judgement, Note
from ..quiz.exams.marking import ExamMark, Mark
from ..quiz.items.item import LETTERS
from ..quiz.items.variants import Variant
from ..quiz.items.wording import show
from ..quiz.play.asking import judged
from ..render.pages.document import page
from ..render.pages.grid import Cell, grid
from ..terminal.layout import clean, clipped

#: Answer that every kind of question accepts, and that is explained like a wrong one.
DONT_KNOW = "?"
#: Maximum number of characters shown of a student's answer.
TYPED = 200


@dataclass(frozen=True)
class ChoiceView:
    """A choice or a partner of a question: its letter or number, and its text."""

    label: str
    text: Markup


@dataclass(frozen=True)
class NoteView:
    """A sentence of the explanation; `mark` is ✓, ✗ or empty for the part it explains."""

    mark: str
    label: str
    text: Markup
    code: str


@dataclass(frozen=True)
class QuestionView:
    """One question of the sheet."""

    number: int
    id: str
    stem: Markup
    #: (name, picture) of each matrix.
    figures: Sequence[tuple[str, Markup]]
    choices: Sequence[ChoiceView]
    partners: Sequence[ChoiceView]
    #: `passed` or `failed`, and its wording.
    state: str
    said: str
    given: str
    answer: str
    problem: str
    notes: Sequence[NoteView]
    points: int
    possible: int


def answer_sheet(mark: ExamMark) -> str:
    """Return the page of a marked exam."""
    title = f"{mark.exam}: {clean(mark.student)}"
    questions = [_question(each) for each in mark.marks]
    return page(
        "sheet.html.j2", title, points=mark.points, possible=mark.total, questions=questions
    )


def _question(mark: Mark) -> QuestionView:
    variant, judgement = mark.variant, mark.judgement
    right = judgement is not None and judgement.right
    explained = judgement or _explanation(variant)
    typed = clipped(" ".join(clean(mark.typed).split()), TYPED)
    given = say("quiz", "dont_know") if judgement and judgement.dont_know else ""
    return QuestionView(
        mark.number,
        variant.item.id,
        _marked(variant.stem(language())),
        [(name, _drawn(name, matrix)) for name, matrix in variant.figures.items()],
        list(_choices(variant)),
        list(_partners(variant)),
        "passed" if right else "failed",
        say("exam", "answer_right" if right else "answer_wrong"),
        given or (clipped(clean(judgement.given), TYPED) if judgement else typed),
        explained.answer if explained else "",
        clean(mark.problem),
        [_note(note) for note in explained.notes] if explained else [],
        mark.points,
        mark.total,
    )


def _explanation(variant: Variant) -> Judgement | None:
    """Return the right answer with its explanation, for a question without an answer."""
    found = judged(variant, DONT_KNOW)
    return found if isinstance(found, Judgement) else None


def _choices(variant: Variant) -> Iterator[ChoiceView]:
    for number, choice in enumerate(variant.choices):
        label = str(number + 1) if variant.item.kind == "match" else LETTERS[number]
        yield ChoiceView(label, _marked(choice.text[language()]))


def _partners(variant: Variant) -> Iterator[ChoiceView]:
    for number, part in enumerate(variant.partners):
        text = variant.text(variant.item.parts[part].partner, language())
        yield ChoiceView(LETTERS[number], _marked(text))


def _note(note: Note) -> NoteView:
    mark = {True: "✓", False: "✗", None: ""}[note.right]
    return NoteView(mark, note.label, _marked(note.text[language()]), note.code)


def _drawn(name: str, matrix: Sequence[Sequence[object]]) -> Markup:
    return grid([[Cell(show(value)) for value in row] for row in matrix], name)


def _marked(text: str) -> Markup:
    """Return a text of a question bank as HTML, with text between backquotes as code."""
    parts = clean(text).split("`")
    return Markup("").join(
        Markup(f"<code>{escape(part)}</code>") if at % 2 and len(parts) % 2 else escape(part)
        for at, part in enumerate(parts)
    )
