"""Fill the pages' templates in the language in use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .. import VERSION
from ..figures.page_texts import page_texts
from ..i18n.texts import family_texts, language, say
from ..render.pages import document
from ..render.pages.inline_styles import HERE as PAGES

HERE = Path(__file__).resolve().parent / "templates"


def filled(template: str, **values: Any) -> str:
    """Return a template filled with values; every text in it is escaped and cleaned."""
    return (
        document.templates(HERE, PAGES)
        .get_template(template)
        .render(
            say=say,
            lang=document.LANGUAGES[language()],
            version=VERSION,
            texts=_texts_json,
            **values,
        )
    )


def _texts_json() -> Markup:
    """Return the sentences that scripts show, as JSON that is safe to embed in a page."""
    found = dict(_flat(family_texts("serve_script"), "")) | page_texts()
    content = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return Markup(content.replace("<", "\\u003c"))


def _flat(table: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a table of texts, by dotted key."""
    for key, entry in table.items():
        if language() in entry:
            yield f"{before}{key}", entry[language()]
        else:
            yield from _flat(entry, f"{before}{key}.")
