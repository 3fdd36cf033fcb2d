"""Store a student's progress (attempts, passes, hints) in a JSON file in the workspace.

The file is replaced as a whole, so that a crash leaves either the old one or the new. A damaged
file is renamed and kept; a file of a newer version is never overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import NO_MESSAGE, Message, WorkspaceError
from ..files.writing import write_aside
from .workspace import Workspace

SCHEMA = 1
FILE = "progress.json"


class Entry(NamedTuple):
    """A student's progress in one exercise."""

    attempts: int = 0
    #: Date of the first pass (ISO 8601), or empty.
    passed: str = ""
    #: Date on which the student gave up to see the solution (ISO 8601), or empty.
    given_up: str = ""
    #: Misconceptions of the last check.
    codes: tuple[str, ...] = ()
    #: Misconceptions of all checks, in the order of their first diagnosis.
    met: tuple[str, ...] = ()
    #: Number of general hints that were shown.
    hints: int = 0
    #: Codes whose own hint was shown.
    hinted: tuple[str, ...] = ()

    @property
    def overcome(self) -> tuple[str, ...]:
        """Return the misconceptions of a passed exercise that its last check did not diagnose."""
        return tuple(code for code in self.met if self.passed and code not in self.codes)


class Progress(NamedTuple):
    """The entries by exercise id; `notes` are problems with the file."""

    entries: Mapping[str, Entry] = {}
    notes: tuple[Message, ...] = ()
    #: False if the file must not be written, because it is newer or cannot be read.
    writable: bool = True

    def of(self, exercise: str) -> Entry:
        """Return the entry of an exercise; an empty one if there is none."""
        return self.entries.get(exercise, Entry())

    def with_entry(self, exercise: str, entry: Entry) -> Progress:
        """Return a copy with one entry replaced."""
        return self._replace(entries={**self.entries, exercise: entry})

    @property
    def passed(self) -> frozenset[str]:
        """Return the ids of the passed exercises."""
        return frozenset(id for id, entry in self.entries.items() if entry.passed)


def load_progress(workspace: Workspace) -> Progress:
    """Return the saved progress. Never raises; `notes` tells what could not be read."""
    path = workspace.state_dir / FILE
    try:
        document = json.loads(path.read_text("utf-8"))
        version = document["version"]
        if type(version) is int and version > SCHEMA:
            note = Message("progress", "newer", path=path, version=version)
            return Progress(notes=(note,), writable=False)
        return Progress({id: _entry(item) for id, item in document["exercises"].items()})
    except FileNotFoundError:
        return Progress()
    except OSError as error:
        note = Message("progress", "unreadable", path=path, reason=error.strerror)
        return Progress(notes=(note,), writable=False)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Progress(notes=(put_aside(path),))


def save_progress(workspace: Workspace, progress: Progress) -> Message:
    """Save progress; return a note if it cannot be written, else an empty message."""
    if not progress.writable:
        return NO_MESSAGE
    path = workspace.state_dir / FILE
    document = {
        "version": SCHEMA,
        "exercises": {id: entry._asdict() for id, entry in sorted(progress.entries.items())},
    }
    try:
        path.parent.mkdir(exist_ok=True)
        write_aside(path, json.dumps(document, indent=1) + "\n")
    except OSError as error:
        return Message("progress", "unsaved", path=path, reason=error.strerror)
    return NO_MESSAGE


def required_progress(workspace: Workspace) -> Progress:
    """Return the saved progress. Raises WorkspaceError if it cannot be read."""
    progress = load_progress(workspace)
    if not progress.writable:
        raise WorkspaceError(progress.notes[0])
    return progress


def after_check(entry: Entry, *, passed: bool, codes: tuple[str, ...], today: str) -> Entry:
    """Return the entry after one more check."""
    return entry._replace(
        attempts=entry.attempts + 1,
        passed=entry.passed or (today if passed else ""),
        codes=codes,
        met=tuple(dict.fromkeys((*entry.met, *entry.codes, *codes))),
    )


def _entry(item: Any) -> Entry:
    entry = Entry(
        attempts=item.get("attempts", 0),
        passed=item.get("passed", ""),
        given_up=item.get("given_up", ""),
        codes=tuple(item.get("codes", ())),
        met=tuple(item.get("met", ())),
        hints=item.get("hints", 0),
        hinted=tuple(item.get("hinted", ())),
    )
    numbers, words = (entry.attempts, entry.hints), (entry.passed, entry.given_up)
    texts = (*words, *entry.codes, *entry.met, *entry.hinted)
    if any(type(n) is not int for n in numbers) or any(type(t) is not str for t in texts):
        raise ValueError("an entry of the wrong type")
    return entry


def put_aside(path: Path) -> Message:
    """Rename a damaged file to a free name, and return the note that tells so."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}.json")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError:
        return Message("progress", "damaged", path=path)
    return Message("progress", "kept_aside", path=path, aside=aside.name)
