"""Convert Markdown to HTML: fold answers, keep names and short formulas whole, escape HTML."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from .unbroken import unbroken, unbroken_code

#: A name such as LeNet-5, which browsers would break after the hyphen.
_NAME = re.compile(r"\b[A-Za-z]+-\d+\b")
_OPEN = re.compile(r"<details>\n<summary>([^<>]*)</summary>\n?")


def markdown_html(text: str) -> str:
    """Return Markdown as HTML."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark").enable("table")
    for kind, rule in _RULES.items():
        markdown.add_render_rule(kind, rule)
    markdown.core.ruler.push("lines", _join_lines)
    return str(markdown.render(text))


def _join_lines(state: Any) -> None:
    """Join the lines of each paragraph, so that a formula may cross the end of a line."""
    for inline in state.tokens:
        kept: list[Any] = []
        for token in inline.children or ():
            if token.type == "softbreak":
                token.type, token.content = "text", " "
            if kept and token.type == kept[-1].type == "text":
                kept[-1].content += token.content
            else:
                kept.append(token)
        if inline.children:
            inline.children = kept


def _html_block(_: Any, tokens: Any, index: int, *__: Any) -> str:
    content = str(tokens[index].content)
    if found := _OPEN.fullmatch(content):
        return f"<details>\n<summary>{escape(found[1])}</summary>\n"
    return content if content.strip() == "</details>" else f"<p>{escape(content)}</p>\n"


def _html_inline(_: Any, tokens: Any, index: int, *__: Any) -> str:
    return escape(tokens[index].content)


def _text(_: Any, tokens: Any, index: int, *__: Any) -> str:
    text = escape(unbroken(tokens[index].content), quote=False)
    return _NAME.sub(r'<span class="whole">\g<0></span>', text)


def _code(_: Any, tokens: Any, index: int, *__: Any) -> str:
    return f"<code>{escape(unbroken_code(tokens[index].content), quote=False)}</code>"


_RULES = {
    "html_block": _html_block,
    "html_inline": _html_inline,
    "text": _text,
    "code_inline": _code,
}
