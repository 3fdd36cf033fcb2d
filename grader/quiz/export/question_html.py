"""Texts of a question as HTML that every system takes: paragraphs, code, tables."""

from __future__ import annotations

import re
from html import escape

from ..items.matrices import Matrix
from ..items.wording import show
from .drawn_questions import Plain


def inline(text: str) -> str:
    """A text with `code` marked; characters of HTML escaped."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def paragraphs(text: str) -> str:
    """A text as paragraphs."""
    return "".join(f"<p>{inline(line)}</p>" for line in text.split("\n") if line.strip())


def table(name: str, matrix: Matrix) -> str:
    """A matrix as a table under its name."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(show(cell))}</td>" for cell in row) + "</tr>"
        for row in matrix
    )
    return f"<p>{escape(name)} =</p><table><tbody>{rows}</tbody></table>"


def stem_html(question: Plain) -> str:
    """The question with its figures."""
    figures = (question.figures or {}).items()
    return paragraphs(question.stem) + "".join(table(name, matrix) for name, matrix in figures)


def why_html(text: str, code: str = "") -> str:
    """An explanation with the misconception's code."""
    return inline(text) + (f" [{escape(code)}]" if code else "")
