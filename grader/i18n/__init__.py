"""All sentences that people read, in English and Chinese, and reading TOML."""

from __future__ import annotations

from ..errors import Message, use_wording


def _english(message: Message) -> str:
    """Return a message in English; the texts are imported when the first error is shown."""
    from .texts import english

    return english(message)


use_wording(_english)
