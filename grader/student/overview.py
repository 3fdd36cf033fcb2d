"""List the exercises, and find the next one to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..course.lesson_catalog import lessons_before
from ..errors import UsageError
from ..i18n.texts import language, say
from ..terminal.layout import Paint, padded
from ..workspace.progress import Progress, load_progress
from ..workspace.workspace import Workspace

#: Columns of a list before the remarks.
TITLES = 50


def progress_of(workspace: Workspace | None) -> Progress:
    """Progress of the workspace, empty without one."""
    return load_progress(workspace) if workspace else Progress()


def due_exercises(workspace: Workspace | None) -> frozenset[str]:
    """Exercises with quiz questions to review today; none where nothing was reviewed yet."""
    if workspace is None:
        return frozenset()
    from ..quiz.play.memory import due_exercises as due

    return due(workspace.state_dir)


def chosen(
    progress: Progress, *, unit: str | None, wanted: str | None, due: frozenset[str]
) -> list[ExerciseInfo]:
    """The exercises of a unit that are `todo`, `done` or `due`. Raises UsageError."""
    catalog = load_catalog()
    if unit is not None and unit.upper() not in catalog.units:
        known = ", ".join(catalog.units)
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
    """Return the same as plain data; `kind` tells lessons from exercises."""
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
    """Say which file counts, for each exercise with a script and a notebook that are both begun."""
    return [note for info in infos for note in workspace.note_on(info)] if workspace else []


def next_exercise(progress: Progress) -> ExerciseInfo | None:
    """The first exercise not passed whose prerequisites are; else the first not passed."""
    todo = [info for info in load_catalog().exercises.values() if info.id not in progress.passed]
    ready = [info for info in todo if not open_prerequisites(info, progress)]
    return next(iter([*ready, *todo]), None)


def open_prerequisites(info: ExerciseInfo, progress: Progress) -> list[str]:
    """The exercises this one builds on that neither were passed nor are covered by a passed one."""
    catalog = load_catalog().exercises
    done = set(progress.passed)
    for id in progress.passed & set(catalog):
        done.update(catalog[id].covers)
    return [id for id in info.prerequisites if id not in done]


def next_lines(progress: Progress, workspace: Workspace | None, paint: Paint) -> list[str]:
    """What to do next."""
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
    """What an exercise builds on, and whether it is on the fast track."""
    parts = [say("progress", "fast")] if info.covers else []
    if info.prerequisites:
        parts.append(say("progress", "after", ids=", ".join(info.prerequisites)))
    return "  ".join(parts)


def _sign(info: ExerciseInfo, progress: Progress, paint: Paint) -> str:
    if info.id in progress.passed:
        return paint("✓", "green")
    return "✗" if progress.of(info.id).attempts else "·"
