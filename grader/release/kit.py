"""Build the student kit: a workspace with a wheel, requirements, READMEs and exam papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from ..course.catalog import ExerciseInfo
from ..course.lesson_catalog import lessons_before
from ..i18n.texts import LANGUAGES, listed, speaking
from ..lessons.lesson import lesson_files
from ..lessons.lesson_notebook import stub_files
from ..workspace.editor_tasks import add_task
from ..workspace.workspace import Workspace, write_workspace
from .staging import new_folder
from .wheel import write_wheel

if TYPE_CHECKING:
    from ..gradebook.rubric import Rubric
    from ..quiz.exams.exam import Exam

TEMPLATES = Path(__file__).parent / "template"
#: Requirement of the extra `torch` in pyproject.toml.
TORCH = "torch>=2.13"


@dataclass(frozen=True)
class Kit:
    """The contents of a kit."""

    exercises: Sequence[ExerciseInfo]
    framework: str = "numpy"
    #: Language of stubs and lessons; `auto` leaves it to each student's locale.
    lang: str = "auto"
    notebooks: bool = False
    #: Source of the points and due times that the README lists.
    rubric: Rubric | None = None
    exams: Sequence[Exam] = ()
    #: Ids of the students who get exam papers.
    students: Sequence[str] = ()


def write_kit(kit: Kit, folder: Path) -> None:
    """Write a kit to `folder`, which must be new or empty. Raises UsageError."""
    with new_folder(folder) as aside:
        workspace = Workspace(aside, kit.framework, kit.lang, kit.notebooks)
        stubs = stub_files(kit.exercises, kit.framework, notebooks=kit.notebooks)
        write_workspace(workspace, stubs, lesson_files(kit.exercises))
        add_task(aside)
        wheels = aside / "wheels"
        wheels.mkdir()
        wheel = write_wheel(wheels)
        _write(aside / "requirements.txt", _requirements(kit, wheel))
        for language in LANGUAGES:
            suffix = "" if language == "en" else f".{language}"
            _write(aside / f"README{suffix}.md", _readme(kit, language))
        for exam in kit.exams:
            from ..quiz.exams.sitting import write_papers

            write_papers(exam, list(kit.students), aside / "papers")


def _requirements(kit: Kit, wheel: Path) -> str:
    needing = [i.id for i in kit.exercises if i.framework(kit.framework) == "torch"]
    extra = "[torch]" if len(needing) == len(kit.exercises) else ""
    lines = [f"./wheels/{wheel.name}{extra}"]
    if needing and not extra:
        lines.append(f"# {', '.join(needing)}: {TORCH}")
    return "\n".join(lines) + "\n"


def _readme(kit: Kit, language: str) -> str:
    first = kit.exercises[0]
    with speaking(language):
        only_torch = listed(_only_torch(kit))
    values = {
        "first": first.id,
        "file": f"{first.folder}{'.ipynb' if kit.notebooks else '.py'}",
        "only_torch": only_torch,
        "table": _table(kit, language),
    }
    for name, wanted in (("exams", kit.exams), ("torch", _only_torch(kit))):
        values[name] = _template(f"{name}.{language}.md", values) if wanted else ""
    return _template(f"readme.{language}.md", values)


def _template(name: str, values: Mapping[str, str]) -> str:
    return Template((TEMPLATES / name).read_text("utf-8")).substitute(values)


def _only_torch(kit: Kit) -> list[str]:
    if kit.framework == "torch":
        return []
    return [info.id for info in kit.exercises if "numpy" not in info.libraries]


def _table(kit: Kit, language: str) -> str:
    rows = []
    for info in kit.exercises:
        rows += [
            f"| {lesson.id} | {lesson.title[language]} | | |" for lesson in lessons_before(info.id)
        ]
        cells = [info.id, info.title[language]]
        if kit.rubric is not None:
            cells += [f"{kit.rubric.possible(info):g}", kit.rubric.due_shown(info.id)]
        else:
            cells += [str(sum(info.functions.values())), ""]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
