"""Store a student's progress (attempts, passes, hints) in a JSON file in the workspace.

It is written aside and renamed, so a crash leaves the old or the new file. A damaged file is
kept under another name; one of a newer version is never written over.
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
    """One exercise: how often it was checked, when it passed, what was diagnosed."""

    attempts: int = 0
    #: Date of the first pass, ISO 8601, or nothing.
    passed: str = ""
    #: Date on which the solution was asked for before a pass, or nothing.
    given_up: str = ""
    #: Misconceptions of the last check.
    codes: tuple[str, ...] = ()
    #: Misconceptions of all checks, in the order in which they were first diagnosed.
    met: tuple[str, ...] = ()
    #: How many general hints were shown.
    hints: int = 0
    #: Codes whose own hint was shown.
    hinted: tuple[str, ...] = ()

    @property
    def overcome(self) -> tuple[str, ...]:
        """Misconceptions that were diagnosed once, of an exercise that is passed."""
        return tuple(code for code in self.met if self.passed and code not in self.codes)


class Progress(NamedTuple):
    """The entries by exercise id; `notes` says what was wrong with the file."""

    entries: Mapping[str, Entry] = {}
    notes: tuple[Message, ...] = ()
    #: False if the file must not be written: it is a newer version's.
    writable: bool = True

    def of(self, exercise: str) -> Entry:
        """The entry of an exercise, empty at first."""
        return self.entries.get(exercise, Entry())

    def with_entry(self, exercise: str, entry: Entry) -> Progress:
        """The same progress with one entry replaced."""
        return self._replace(entries={**self.entries, exercise: entry})

    @property
    def passed(self) -> frozenset[str]:
        """Ids of the exercises that were passed."""
        return frozenset(id for id, entry in self.entries.items() if entry.passed)


def load_progress(workspace: Workspace) -> Progress:
    """Progress as remembered; never fails, says in `notes` what could not be read."""
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
    """Remember progress; returns a note if that was not possible, else nothing."""
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
    """Progress for a command that shows it. Raises WorkspaceError if it cannot be read."""
    progress = load_progress(workspace)
    if not progress.writable:
        raise WorkspaceError(progress.notes[0])
    return progress


def after_check(entry: Entry, *, passed: bool, codes: tuple[str, ...], today: str) -> Entry:
    """The entry after one more check."""
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
    """Keep a damaged file under another name; returns the note that says so."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}.json")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError:
        return Message("progress", "damaged", path=path)
    return Message("progress", "kept_aside", path=path, aside=aside.name)
