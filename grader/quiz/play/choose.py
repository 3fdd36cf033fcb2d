"""Choose a quiz's items from an exercise, a unit or a subject, least asked first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ...course.catalog import EXERCISES
from ...course.exercise_ids import id_typed, number_of
from ...course.lesson_catalog import lesson_named, lessons_before
from ...errors import Message, Messages, UsageError
from ...i18n.texts import say
from ..items import bank
from ..items.number_stream import keyed
from ..items.variants import Variant, draw_variant
from .memory import QuizState, load_state, new_student, now, save_state, with_progress


def banks_of(names: Iterable[str], root: Path = EXERCISES) -> list[str]:
    """Return the banks of exercises, lessons, units and subjects. Raises UsageError."""
    installed = bank.bank_files(root)
    found: list[str] = []
    for name in names:
        for wanted in _meant(name, installed):
            if wanted not in found:
                found.append(wanted)
    if names and not any(name in installed for name in found):
        raise UsageError("quiz", "no_items", names=Messages(names))
    return [name for name in found if name in installed]


def _meant(name: str, installed: Iterable[str]) -> list[str]:
    plain = name.strip().lower()
    if (lesson := lesson_named(name)) is not None:
        return list(lesson.banks)
    subjects = {"history", "taxonomy", *(n for n in installed if number_of(n) is None)}
    if plain in subjects:
        return [plain]
    wanted = id_typed(plain)
    if wanted is not None and wanted in installed:
        return [wanted]
    from ...course.catalog import load_catalog

    catalog = load_catalog()
    if plain.upper() in catalog.units:
        infos = [info for info in catalog.exercises.values() if info.unit == plain.upper()]
        before = (lesson for info in infos for lesson in lessons_before(info.id))
        return [*(info.id for info in infos), *(bank for info in before for bank in info.banks)]
    return [catalog.resolve(name).id]


def default_banks(state_dir: Path | None, root: Path = EXERCISES) -> list[str]:
    """Return the banks of the exercises that a learner has worked on, else the first bank."""
    from ...workspace.progress import load_progress
    from ...workspace.workspace import Workspace

    installed = list(bank.bank_files(root))
    entries = load_progress(Workspace(state_dir.parent)).entries if state_dir else {}
    touched = [name for name in installed if name in entries]
    return touched or installed[:1]


class Asked(NamedTuple):
    """An item to ask, with the student and attempt that determine its variant."""

    source: bank.BankSource
    student: str
    attempt: int

    def variant(self) -> Variant:
        """Return the item with its parameters. Raises ItemError."""
        return draw_variant(bank.read(self.source), self.student, self.attempt)


def choose_items(
    sources: Sequence[bank.BankSource], count: int, state: QuizState, seed: str | None
) -> list[Asked]:
    """Choose at most `count` items.

    With a seed the choice depends on nothing else. Without one the items asked least come first,
    and each is drawn for the learner's next attempt.
    """
    stream = keyed("choose", seed if seed is not None else state.student, _round(state, seed))
    shuffled = stream.shuffled(sources)
    if seed is None:
        shuffled.sort(key=lambda source: state.of(source.id).asked)
    if seed is not None:
        return [Asked(source, f"seed {seed}", 1) for source in shuffled[:count]]
    return [Asked(s, state.student, state.of(s.id).asked) for s in shuffled[:count]]


class Chosen(NamedTuple):
    """The questions of one run, and the state from which they were chosen."""

    asked: list[Asked]
    state: QuizState
    #: Notes about the file that holds the state.
    notes: tuple[Message, ...] = ()
    #: review: number of further questions that are due.
    later: int = 0


def choose_quiz(
    targets: Sequence[str], count: int, state_dir: Path | None, seed: str | None = None
) -> Chosen:
    """Return the questions of a quiz; without targets it is about exercises worked on.

    Raises UsageError for targets that do not exist or have no items.
    """
    state = load_state(state_dir) if state_dir else QuizState(new_student())
    sources = bank.all_sources(banks_of(targets) if targets else default_banks(state_dir))
    if not sources:
        raise UsageError("quiz", "no_target")
    if state_dir is None and seed is None:
        seed = state.student
    return Chosen(choose_items(sources, count, state, seed), state, state.notes)


def choose_due(state_dir: Path, count: int) -> Chosen:
    """Return the questions that are due, the longest due first.

    Items of exercises just passed and of codes just diagnosed enter the queue first.
    """
    state = load_state(state_dir)
    notes = state.notes
    with_news = with_progress(state, state_dir)
    if with_news is not state:
        state = with_news
        notes = (*notes, *filter(None, [save_state(state_dir, state)]))
    sources = {source.id: source for source in bank.all_sources()}
    due = [id for id in state.due(now()) if id in sources]
    asked = [Asked(sources[id], state.student, state.of(id).asked) for id in due[:count]]
    return Chosen(asked, state, notes, len(due) - len(asked))


def nothing_due(state: QuizState) -> str:
    """Return a sentence: when the next question is due, or what fills the queue."""
    dates = sorted(memory.due for memory in state.items.values() if memory.due)
    if not dates:
        return say("quiz", "review.empty")
    return say("quiz", "review.nothing", date=dates[0].replace("T", " ")[:16] + " UTC")


def _round(state: QuizState, seed: str | None) -> int:
    """Return a number that differs from quiz to quiz, so that the order differs too."""
    return 0 if seed is not None else sum(memory.asked for memory in state.items.values())
