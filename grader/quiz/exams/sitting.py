"""Run `quiz --exam`: make papers, or answer one without feedback and seal the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import Stop, UsageError, WorkspaceError
from ...files.writing import write_aside
from ...i18n.texts import language, listed, say
from ..answers.parse import Refused, parse_answer
from ..items.variants import Variant
from ..play.askers import asker_for
from ..play.memory import now
from ..play.screen import Page
from .exam import VERSION, Exam, load_exam, make_paper, seal_of
from .paper import question_of, read_paper

if TYPE_CHECKING:
    from ...terminal.app import App

INTERRUPTED = 130
#: Maximum number of public items named in a note.
SHOWN = 8


def run_exam(
    app: App,
    path: Path,
    *,
    student: str | None,
    students: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Make papers for a list of students, or let one student answer; return the exit code.

    That is 130 if the student left before the end.
    """
    if not path.exists():
        raise UsageError("toml", "missing", path=path)
    if path.suffix == ".json":
        return _sit(app, read_paper(path), as_json=as_json)
    if students is None and not (student and student.isprintable()):
        raise UsageError("exam", "need_student")
    exam = load_exam(path, make_seed=students is not None)
    app.note(*exam_notes(exam))
    if students is not None:
        folder = out or path.parent / "papers"
        app.out([write_papers(exam, read_students(students), folder)])
        return 0
    assert student is not None
    return _sit(app, make_paper(exam, student), as_json=as_json)


def exam_notes(exam: Exam) -> Iterator[str]:
    """Yield what an instructor should know before papers are handed out."""
    if exam.made:
        yield say("exam", "seed_made", path=exam.made)
    if exam.public:
        items = listed([*exam.public[:SHOWN], *(["…"] if len(exam.public) > SHOWN else [])])
        yield say("exam", "public", exam=exam.id, count=len(exam.public), items=items)


def read_students(path: Path) -> list[str]:
    """Return student ids, as `grade` reads them, from a roster or a list with one id per line.

    Raises UsageError.
    """
    from ...submissions.csv_table import read_csv
    from ...submissions.roster_cells import id_of
    from ...submissions.roster_file import names_students, read_roster

    rows = [row for _, row in read_csv(path).rows]
    if rows and all(len(row) == 1 for row in rows) and not names_students(rows[0]):
        return list(dict.fromkeys(id_of(row[0]) for row in rows))
    return [student.id for student in read_roster(path).students]


def write_papers(exam: Exam, students: list[str], folder: Path) -> str:
    """Write a paper for each student into `folder`; return a sentence. Raises UsageError."""
    names: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for student in students:
            name = re.sub(r"[^\w.-]+", "_", student).strip(".") or "student"
            while names.setdefault(name.lower(), student) != student:
                name += "_"
            paper = json.dumps(make_paper(exam, student), ensure_ascii=False, indent=1)
            write_aside(folder / f"{exam.id}.{name}.json", paper + "\n")
    except OSError as error:
        reason = error.strerror or error
        raise UsageError("workspace", "unwritable", path=folder, reason=reason) from error
    return say("exam", "papers", count=len(students), path=folder)


def _sit(app: App, paper: dict[str, Any], *, as_json: bool) -> int:
    workspace = app.workspace
    if workspace is None:
        raise WorkspaceError("exam", "no_workspace")
    folder = workspace.state_dir / "exams"
    sealed = folder / f"{paper['exam']}.sealed.json"
    if sealed.exists():
        app.note(say("exam", "already", path=sealed))
        return 0
    desk = _Desk(folder / f"{paper['exam']}.open.json", paper)
    code = _by_json(app, desk) if as_json else _by_hand(app, desk)
    missing = len(paper["questions"]) - len(desk.answers)
    if missing:
        app.note(say("exam", "open", count=missing))
    else:
        _seal(desk, sealed)
        app.note(say("exam", "sealed", count=len(desk.answers), path=sealed))
    return code


