"""Fill a page's template: one self-contained file in which every text is escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ... import VERSION
from ...i18n.texts import language, say
from ...terminal.layout import clean
from .inline_styles import HERE, page_style

LANGUAGES = {"en": "en", "zh": "zh-Hans"}


def page(template: str, title: str, *, script: str = "", **values: Any) -> str:
    """Return a page from its template and values; `script` is a file among the templates."""
    style = page_style()
    code = (HERE / script).read_text("utf-8") if script else ""
    allowed = f"script-src 'sha256-{_hash(code)}'; " if script else ""
    return (
        templates(HERE)
        .get_template(template)
        .render(
            lang=LANGUAGES[language()],
            title=title,
            style=Markup(style),
            script=Markup(code),
            # Allows no requests, and no style or script but the page's own.
            policy=f"default-src 'none'; style-src 'sha256-{_hash(style)}'; {allowed}"
            "base-uri 'none'; form-action 'none'",
            version=VERSION,
            say=say,
            **values,
        )
    )


@cache
def templates(*folders: Path) -> Environment:
    """Return a Jinja environment for folders of templates that escapes and cleans every text."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: object) -> object:
    """Return `value` without control characters and characters that change text direction."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return value if value.isascii() and value.isprintable() else clean(value)


def fragment(template: str, **values: Any) -> str:
    """Return a part of a page from its template and values."""
    lang = LANGUAGES[language()]
    return templates(HERE).get_template(template).render(lang=lang, say=say, **values)


@cache
def _hash(text: str) -> str:
    """Return the hash by which a page's security policy allows a style or script."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
