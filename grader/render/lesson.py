"""A lesson on the terminal or as HTML, with the first public example drawn."""

from __future__ import annotations

import sys
from html import escape
from io import StringIO

from ..course.catalog import ExerciseInfo, title_of
from ..errors import LearncnnError, UsageError
from ..i18n.texts import language, say
from ..terminal.layout import beside, indented
from .arrays import drawable, matrix_lines, value_text
from .folded import answers_hidden, answers_shown, fold_answers

PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>:root{{color-scheme:light dark}}
body{{max-width:44rem;margin:2rem auto;padding:0 1rem;line-height:1.6;background:#fff;color:#1a1d21;
font-family:system-ui,sans-serif}}pre,code{{font-family:ui-monospace,monospace}}
pre{{overflow-x:auto}}table{{border-collapse:collapse;display:block;overflow-x:auto}}
details{{margin:-.4rem 0 1rem}}summary{{cursor:pointer}}
td,th{{border:1px solid;padding:.2em .6em}}h1{{line-height:1.25}}
@media (prefers-color-scheme:dark){{body{{background:#14171a;color:#e4e7ea}}}}
@media print{{body{{max-width:none;margin:0;background:#fff;color:#000}}
pre{{white-space:pre-wrap}}}}
</style></head>
<body>
{body}</body>
</html>
"""


def lesson_text(info: ExerciseInfo) -> str:
    """The lesson's Markdown in the language in use. Raises UsageError if there is none."""
    path = info.path / f"lesson.{language()}.md"
    if not path.exists():
        raise UsageError("guidance", "no_lesson", id=info.id)
    return path.read_text("utf-8")


def lesson_lines(
    info: ExerciseInfo, width: int, *, color: bool, answers: bool = False
) -> list[str]:
    """Return the lesson as standard output can show it, with or without the answers."""
    from rich.console import Console
    from rich.markdown import Markdown

    shown = StringIO()
    console = Console(
        file=shown,
        width=width,
        no_color=not color,
        highlight=False,
        force_terminal=sys.stdout.isatty(),
    )
    text = lesson_text(info)
    command = f"learncnn show {info.id} --answers"
    console.print(Markdown(answers_shown(text) if answers else answers_hidden(text, command)))
    lines = shown.getvalue().rstrip("\n").split("\n")
    example = example_lines(info, width)
    return [*lines, "", say("guidance", "example"), "", *indented(example, 2)] if example else lines


def lesson_html(info: ExerciseInfo) -> str:
    """The lesson as one HTML page."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark").enable("table")
    fold_answers(markdown)
    body = markdown.render(lesson_text(info))
    example = example_lines(info, 80)
    if example:
        drawn = escape("\n".join(example))
        body += f"<h2>{escape(say('guidance', 'example'))}</h2>\n<pre>{drawn}</pre>\n"
    return PAGE.format(lang=language(), title=escape(f"{info.id} {title_of(info)}"), body=body)


def example_lines(info: ExerciseInfo, width: int) -> list[str]:
    """The first public example of the practice key; nothing if there is no key or picture."""
    from ..answer_key.find import practice_key

    try:
        key = practice_key(info, info.libraries[0])
    except LearncnnError:
        return []
    case = next((c for c in key.cases if c.public and not c.driver), None)
    if case is None or case.expected.kind != "value":
        return []
    parts = [
        name if drawable(value) else f"{name}={value_text(value)}"
        for name, value in case.arguments.items()
    ]
    call = f"{case.function}({', '.join(parts)})"
    result = case.expected.value
    if not drawable(result):
        call += f" = {value_text(result)}"
    blocks = [
        [f"{name} =", *matrix_lines(value)]
        for name, value in case.arguments.items()
        if drawable(value)
    ]
    if drawable(result):
        blocks.append(["→", *matrix_lines(result)])
    return [call, *(["", *indented(beside(blocks, 4, width - 4), 2)] if blocks else [])]
