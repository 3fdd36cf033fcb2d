"""Show or hide a lesson's foldable answers on a terminal."""

from __future__ import annotations

from collections.abc import Callable

_OPEN, _BETWEEN, _CLOSE = "<details>\n<summary>", "</summary>\n\n", "\n\n</details>"


def answers_hidden(text: str, command: str) -> str:
    """Return Markdown in which each answer is replaced by the command that shows it."""
    return _replaced(text, lambda summary, _: f"▸ {summary} · `{command}`")


def answers_shown(text: str) -> str:
    """Return Markdown in which each answer is a paragraph under its summary."""
    return _replaced(text, lambda summary, answer: f"**▾ {summary}**\n\n{answer}")


def _replaced(text: str, made: Callable[[str, str], str]) -> str:
    """Return `text` with each answer replaced by `made(summary, answer)`."""
    before, *pieces = text.split(_OPEN)
    found = [before]
    for piece in pieces:
        summary, _, rest = piece.partition(_BETWEEN)
        answer, closed, after = rest.partition(_CLOSE)
        found.append(made(summary, answer) + after if closed else _OPEN + piece)
    return "".join(found)
