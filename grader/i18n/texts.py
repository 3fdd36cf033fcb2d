"""Every sentence a person reads, in English and Chinese, from TOML.

`say("check", "attempt", number=4)` reads i18n/text/check.toml: one small file for each family of
commands, parsed when it is first needed. Imports little: --help waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
TEXT = Path(__file__).resolve().parent / "text"

_language = ["en"]


def use_language(language: str) -> None:
    """Choose the language of everything said from now on."""
    _language[0] = language


def language() -> str:
    """The language in use: `en` or `zh`."""
    return _language[0]


def language_of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the locale: Chinese for zh_*, English for all others."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(family: str, key: str, **values: object) -> str:
    """The sentence `key` (dotted) of a family, in the language in use, with values filled in."""
    entry: Any = family_texts(family)
    for part in key.split("."):
        entry = entry[part]
    sentence: str = entry[language()]
    return sentence.format(**values) if values else sentence


@cache
def family_texts(family: str) -> dict[str, Any]:
    """All sentences of one family, by key and language."""
    from .tomlio import load_toml

    return load_toml(TEXT / f"{family}.toml")
