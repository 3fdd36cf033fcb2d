"""Serve the pages: map, exercise, lesson. All are readable without JavaScript."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..course.exercise_texts import exercise_texts
from ..course.lesson_catalog import LessonInfo, lessons_before
from ..errors import LearncnnError
from ..i18n.texts import language, say, worded
from ..student.guidance import hints_given
from ..student.overview import next_exercise, open_prerequisites, progress_of
from ..workspace.progress import Entry, Progress
from .asked import exercise_of, learner_of, lesson_of
from .guidance_routes import hint_html, hints_left
from .learners import FileText, Learner
from .page_templates import filled
from .running_checks import RunningChecks


class UnitMap(NamedTuple):
    """A unit on the map: its exercises, each after the lessons before it."""

    name: str
    title: str
    passed: int
    exercises: list[tuple[ExerciseInfo, list[LessonInfo]]]


def show_map(request: Request) -> Response:
    """Show all units and the learner's progress."""
    learner = learner_of(request)
    progress = progress_of(learner.workspace)
    infos = list(load_catalog().exercises.values())
    units = []
    for name, titles in load_catalog().units.items():
        own = [(info, lessons_before(info.id)) for info in infos if info.unit == name]
        passed = sum(info.id in progress.passed for info, _ in own)
        units.append(UnitMap(name, titles[language()], passed, own))
    return _page(
        "map",
        say("serve", "map.title"),
        units=units,
        progress=progress,
        following=next_exercise(progress),
        passed=sum(unit.passed for unit in units),
        total=len(infos),
        notes=[worded(note) for note in progress.notes],
    )


def show_exercise(request: Request) -> Response:
    """Show an exercise: lesson, file, last result, hints, and the next step."""
    learner, info = learner_of(request), exercise_of(request)
    progress = progress_of(learner.workspace)
    entry = progress.of(info.id)
    file, trouble = _file(learner, info)
    before, after = _neighbours(info)
    checks: RunningChecks = request.app.state.checks
    return _page(
        "exercise",
        f"{info.id} {title_of(info)}",
        info=info,
        lesson=_lesson(info),
        file=file,
        trouble=trouble,
        entry=entry,
        check=checks.last(learner, info),
        hints=[Markup(hint_html(hint)) for hint in hints_given(info, entry)],
        hints_left=hints_left(info, entry) if exercise_texts(info).hints else 0,
        solution=bool(entry.passed or entry.given_up),
        builds_on=_builds_on(info, entry, progress),
        lessons=lessons_before(info.id),
        before=before,
        after=after,
        notes=[*map(worded, progress.notes), *learner.workspace.note_on(info)],
    )


def show_lesson(request: Request) -> Response:
    """Show a lesson that has no exercise."""
    info = lesson_of(request)
    title = f"{info.id} {title_of(info)}"
    after = load_catalog().exercises[info.before]
    return _page("lesson", title, info=info, after=after, lesson=_lesson(info))


def _page(page: str, title: str, **values: object) -> Response:
    html = filled(f"{page}.html.j2", page=page, title=title, title_of=title_of, **values)
    return HTMLResponse(html)


def _lesson(info: ExerciseInfo | LessonInfo) -> Markup:
    from ..lessons.lesson import lesson_body

    return Markup(lesson_body(info))


def _file(learner: Learner, info: ExerciseInfo) -> tuple[FileText | None, str]:
    """Return the learner's file, or why it cannot be shown."""
    try:
        return learner.file_text(info), ""
    except LearncnnError as error:
        return None, worded(error)


def _builds_on(info: ExerciseInfo, entry: Entry, progress: Progress) -> list[str]:
    return [] if entry.passed else open_prerequisites(info, progress)


def _neighbours(info: ExerciseInfo) -> tuple[ExerciseInfo | None, ExerciseInfo | None]:
    infos = list(load_catalog().exercises.values())
    at = infos.index(info)
    return infos[at - 1] if at else None, infos[at + 1] if at + 1 < len(infos) else None
