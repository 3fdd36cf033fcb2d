"""Summarise a student's standing: passed exercises, overcome mistakes, open and due work."""

from __future__ import annotations

from dataclasses import dataclass

from ..course.catalog import load_catalog, title_of
from ..course.exercise_texts import exercise_texts
from ..i18n.texts import language
from ..quiz.play.memory import QuizState, load_state, now, with_progress
from ..workspace.progress import Entry, Progress
from ..workspace.workspace import Workspace


@dataclass(frozen=True)
class UnitStanding:
    """The number of exercises in a unit, and of those passed."""

    name: str
    title: str
    passed: int
    exercises: int


@dataclass(frozen=True)
class Mistake:
    """A misconception that `check` diagnosed, and its sentence in the language in use."""

    exercise: str
    code: str
    sentence: str


@dataclass(frozen=True)
class QuizStanding:
    """Numbers of quiz answers given, of right ones, and of questions due for review."""

    answered: int = 0
    right: int = 0
    due: int = 0


@dataclass(frozen=True)
class Work:
    """An exercise that was begun."""

    id: str
    title: str
    entry: Entry


@dataclass(frozen=True)
class Standing:
    """Everything that `progress` shows."""

    units: tuple[UnitStanding, ...]
    quiz: QuizStanding
    #: Ids of passed exercises, each with the ability that it teaches.
    abilities: tuple[tuple[str, str], ...]
    overcome: tuple[Mistake, ...]
    #: Misconceptions from the last check of each exercise that is not passed.
    open: tuple[Mistake, ...]
    work: tuple[Work, ...]

    @property
    def passed(self) -> int:
        """Return the number of passed exercises."""
        return sum(unit.passed for unit in self.units)

    @property
    def exercises(self) -> int:
        """Return the number of exercises."""
        return sum(unit.exercises for unit in self.units)


def standing_of(workspace: Workspace, progress: Progress) -> Standing:
    """Return the standing of a workspace's student, in the language in use."""
    catalog = load_catalog()
    infos = list(catalog.exercises.values())
    units = tuple(
        UnitStanding(
            name,
            titles[language()],
            sum(info.id in progress.passed for info in infos if info.unit == name),
            sum(info.unit == name for info in infos),
        )
        for name, titles in catalog.units.items()
    )
    begun = [info for info in infos if progress.of(info.id) != Entry()]
    passed = [info for info in begun if info.id in progress.passed]
    return Standing(
        units=units,
        quiz=_quiz(with_progress(load_state(workspace.state_dir), workspace.state_dir)),
        abilities=tuple((info.id, info.can[language()]) for info in passed),
        overcome=_mistakes(progress, [info.id for info in passed], "overcome"),
        open=_mistakes(progress, [info.id for info in begun if info not in passed], "codes"),
        work=tuple(Work(info.id, title_of(info), progress.of(info.id)) for info in begun),
    )


def _quiz(state: QuizState) -> QuizStanding:
    memories = state.items.values()
    return QuizStanding(
        sum(memory.asked for memory in memories),
        sum(memory.right for memory in memories),
        len(state.due(now())),
    )


def _mistakes(progress: Progress, ids: list[str], field: str) -> tuple[Mistake, ...]:
    infos = load_catalog().exercises
    return tuple(
        Mistake(id, code, exercise_texts(infos[id]).misconception(code))
        for id in ids
        for code in getattr(progress.of(id), field)
    )
