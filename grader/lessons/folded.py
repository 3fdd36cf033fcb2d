"""Answers in a lesson that a reader opens, shown or hidden on a terminal."""

from __future__ import annotations

import re

_ANSWER = re.compile(r"<details>\n<summary>(.*?)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)


def answers_hidden(text: str, command: str) -> str:
    """Return Markdown with the command that shows an answer in the place of each answer."""
    return _ANSWER.sub(lambda found: f"▸ {found[1]} · `{command}`", text)


def answers_shown(text: str) -> str:
    """Return Markdown in which each answer is a paragraph under its summary."""
    return _ANSWER.sub(lambda found: f"**▾ {found[1]}**\n\n{found[2]}", text)
