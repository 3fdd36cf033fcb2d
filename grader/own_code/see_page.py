"""Render the output of `see` as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..course.catalog import ExerciseInfo, title_of
from ..figures.svg_drawing import drawing_html
from ..i18n.texts import language, say
from ..lessons.lesson import FIGURES, PAGE, STYLE
from .demonstration import CaptionedDrawing


def see_page(info: ExerciseInfo, shown: Sequence[CaptionedDrawing]) -> str:
    """Return the page as self-contained HTML, which loads no other files."""
    title = escape(say("own_code", "heading", id=info.id, title=title_of(info)))
    body = "".join(drawing_html(each.drawing, each.caption) for each in shown)
    style = STYLE.read_text("utf-8") + FIGURES.read_text("utf-8")
    return PAGE.format(lang=language(), title=title, style=style, body=f"<h1>{title}</h1>\n{body}")
