"""Store what is remembered between quizzes in a JSON file in the workspace's state folder.

It is written aside and renamed after every answer, so a crash loses at most the current answer.
A damaged file is kept under another name, a newer version's file is never overwritten, and keys
unknown to this version are kept.
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
#: Items that enter the queue for one missed code, besides the missed item itself.
PER_CODE = 4


class Memory(NamedTuple):
    """One item: how often it was asked, and when it is to be asked again."""

    asked: int = 0
    right: int = 0
    #: When it is due, ISO 8601 in UTC; nothing for an item that is not in the queue.
    due: str = ""
    stability: float | None = None
    difficulty: float | None = None
    reviewed: str = ""
    #: What a newer version keeps here.
    other: Mapping[str, Any] = {}


class QuizState(NamedTuple):
    """Everything remembered; `notes` say what was wrong with the file."""

    student: str
    items: Mapping[str, Memory] = {}
    #: Passed exercises and diagnosed codes whose items have entered the queue.
    seen: frozenset[str] = frozenset()
    notes: tuple[Message, ...] = ()
    writable: bool = True
    other: Mapping[str, Any] = {}

    def of(self, item_id: str) -> Memory:
        """The memory of an item, empty at first."""
        return self.items.get(item_id, Memory())

    def with_item(self, item_id: str, memory: Memory) -> QuizState:
        """The same state with one memory replaced."""
        return self._replace(items={**self.items, item_id: memory})

    def queued(self, ids: Iterable[str], when: datetime) -> QuizState:
        """The same state with items in the queue; those that are in it keep their date."""
        due = when.isoformat(timespec="seconds")
        fresh = {id: self.of(id)._replace(due=due) for id in ids if not self.of(id).due}
        return self._replace(items={**self.items, **fresh})

    def due(self, when: datetime) -> list[str]:
        """Ids of the items to ask now, the longest due first."""
        now = when.isoformat(timespec="seconds")
        return sorted(
            (id for id, memory in self.items.items() if memory.due and memory.due <= now),
            key=lambda id: (self.items[id].due, id),
        )


def now() -> datetime:
    """The time, in UTC and whole seconds, as every date here is kept."""
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).replace(microsecond=0)


def new_student() -> str:
    """Return a name for a stream of draws of one's own."""
    return os.urandom(8).hex()


def load_state(state_dir: Path) -> QuizState:
    """The state as remembered; never fails, says in `notes` what could not be read."""
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
    """Remember the state; returns a note if that was not possible, else nothing."""
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
    """A few items that can name a code, those of the given exercise first."""
    found = [source for source in bank.all_sources(root=root) if code in source.codes]
    found.sort(key=lambda source: source.bank != exercise)
    return [source.id for source in found][:PER_CODE]


def due_exercises(state_dir: Path, root: Path = EXERCISES) -> frozenset[str]:
    """The banks (`ex03`, `taxonomy` …) that have items to review now."""
    state = with_progress(load_state(state_dir), state_dir, root)
    due = set(state.due(now()))
    if not due:
        return frozenset()
    return frozenset(source.bank for source in bank.all_sources(root=root) if source.id in due)


def _is_date(text: Any) -> bool:
    """Whether it is a date as this module writes it, so that dates compare as texts."""
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
