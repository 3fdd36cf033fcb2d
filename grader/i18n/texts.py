"""Look up the sentences that people read, in English and Chinese, in TOML files.

`say("check", "attempt", number=4)` reads i18n/text/check.toml. Each family of commands has one
small file, parsed on first use. This module imports little because `--help` waits for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import COMMA, LearncnnError, Message, Messages

LANGUAGES = ("en", "zh")
TEXT = Path(__file__).resolve().parent / "text"

#: Windows' primary language identifier of Chinese (winnt.h).
_LANG_CHINESE = 0x04
_language = ["en"]
#: The language of one request of a server, which other threads and tasks do not share.
_of_context: ContextVar[str] = ContextVar("language", default="")


def use_language(language: str) -> None:
    """Set the language of all sentences from now on."""
    _language[0] = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use a language within a block, in this thread or task only."""
    before = _of_context.set(language)
    try:
        yield
    finally:
        _of_context.reset(before)


def language() -> str:
    """Return the language in use: `en` or `zh`."""
    return _of_context.get() or _language[0]


def language_of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of the locale: Chinese for zh_*, English for all others.

    Windows sets none of these variables; there, its display language is used.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return _language_of_windows() if sys.platform == "win32" else "en"


def _language_of_windows() -> str:
    import ctypes

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009  (Windows' ctypes alone)
    primary = kernel.GetUserDefaultUILanguage() & 0x3FF
    return "zh" if primary == _LANG_CHINESE else "en"


def say(family: str, key: str, **values: object) -> str:
    """Return the sentence `key` (dotted) of a family in the language in use, with values filled in.

    A value may be an error or a message, which is worded in the same language.
    """
    return _filled(family, key, values, language())


def worded(what: object) -> str:
    """Return an error or a message in the language in use; anything else as `str`."""
    return str(_value(what, language()))


def listed(items: Iterable[object], between: Message = COMMA) -> str:
    """Return names or terms as a list in the language in use: `a, b` or `a、b`."""
    return worded(Messages(items, between))


def english(message: Message) -> str:
    """Return a message in English, as `str(error)` does."""
    return str(_value(message, "en"))


def _filled(family: str, key: str, values: Mapping[str, object], lang: str) -> str:
    if not family.isidentifier():  # a message from elsewhere must not name a file by its path
        raise LookupError(family)
    entry: Any = family_texts(family)
    for part in key.split("."):
        entry = entry[part]
    sentence: str = entry[lang]
    if not values:
        return sentence
    return sentence.format(**{name: _value(value, lang) for name, value in values.items()})


def _value(value: object, lang: str) -> object:
    """Return the value to fill into a template: errors and messages as sentences."""
    if isinstance(value, LearncnnError):
        value = value.message
    if isinstance(value, Messages):
        between = str(_value(value.between, lang))
        return between.join(str(_value(part, lang)) for part in value.parts)
    if not isinstance(value, Message):
        return value
    if not value.key:
        return value.text
    family, _, key = value.key.partition(".")
    try:
        return _filled(family, key, value.values, lang)
    except (LookupError, AttributeError, TypeError, ValueError, LearncnnError):
        # A gradebook may contain messages of other versions, whose sentences are missing here.
        return f"{value.key} {value.values}"


@cache
def family_texts(family: str) -> dict[str, Any]:
    """Return all sentences of one family, by key and language."""
    from .tomlio import load_toml

    return load_toml(TEXT / f"{family}.toml")
