"""A report made without a layer of the sandbox is named, and never stands in for a full one."""

import csv
import io
import json
import sqlite3

import pytest
import sqlalchemy as sa

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.migrations.versions import r0006_layers
from learncnn.grader.gradebook.queries import grades_of
from learncnn.grader.gradebook.tables import HEAD, reports
from learncnn.grader.instructor import graders

from .conftest import RIGHT

LACKING = (
    "lambda report: __import__('dataclasses').replace("
    "__import__('learncnn.grader.gradebook.records', fromlist=['x']).record_of(report), "
    "missing_layers='landlock')"
)


class WithoutLandlock:
    """What a worker process makes of reports on a machine without Landlock."""

    def __reduce__(self):
        return eval, (LACKING,)


@pytest.fixture
def lacking(monkeypatch):
    """Switch Landlock off and on again, as far as reports tell."""
    made = graders.record_of

    def lacking(off=True):
        monkeypatch.setattr(graders, "record_of", WithoutLandlock() if off else made)

    return lacking


def layers(place):
    """Each student's missing layers, and how many gradings each submission has had."""
    book = open_gradebook(str(place))
    try:
        found = {s.id: s.grades["ex01"].attempt.missing_layers for s in grades_of(book)}
    finally:
        book.close()
    with sqlite3.connect(place) as database:
        counts = database.execute("SELECT count(*) FROM gradings GROUP BY submission").fetchall()
    return found, [count for (count,) in counts]


def test_a_full_run_grades_again_what_was_graded_without_a_layer(
    run, submissions, tmp_path, lacking
):
    folder, place = submissions({"ann/ex01.py": RIGHT}), tmp_path / "gradebook.sqlite"
    basic = ("--require-sandbox", "basic", "--jobs", 1)
    lacking()
    code, out, _ = run("grade", "--practice", folder, *basic)
    assert (code, "1 have a report made WITHOUT landlock" in out) == (0, True)
    assert layers(place) == ({"ann": ("landlock",)}, [1])
    # A weak run is content with a weak report, and so is a regrade that asks for no more.
    assert "1 more were graded before" in run("grade", "--practice", folder, *basic)[1]
    assert json.loads(run("regrade", "ex01", "--json", *basic)[1])["regraded"] == 0
    lacking(off=False)
    code, out, _ = run("grade", "--practice", folder, "--jobs", 1)
    assert (code, "WITHOUT" in out, "again now" in out) == (0, False, True)
    assert layers(place) == ({"ann": ()}, [2])
    assert "graded again with every layer" in run("gradebook", "show", "ann")[1]
    # The full report satisfies a weak run as well.
    lacking()
    submissions({"bob/ex01.py": RIGHT})
    assert "identical to another" in run("grade", "--practice", folder, *basic)[1]
    assert layers(place)[0] == {"ann": (), "bob": ()}


def test_another_students_weak_report_is_not_shared_by_a_full_run(
    run, submissions, tmp_path, lacking
):
    place = tmp_path / "gradebook.sqlite"
    lacking()
    run(
        "grade",
        "--practice",
        submissions({"ann/ex01.py": RIGHT}, "a"),
        "--require-sandbox",
        "basic",
    )
    lacking(off=False)
    run("grade", "--practice", submissions({"bob/ex01.py": RIGHT}, "b"), "--jobs", 1)
    assert layers(place)[0] == {"ann": ("landlock",), "bob": ()}


def test_a_regrade_in_full_replaces_weak_reports(run, submissions, tmp_path, lacking):
    lacking()
    run("grade", "--practice", submissions({"ann/ex01.py": RIGHT}), "--require-sandbox", "basic")
    lacking(off=False)
    assert json.loads(run("regrade", "ex01", "--json", "--yes")[1])["regraded"] == 1
    assert layers(tmp_path / "gradebook.sqlite")[0] == {"ann": ()}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_place_that_shows_grades_says_without_landlock(
    run, submissions, tmp_path, lacking, lang
):
    lacking()
    folder = submissions({"ann/ex01.py": RIGHT})
    run(
        "grade",
        "--practice",
        folder,
        "--require-sandbox",
        "basic",
        "--feedback",
        tmp_path / "pages",
    )
    _code, out, err = run("--lang", lang, "gradebook", "show")
    assert ("10‡" in out, "‡" in out.splitlines()[-1], "WITHOUT landlock" in err) == (True,) * 3
    assert "WITHOUT landlock" in run("--lang", lang, "gradebook", "show", "ann")[1]
    shown = json.loads(run("gradebook", "show", "--json")[1])
    assert shown["students"][0]["grades"]["ex01"]["missing_layers"] == ["landlock"]
    run("gradebook", "export", "csv", "-o", tmp_path / "out.csv")
    (row,) = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig")))
    assert row["sandbox"] == "WITHOUT landlock"
    run("--lang", lang, "report", "-o", tmp_path / "class.html")
    assert "WITHOUT landlock" in (tmp_path / "class.html").read_text("utf-8")
    assert "WITHOUT landlock" in (tmp_path / "pages" / "ann.html").read_text("utf-8")


def test_a_gradebook_of_before_learns_what_its_reports_lacked(run, a_class, tmp_path):
    """The migration reads the layers from the stored reports."""
    run("grade", "--practice", a_class, "--jobs", 1)
    place = tmp_path / "gradebook.sqlite"
    book = open_gradebook(str(place))
    weak = _weaken_one(book)
    book.close()
    with sqlite3.connect(place) as database:
        database.execute("ALTER TABLE reports DROP COLUMN missing_layers")
        before = (r0006_layers.down_revision,)
        database.execute("UPDATE learncnn_version SET version_num = ?", before)
    upgraded = open_gradebook(str(place), upgrade=True)
    with upgraded.reading() as opened:
        found = dict(opened.execute(sa.select(reports.c.id, reports.c.missing_layers)).all())
        version = opened.execute(sa.text("SELECT version_num FROM learncnn_version")).scalar()
    upgraded.close()
    assert {id for id, missing in found.items() if missing == "landlock seccomp"} == {weak}
    assert len(found) == 3
    assert list(found.values()).count("") == 2
    assert version == HEAD


def _weaken_one(book):
    """Have one stored report say that layers were missing; return its id."""
    import zlib

    from learncnn.grader.gradebook.records import document_of

    with book.writing() as opened:
        id, content = opened.execute(sa.select(reports.c.id, reports.c.document)).first()
        document = document_of(content)
        document["provenance"]["missing_layers"] = [["landlock", "none"], ["seccomp", "none"]]
        packed = zlib.compress(json.dumps(document).encode())
        opened.execute(sa.update(reports).where(reports.c.id == id).values(document=packed))
    return id
