"""Format questions and explanations as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...i18n.texts import language, listed, say
from ...terminal.layout import Paint, beside, indented, wrapped
from ..items.item import LETTERS
from ..items.variants import Variant
from ..items.wording import grid

if TYPE_CHECKING:
    from ..answers.judge import Judgement, Note


class Page(NamedTuple):
    """Colours and width of the output."""

    paint: Paint
    width: int


def question_lines(variant: Variant, number: int, total: int, page: Page) -> list[str]:
    """Return the heading, the stem, its figures and its choices."""
    name = variant.item.id
    if variant.attempt:
        name = say("quiz", "variant", id=name, number=variant.attempt)
    heading = say("quiz", "heading", number=number, total=total)
    lines = [f"{page.paint(name, 'bold')}  {page.paint(heading, 'dim')}", ""]
    lines += wrapped(plain(variant.stem(language())), page.width)
    if variant.figures:
        blocks = [[f"{name} =", *indented(grid(m), 2)] for name, m in variant.figures.items()]
        lines += ["", *indented(beside(blocks, 4, page.width - 2), 2)]
    if variant.choices:
        lines += ["", *choice_lines(variant, page)]
    return lines


def choice_lines(variant: Variant, page: Page, marked: Sequence[int] | None = None) -> list[str]:
    """Return the choices by letter; of a match, the left side by number and the right by letter.

    `marked` are the choices drawn as ticked; with None no boxes are drawn.
    """
    texts = [plain(choice.text[language()]) for choice in variant.choices]
    if variant.item.kind != "match":
        lines = []
        for n, text in enumerate(texts):
            mark = "" if marked is None else "● " if n in marked else "○ "
            lines += _labelled(f"{mark}{LETTERS[n]}", text, page)
        return lines
    parts = variant.item.parts
    partners = [plain(variant.text(parts[n].partner, language())) for n in variant.partners]
    left = [line for n, text in enumerate(texts, 1) for line in _labelled(str(n), text, page)]
    right = [line for n, text in enumerate(partners) for line in _labelled(LETTERS[n], text, page)]
    return [*left, "", *right]


def ask_line(variant: Variant) -> str:
    """Return a sentence about the form of the answer."""
    names = listed(variant.item.variables)
    return say("quiz", f"ask.{variant.item.kind}", names=names)


def judgement_lines(variant: Variant, judgement: Judgement, page: Page) -> list[str]:
    """Return the verdict, then every explanation."""
    paint = page.paint
    if judgement.right:
        lines = [paint("✓ " + say("quiz", "right", answer=judgement.answer), "green")]
    else:
        cross = paint("✗", "red")
        given = say("quiz", "yours", given=judgement.given)
        if judgement.dont_know:
            cross, given = paint("?", "yellow"), say("quiz", "dont_know")
        answer = paint(say("quiz", "answer", answer=judgement.answer), "bold")
        lines = [f"{cross} {given}    {answer}"]
    for note in judgement.notes:
        lines += _note_lines(note, page)
    return lines


def _note_lines(note: Note, page: Page) -> list[str]:
    text = plain(note.text[language()])
    if note.code:
        text += f"  [{note.code}]"
    if not note.label:
        return indented(wrapped(text, page.width - 2), 2)
    mark = "✓ " if note.right else "  " if note.right is False else ""
    return indented(_labelled(f"{mark}{note.label}", text, page), 2)


def _labelled(label: str, text: str, page: Page) -> list[str]:
    gap = len(label) + 2
    rows = wrapped(text, page.width - gap - 2)
    return [f"{page.paint(label, 'bold')}  {rows[0]}", *indented(rows[1:], gap)]


def plain(text: str) -> str:
    """Return a text for a terminal, without the marks around code."""
    return text.replace("`", "")
