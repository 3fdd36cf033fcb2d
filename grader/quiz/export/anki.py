"""Export Anki decks with genanki; ids depend on items alone, so a re-import updates cards."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...errors import UsageError
from .drawn_questions import Plain
from .question_html import inline, stem_html, why_html

#: Id of the note type; must never change, because an import finds the note type by it.
MODEL_ID = 1607392319
_STYLE = """.card { font-family: sans-serif; font-size: 18px; text-align: left; }
table { border-collapse: collapse; margin: 6px 0; } td { padding: 2px 8px; text-align: right; }
.right { color: #1a7f37; } .id { color: #888; font-size: 12px; }"""
_FRONT = "{{Question}}{{Choices}}"
_BACK = (
    "{{FrontSide}}<hr id=answer><p class=right>{{Answer}}</p>{{Explanation}}<p class=id>{{Id}}</p>"
)
_FIELDS = ("Question", "Choices", "Answer", "Explanation", "Id")


def anki_deck(questions: Iterable[Plain], lang: str) -> bytes:
    """Return an .apkg file with one deck for each bank. Raises UsageError without genanki."""
    try:
        import genanki
    except ImportError as error:
        raise UsageError("export", "no_genanki") from error
    model = genanki.Model(
        MODEL_ID,
        "learncnn",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Card 1", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    decks: dict[str, Any] = {}
    for question in questions:
        name = f"learncnn::{lang}::{question.bank}"
        deck = decks.setdefault(name, genanki.Deck(stable_id(name), name))
        fields = _fields(question)
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[fields[name] for name in _FIELDS],
                tags=[f"learncnn::{question.bank}", *question.codes],
                guid=hashlib.sha256(f"learncnn {lang} {question.id}".encode()).hexdigest()[:20],
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(list(decks.values())).write_to_file(str(path))
        return path.read_bytes()


def stable_id(name: str) -> int:
    """Return an id for a deck that depends on its name alone."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") | 1 << 30


def _fields(question: Plain) -> dict[str, str]:
    return {
        "Question": stem_html(question),
        "Choices": _choices(question),
        "Answer": _answer(question),
        "Explanation": _explanation(question),
        "Id": question.id,
    }


def _choices(question: Plain) -> str:
    if question.form in ("single", "multi"):
        return _list([option.text for option in question.options])
    if question.form in ("pairs", "order"):
        lefts = [left for left, _, _ in question.pairs]
        rights = sorted(right for _, right, _ in question.pairs)
        return _list(sorted(lefts)) + (_list(rights) if question.form == "pairs" else "")
    return ""


def _list(texts: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{inline(text)}</li>" for text in texts) + "</ul>"


def _answer(question: Plain) -> str:
    if question.form == "pairs":
        return "<br>".join(f"{inline(left)} — {inline(right)}" for left, right, _ in question.pairs)
    if question.form == "order":
        return "<br>".join(f"{n}. {inline(left)}" for left, n, _ in question.pairs)
    return "<br>".join(inline(option.text) for option in question.options if option.right)


def _explanation(question: Plain) -> str:
    rows = [f"<p>{inline(question.why)}</p>"]
    if question.form in ("pairs", "order"):
        return "".join([*rows, *(f"<p>{inline(why)}</p>" for _, _, why in question.pairs)])
    others = [option for option in question.options if not option.right]
    if question.form == "multi":
        others = list(question.options)
    rows += [
        f"<p>{'✓' if o.right else '✗'} {inline(o.text)}: {why_html(o.why, o.code)}</p>"
        for o in others
    ]
    return "".join(rows)
