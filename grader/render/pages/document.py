"""A page from its template: one file, nothing loaded from anywhere, every text escaped."""

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

HERE = Path(__file__).resolve().parent
LANGUAGES = {"en": "en", "zh": "zh-Hans"}


def page(template: str, title: str, *, script: str = "", **values: Any) -> str:
    """Return the page of a template and its values; `script` is a file beside the templates."""
    style, digest = _inline("style.css", "replay.css")
    code, code_digest = _inline(script) if script else (Markup(""), "")
    allowed = f"script-src 'sha256-{code_digest}'; " if script else ""
    return (
        templates(HERE)
        .get_template(template)
        .render(
            lang=LANGUAGES[language()],
            title=title,
            style=style,
            script=code,
            # No request, no other style or script than the page's own.
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; {allowed}base-uri 'none'; "
            "form-action 'none'",
            version=VERSION,
            say=say,
            **values,
        )
    )


@cache
def templates(*folders: Path) -> Environment:
    """Return what fills the templates of some folders: it escapes and cleans every text."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: object) -> object:
    """No control character and none that turns the direction of writing gets into a page."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return value if value.isascii() and value.isprintable() else clean(value)


@cache
def _inline(*names: str) -> tuple[Markup, str]:
    """Return a style or script, and the hash by which a page's policy lets it in."""
    content = "".join((HERE / name).read_text("utf-8") for name in names)
    digest = hashlib.sha256(content.encode()).digest()
    return Markup(content), base64.b64encode(digest).decode()
