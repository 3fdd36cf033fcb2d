"""Store the state of quizzes and reviews in a JSON file in the workspace's state folder.

The file is written aside and renamed after every answer, so a crash loses at most the current
answer. A damaged file is kept under another name, a file of a newer version is never overwritten,
and keys unknown to this version are preserved.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...course.catalog import EXERCISES
from ...errors import NO_MESSAGE, Message
from ...files.writing import write_aside
from ...workspace.workspace import Workspace
from ..items import bank

if TYPE_CHECKING:
    from datetime import datetime

SCHEMA = 1
FILE = "quiz.json"
#: Maximum number of items that enter the queue for one missed code.
PER_CODE = 4


class Memory(NamedTuple):
    """The history of one item, and when it is due again."""

    asked: int = 0
    right: int = 0
    #: When it is due, in ISO 8601 and UTC; empty for an item that is not in the queue.
    due: str = ""
    stability: float | None = None
    difficulty: float | None = None
    reviewed: str = ""
    #: Keys that this version does not know.
    other: Mapping[str, Any] = {}


class QuizState(NamedTuple):
    """The state of a learner's quizzes; `notes` describe problems with the file."""

    student: str
    items: Mapping[str, Memory] = {}
    #: Passed exercises and diagnosed codes whose items have entered the queue.
    seen: frozenset[str] = frozenset()
    notes: tuple[Message, ...] = ()
    writable: bool = True
    other: Mapping[str, Any] = {}

    def of(self, item_id: str) -> Memory:
        """Return the memory of an item, which is empty at first."""
        return self.items.get(item_id, Memory())

    def with_item(self, item_id: str, memory: Memory) -> QuizState:
        """Return the state with one memory replaced."""
        return self._replace(items={**self.items, item_id: memory})

    def queued(self, ids: Iterable[str], when: datetime) -> QuizState:
        """Return the state with items added to the queue; those already in it keep their date."""
        due = when.isoformat(timespec="seconds")
        fresh = {id: self.of(id)._replace(due=due) for id in ids if not self.of(id).due}
        return self._replace(items={**self.items, **fresh})

    def due(self, when: datetime) -> list[str]:
        """Return the ids of the items that are due, the longest due first."""
        now = when.isoformat(timespec="seconds")
        return sorted(
            (id for id, memory in self.items.items() if memory.due and memory.due <= now),
            key=lambda id: (self.items[id].due, id),
        )


def now() -> datetime:
    """Return the time in UTC and whole seconds, the form in which dates are stored."""
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).replace(microsecond=0)


def new_student() -> str:
    """Return a random name that gives a learner variants of their own."""
    return os.urandom(8).hex()


def load_state(state_dir: Path) -> QuizState:
    """Return the stored state. Never raises; `notes` describe what could not be read."""
    path = state_dir / FILE
    try:
        document = json.loads(path.read_text("utf-8"))
        version = document.pop("version")
        if type(version) is int and version > SCHEMA:
            note = Message("progress", "newer", path=path, version=version)
            return QuizState(new_student(), notes=(note,), writable=False)
        items = {id: _memory(entry) for id, entry in document.pop("items").items()}
        seen = frozenset(map(str, document.pop("seen", ())))
        student = document.pop("student")
        if not isinstance(student, str):
            raise TypeError("a student's name is a text")
        return QuizState(student, items, seen, other=document)
    except FileNotFoundError:
        return QuizState(new_student())
    except OSError as error:
        note = Message("progress", "unreadable", path=path, reason=error.strerror)
        return QuizState(new_student(), notes=(note,), writable=False)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        from ...workspace.progress import put_aside

        return QuizState(new_student(), notes=(put_aside(path),))


def save_state(state_dir: Path, state: QuizState) -> Message:
    """Write the state; return a note if that failed, otherwise `NO_MESSAGE`."""
    if not state.writable:
        return NO_MESSAGE
    path = state_dir / FILE
    document = {
        **state.other,
        "version": SCHEMA,
        "student": state.student,
        "seen": sorted(state.seen),
        "items": {id: _entry(memory) for id, memory in sorted(state.items.items())},
    }
    try:
        state_dir.mkdir(exist_ok=True)
        write_aside(path, json.dumps(document, indent=1) + "\n")
    except OSError as error:
        return Message("progress", "unsaved", path=path, reason=error.strerror)
    return NO_MESSAGE


def with_progress(state: QuizState, state_dir: Path, root: Path = EXERCISES) -> QuizState:
    """Queue the items of exercises just passed and of codes just diagnosed by `check`."""
    from ...workspace.progress import load_progress

    progress = load_progress(Workspace(state_dir.parent))
    passed = {id: entry.passed for id, entry in progress.entries.items() if entry.passed}
    codes = {code for entry in progress.entries.values() for code in entry.codes}
    news = {*passed, *codes} - state.seen
    if not news:
        return state
    for exercise in sorted(news & passed.keys()):
        ids = [source.id for source in bank.all_sources([exercise], root)]
        state = state.queued(ids, now())
    for code in sorted(news & codes):
        state = state.queued(items_for(code, "", root), now())
    return state._replace(seen=state.seen | news)


def items_for(code: str, exercise: str, root: Path = EXERCISES) -> list[str]:
    """Return the ids of up to `PER_CODE` items that can name a code, the exercise's own first."""
    found = [source for source in bank.all_sources(root=root) if code in source.codes]
    found.sort(key=lambda source: source.bank != exercise)
    return [source.id for source in found][:PER_CODE]


def due_exercises(state_dir: Path, root: Path = EXERCISES) -> frozenset[str]:
    """Return the banks (`ex03`, `taxonomy` …) that have items to review now."""
    state = with_progress(load_state(state_dir), state_dir, root)
    due = set(state.due(now()))
    if not due:
        return frozenset()
    return frozenset(source.bank for source in bank.all_sources(root=root) if source.id in due)


def _is_date(text: Any) -> bool:
    """Return whether a value is empty or a date as written here; such dates compare as text."""
    if not isinstance(text, str):
        return False
    return not text or (len(text) == 25 and text[:4].isdigit() and text[10:].endswith("+00:00"))


def _memory(entry: Any) -> Memory:
    known = {"asked", "right", "due", "stability", "difficulty", "reviewed"}
    values = {key: entry[key] for key in known & entry.keys()}
    for key in {"due", "reviewed"} & values.keys():
        if not _is_date(values[key]):
            raise ValueError("not a date in UTC")
    memory = Memory(
        **values,
        other={key: value for key, value in entry.items() if key not in known},
    )
    if any(type(n) is not int for n in (memory.asked, memory.right)):
        raise TypeError("a count of the wrong type")
    for number in (memory.stability, memory.difficulty):
        if number is not None and not isinstance(number, (int, float)):
            raise TypeError("a number of the wrong type")
    return memory


def _entry(memory: Memory) -> dict[str, Any]:
    entry: dict[str, Any] = {**memory.other, "asked": memory.asked, "right": memory.right}
    for key in ("due", "stability", "difficulty", "reviewed"):
        value = getattr(memory, key)
        if value not in (None, ""):
            entry[key] = value
    return entry
