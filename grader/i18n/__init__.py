"""All sentences for people, in English and Chinese, and the reading of TOML."""

from __future__ import annotations

from ..errors import Message, use_wording


def _english(message: Message) -> str:
    """Word a message in English; the texts are imported when the first error is shown."""
    from .texts import english

    return english(message)


use_wording(_english)
