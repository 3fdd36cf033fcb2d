"""Check the typography and the terms of a TOML file of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..i18n.tomlio import load_toml
from .lesson_lint import CODE, sentence_problems

#: Character that replaces a placeholder for Chinese or Latin text; needs no space beside it.
ANYTHING = "\ue001"
#: What the key of a stub's sentence begins with: [todo] gives its Chinese.
TODO = "todo."


def text_file_problems(path: Path, *, numbers: bool = True) -> Iterator[str]:
    """Yield what is wrong with the texts of a TOML file, each with its key.

    A text with the key `en` is English; any other that has Chinese characters is Chinese. The keys
    of [todo] are English sentences as well.
    Set `numbers` if placeholders are filled with numbers or code, not with words. Raises
    LearncnnError if the file cannot be read.
    """
    for key, text in _texts(load_toml(path)):
        language = "en" if key.rsplit(".", 1)[-1] == "en" else "zh"
        for problem in sentence_problems(text, language, CODE if numbers else ANYTHING):
            yield f"{key}: {problem}"
        if key.startswith(TODO):
            for problem in sentence_problems(key.removeprefix(TODO), "en"):
                yield f"{key}: {problem}"


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its dotted key; an entry of a list is numbered from 1."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, (Mapping, list)):
        items = value.items() if isinstance(value, Mapping) else enumerate(value, 1)
        for name, entry in items:
            yield from _texts(entry, f"{key}.{name}" if key else str(name))
