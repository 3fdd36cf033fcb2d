"""Remove everything from a stored report that shows a student's work, except the counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Replacements for the fields of a report, and of each verdict, that show code, values or output.
_EMPTY: Mapping[str, Any] = {
    "filename": "",
    "source_hash": "",
    "load_error": None,
    "failure": None,
    "forbidden": [],
    "stdout": "",
    "notes": {},
    "loading": [],
}
_EMPTY_OF_VERDICT: Mapping[str, Any] = {
    "got": None,
    "index": None,
    "item": [],
    "wrong": 0,
    "total": 0,
    "names": [],
    "error": None,
    "broken": [],
}


def without_words(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report's JSON form reduced to which cases failed, without how they failed."""
    kept = {**document, **{name: v for name, v in _EMPTY.items() if name in document}}
    kept["verdicts"] = [
        {**entry, **{name: v for name, v in _EMPTY_OF_VERDICT.items() if name in entry}}
        for entry in document["verdicts"]
    ]
    kept["findings"] = [{**entry, "values": {}} for entry in document.get("findings", ())]
    kept["promises"] = [{**entry, "got": "", "names": []} for entry in document.get("promises", ())]
    return kept
