"""Answers in a lesson that a reader opens: folded on a page, on demand on a terminal."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_ANSWER = re.compile(r"<details>\n<summary>(.*?)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
_OPEN = re.compile(r"<details>\n<summary>([^<>]*)</summary>\n?")


def answers_hidden(text: str, command: str) -> str:
    """Return Markdown with the command that shows an answer in the place of each answer."""
    return _ANSWER.sub(lambda found: f"▸ {found[1]} · `{command}`", text)


def answers_shown(text: str) -> str:
    """Return Markdown in which each answer is a paragraph under its summary."""
    return _ANSWER.sub(lambda found: f"**▾ {found[1]}**\n\n{found[2]}", text)


def fold_answers(markdown: MarkdownIt) -> None:
    """Make `markdown` keep the tags of an answer, and escape all other HTML."""
    markdown.options["html"] = True
    markdown.add_render_rule("html_block", _block)
    markdown.add_render_rule("html_inline", _inline)


def _block(_: Any, tokens: Any, index: int, *__: Any) -> str:
    content = str(tokens[index].content)
    if found := _OPEN.fullmatch(content):
        return f"<details>\n<summary>{escape(found[1])}</summary>\n"
    return content if content.strip() == "</details>" else f"<p>{escape(content)}</p>\n"


def _inline(_: Any, tokens: Any, index: int, *__: Any) -> str:
    return escape(tokens[index].content)
