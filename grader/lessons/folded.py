"""Show or hide a lesson's foldable answers on a terminal."""

from __future__ import annotations

from collections.abc import Callable

_OPEN, _BETWEEN, _CLOSE = "<details>\n<summary>", "</summary>\n\n", "\n\n</details>"


def answers_hidden(text: str, command: str) -> str:
    """Return Markdown with the command that shows an answer in the place of each answer."""
    return _replaced(text, lambda summary, _: f"▸ {summary} · `{command}`")


def answers_shown(text: str) -> str:
    """Return Markdown in which each answer is a paragraph under its summary."""
    return _replaced(text, lambda summary, answer: f"**▾ {summary}**\n\n{answer}")


def _replaced(text: str, made: Callable[[str, str], str]) -> str:
    """Replace each answer by what is made of its summary and text."""
    before, *pieces = text.split(_OPEN)
    found = [before]
    for piece in pieces:
        summary, _, rest = piece.partition(_BETWEEN)
        answer, closed, after = rest.partition(_CLOSE)
        found.append(made(summary, answer) + after if closed else _OPEN + piece)
    return "".join(found)