class _Desk:
    """The answers given so far, which are written to a file after each one."""

    def __init__(self, path: Path, paper: dict[str, Any]) -> None:
        self.path = path
        self.paper = paper
        self.answers: dict[str, dict[str, Any]] = {}
        try:
            document = json.loads(path.read_text("utf-8"))
            if document["paper"] == paper and isinstance(document["answers"], dict):
                self.answers = document["answers"]
        except (OSError, ValueError, KeyError, TypeError):
            return

    def keep(self, number: int, typed: str, sure: bool | None) -> None:
        """Store one answer. Raises WorkspaceError if it cannot be written."""
        self.answers[str(number)] = {"typed": typed, "sure": sure}
        self.write(self.path, {"paper": self.paper, "answers": self.answers})

    def write(self, path: Path, document: Mapping[str, Any]) -> None:
        """Write a document aside, then rename it. Raises WorkspaceError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_aside(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise WorkspaceError("progress", "unsaved", path=path, reason=error.strerror) from error


def _seal(desk: _Desk, path: Path) -> None:
    document: dict[str, Any] = {
        "learncnn_answers": VERSION,
        "paper": desk.paper,
        "answers": desk.answers,
        "sealed": now().isoformat(),
    }
    desk.write(path, {**document, "seal": seal_of(document)})
    desk.path.unlink(missing_ok=True)


def _by_hand(app: App, desk: _Desk) -> int:
    questions = desk.paper["questions"]
    title = app.paint(f"{desk.paper['title'][language()]} · {desk.paper['student']}", "bold")
    asker = asker_for(Page(app.paint, app.width), confidence=False, title=title)
    app.out([title])
    if desk.answers:
        app.out([say("exam", "resumed", count=len(desk.answers))])
    try:
        for question in questions:
            number = question["number"]
            if str(number) in desk.answers:
                continue
            variant = question_of(question)
            typed = asker.ask(variant, number, len(questions))
            given = readable(variant, typed)
            while isinstance(given, Refused) or not asker.confirm(given):
                if isinstance(given, Refused):
                    typed = asker.refuse(variant, given)
                else:
                    typed = asker.ask(variant, number, len(questions))
                given = readable(variant, typed)
            desk.keep(number, typed, None)
            app.out([say("exam", "kept", given=given), ""])
    except (Stop, KeyboardInterrupt):
        return INTERRUPTED
    return 0


def readable(variant: Variant, typed: str) -> str | Refused:
    """Return an answer as it was understood, or its refusal."""
    parsed = parse_answer(variant, typed)
    if isinstance(parsed, Refused):
        return parsed
    if variant.item.kind == "integer" and not (parsed.dont_know or isinstance(parsed.value, int)):
        return Refused("not_whole", {"typed": parsed.shown})
    return parsed.shown


def _by_json(app: App, desk: _Desk) -> int:
    from ..play.json_quiz import read_answers, read_input, typed_of

    text = read_input()
    if not text.strip():
        app.out([json.dumps(desk.paper, ensure_ascii=False, indent=1)])
        return 0
    given = {entry["id"]: entry for entry in read_answers(text)["answers"]}
    kept, refusals = [], []
    for question in desk.paper["questions"]:
        entry = given.get(question["id"])
        if entry is None:
            continue
        typed = typed_of(entry)
        understood = readable(question_of(question), typed)
        if isinstance(understood, Refused):
            refusals.append(
                {"id": question["id"], "why": understood.key, "message": understood.message()}
            )
        else:
            desk.keep(question["number"], typed, entry.get("sure"))
            kept.append({"id": question["id"], "given": understood})
    complete = len(desk.answers) == len(desk.paper["questions"])
    document = {"kept": kept, "refused": refusals, "complete": complete}
    app.out([json.dumps(document, ensure_ascii=False, indent=1)])
    return 0


__all__ = ["read_students", "run_exam", "write_papers"]
