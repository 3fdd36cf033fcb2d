"""Phrase the notes on how a file was loaded."""

from __future__ import annotations

from ..errors import CLAUSE, SEMICOLON
from ..grading.report import Report
from ..i18n.texts import listed, say
from ..sandbox.source.notes import LoadNote
from ..terminal.layout import clean
from .place import line_place

#: Maximum number of cells listed by number.
_CELLS = 12


def load_note_lines(report: Report) -> list[str]:
    """Return one sentence for each note on how the submission was loaded."""
    return [_sentence(note, report) for note in report.loading]


def _sentence(note: LoadNote, report: Report) -> str:
    places = [line_place(line, cell) for line, cell in note.places]
    place, other = (*places, "", "")[:2]
    name, text = clean(note.name), clean(note.text)
    if note.kind == "ran":
        return _ran(note, report)
    if note.kind == "recovered":
        return _recovered(note, report, place)
    if note.kind == "not_parsed":
        key = "not_parsed_fallback" if other else "not_parsed"
        return say("loading", key, name=name, place=place, other=other, text=text)
    if note.kind == "defined_twice":
        return say("loading", "defined_twice", name=name, places=listed(places, SEMICOLON))
    if note.kind in ("in_markdown", "in_magic"):
        cell = note.places[0][1] if note.places else 0
        return say("loading", note.kind, name=name, text=text, cell=cell)
    return say("loading", note.kind, name=name, place=place, other=other, text=text)


def _ran(note: LoadNote, report: Report) -> str:
    one = "_one" if note.text == "1" else ""
    cells = list(dict.fromkeys(cell for _, cell in note.places if cell))
    if not cells:
        return say("loading", f"skipped{one}", count=clean(note.text))
    shown = listed(say("loading", "cell_alone", cell=cell) for cell in cells[:_CELLS])
    if len(cells) > _CELLS:
        shown += " …"
    return say(
        "loading",
        f"ran{one}",
        functions=_functions(report),
        cells=shown,
        count=clean(note.text),
    )


def _recovered(note: LoadNote, report: Report, place: str) -> str:
    if not note.text:
        return say("loading", "recovered_slow", functions=_functions(report))
    reason = listed([clean(note.text), place] if place else [clean(note.text)], CLAUSE)
    return say("loading", "recovered", reason=reason, functions=_functions(report))


def _functions(report: Report) -> str:
    return listed(report.possible)
