"""List the exercises, and find the next one to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..course.lesson_catalog import lessons_before
from ..errors import Messages, UsageError
from ..i18n.texts import language, listed, say
from ..terminal.layout import Paint, padded
from ..workspace.progress import Progress, load_progress
from ..workspace.workspace import Workspace

#: Width of the list before the remarks, in columns.
TITLES = 50


def progress_of(workspace: Workspace | None) -> Progress:
    """Return the progress of the workspace; empty without one."""
    return load_progress(workspace) if workspace else Progress()


def due_exercises(workspace: Workspace | None) -> frozenset[str]:
    """Return the ids of exercises with quiz questions due for review; none without a workspace."""
    if workspace is None:
        return frozenset()
    from ..quiz.play.memory import due_exercises as due

    return due(workspace.state_dir)


def chosen(
    progress: Progress, *, unit: str | None, wanted: str | None, due: frozenset[str]
) -> list[ExerciseInfo]:
    """Return the exercises of a unit, or of all, that are `todo`, `done` or `due`.

    `wanted` None chooses all three kinds. Raises UsageError for an unknown unit.
    """
    catalog = load_catalog()
    if unit is not None and unit.upper() not in catalog.units:
        known = Messages(catalog.units)
        raise UsageError("progress", "unknown_unit", unit=unit, known=known)
    sets = {"done": progress.passed, "due": due}

    def fits(info: ExerciseInfo) -> bool:
        if unit is not None and info.unit != unit.upper():
            return False
        if wanted == "todo":
            return info.id not in progress.passed
        return wanted is None or info.id in sets[wanted]

    return [info for info in catalog.exercises.values() if fits(info)]


def list_lines(
    infos: Collection[ExerciseInfo], progress: Progress, paint: Paint, *, lessons: bool = False
) -> list[str]:
    """Return the exercises under the names of their units, with the lessons between them."""
    units = load_catalog().units
    lines: list[str] = []
    unit = ""
    for info in infos:
        if info.unit != unit:
            unit = info.unit
            lines += [""] if lines else []
            lines.append(paint(f"{unit}  {units[unit][language()]}", "bold"))
        if lessons:
            lines += [f"    {lesson.id}  {title_of(lesson)}" for lesson in lessons_before(info.id)]
        left = f"  {_sign(info, progress, paint)} {info.id}  {title_of(info)}"
        lines.append(f"{padded(left, TITLES)}{paint(_remark(info), 'dim')}".rstrip())
    if any(info.covers for info in infos):
        lines += ["", paint(say("progress", "fast_legend"), "dim")]
    return lines or [say("progress", "nothing")]


def list_json(
    infos: Iterable[ExerciseInfo], progress: Progress, *, lessons: bool
) -> list[dict[str, Any]]:
    """Return the list as plain data; `kind` is `lesson` or `exercise`."""
    found: list[dict[str, Any]] = []
    for info in infos:
        if lessons:
            found += [
                {"id": one.id, "kind": "lesson", "unit": info.unit, "title": title_of(one)}
                for one in lessons_before(info.id)
            ]
        found.append(_exercise_json(info, progress))
    return found


def _exercise_json(info: ExerciseInfo, progress: Progress) -> dict[str, Any]:
    return {
        "id": info.id,
        "kind": "exercise",
        "unit": info.unit,
        "title": title_of(info),
        "functions": dict(info.functions),
        "prerequisites": list(info.prerequisites),
        "covers": list(info.covers),
        "libraries": list(info.libraries),
        "passed": info.id in progress.passed,
        "attempts": progress.of(info.id).attempts,
    }


def two_files(workspace: Workspace | None, infos: Iterable[ExerciseInfo]) -> list[str]:
    """Return a note for each exercise with work in both a script and a notebook: which counts."""
    return [note for info in infos for note in workspace.note_on(info)] if workspace else []


def next_exercise(progress: Progress) -> ExerciseInfo | None:
    """Return the first open exercise whose prerequisites are met, or else the first open one.

    Return None if all exercises are passed.
    """
    todo = [info for info in load_catalog().exercises.values() if info.id not in progress.passed]
    ready = [info for info in todo if not open_prerequisites(info, progress)]
    return next(iter([*ready, *todo]), None)


def open_prerequisites(info: ExerciseInfo, progress: Progress) -> list[str]:
    """Return the prerequisites that are neither passed nor covered by a passed exercise."""
    catalog = load_catalog().exercises
    done = set(progress.passed)
    for id in progress.passed & set(catalog):
        done.update(catalog[id].covers)
    return [id for id in info.prerequisites if id not in done]


def next_lines(progress: Progress, workspace: Workspace | None, paint: Paint) -> list[str]:
    """Return the lines of `next`: the exercise, the lessons to read before it, and commands."""
    info = next_exercise(progress)
    if info is None:
        return [say("progress", "all_done")]
    file = workspace.file_of(info).name if workspace else f"{info.folder}.py"
    return [
        paint(say("progress", "next", id=info.id, title=title_of(info)), "bold"),
        *(
            "  " + say("progress", "read_first", id=lesson.id, title=title_of(lesson))
            for lesson in lessons_before(info.id)
        ),
        "  " + say("progress", "next_commands", id=info.id, file=file),
    ]


def _remark(info: ExerciseInfo) -> str:
    """Return whether an exercise is on the fast track, and its prerequisites."""
    parts = [say("progress", "fast")] if info.covers else []
    if info.prerequisites:
        parts.append(say("progress", "after", ids=listed(info.prerequisites)))
    return "  ".join(parts)


def _sign(info: ExerciseInfo, progress: Progress, paint: Paint) -> str:
    if info.id in progress.passed:
        return paint("✓", "green")
    return "✗" if progress.of(info.id).attempts else "·"
