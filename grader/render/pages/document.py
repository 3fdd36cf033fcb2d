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


def page(template: str, title: str, **values: Any) -> str:
    """The page that a template makes of these values."""
    style, digest = _style()
    return (
        _environment()
        .get_template(template)
        .render(
            lang=LANGUAGES[language()],
            title=title,
            style=style,
            # No script, no request, no other style than the page's own.
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
            "form-action 'none'",
            version=VERSION,
            say=say,
            **values,
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: object) -> object:
    """No control character and none that turns the direction of writing gets into a page."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _style() -> tuple[Markup, str]:
    """The style of all pages, and its hash by which the page's policy lets it in."""
    style = (HERE / "style.css").read_text("utf-8")
    digest = hashlib.sha256(style.encode()).digest()
    return Markup(style), base64.b64encode(digest).decode()
