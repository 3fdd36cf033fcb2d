"""Export banks in the formats of other systems, in the language in use.

gift         text for Moodle and others        qti           a QTI 2.1 package (zip)
moodlexml    with calculated questions         anki          a deck (.apkg), stable ids
jupyterquiz  JSON for notebooks
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import UsageError
from ...files.writing import write_aside
from ...i18n.texts import language, say
from ..items import bank
from ..items.item import Item
from ..play.choose import banks_of
from .drawn_questions import plain_questions

if TYPE_CHECKING:
    from ...terminal.app import App

#: Binary formats, each with the file name to suggest.
BINARY = {"qti": "learncnn-qti.zip", "anki": "learncnn.apkg"}


def export_banks(
    app: App, form: str, targets: tuple[str, ...], out: Path | None, variants: int
) -> None:
    """Write the banks of `targets` (all by default) to `out`, or to standard output.

    Raises UsageError.
    """
    items = bank.load_bank(banks_of(targets) if targets else None)
    if out is None and form in BINARY:
        raise UsageError("export", "needs_file", format=form, name=BINARY[form])
    content = exported(items, form, language(), variants)
    if out is None:
        app.out([content.decode("utf-8").removesuffix("\n")])
        return
    try:
        write_aside(out, content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=out, reason=reason) from error
    app.note(say("export", "written", count=len(items), path=out))


def exported(items: list[Item], form: str, lang: str, variants: int = 1) -> bytes:
    """Return the content of a file in this format; the same items give the same bytes."""
    if form == "moodlexml":
        from .moodle_xml import moodle_xml

        return moodle_xml(items, lang, variants)
    questions = plain_questions(items, lang, variants)
    if form == "gift":
        from .gift import gift

        return gift(questions).encode()
    if form == "qti":
        from .qti import qti_package

        return qti_package(questions, lang)
    if form == "anki":
        from .anki import anki_deck

        return anki_deck(questions, lang)
    from .jupyterquiz import jupyterquiz

    return jupyterquiz(questions).encode()
