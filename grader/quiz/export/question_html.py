"""Convert the texts of a question into HTML that every system accepts."""

from __future__ import annotations

import re
from html import escape

from ..items.matrices import Matrix
from ..items.wording import show
from .drawn_questions import Plain


def inline(text: str) -> str:
    """Return a text as HTML, with `code` marked up and special characters escaped."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def paragraphs(text: str) -> str:
    """Return a text as HTML, with one paragraph for each line."""
    return "".join(f"<p>{inline(line)}</p>" for line in text.split("\n") if line.strip())


def table(name: str, matrix: Matrix) -> str:
    """Return a matrix as an HTML table under its name; it has no headers to announce."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(show(cell))}</td>" for cell in row) + "</tr>"
        for row in matrix
    )
    return f'<p>{escape(name)} =</p><table role="presentation"><tbody>{rows}</tbody></table>'


def stem_html(question: Plain) -> str:
    """Return the stem and the figures of a question as HTML."""
    figures = (question.figures or {}).items()
    return paragraphs(question.stem) + "".join(table(name, matrix) for name, matrix in figures)


def why_html(text: str, code: str = "") -> str:
    """Return an explanation as HTML, followed by the misconception's code if there is one."""
    return inline(text) + (f" [{escape(code)}]" if code else "")
