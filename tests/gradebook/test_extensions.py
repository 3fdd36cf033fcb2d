"""Test due times of one student, from the rubric and from decisions."""

import itertools
import json
import math
import zipfile
from datetime import datetime, timedelta, timezone

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.drops import dropped_of
from learncnn.grader.gradebook.due_times import Extension
from learncnn.grader.gradebook.grades import Attempt, Grade, StudentGrades, grade_of
from learncnn.grader.gradebook.queries import grades_of
from learncnn.grader.gradebook.rubric import parse_rubric

from .conftest import RIGHT

CATALOG = load_catalog()
EX01 = CATALOG.exercises["ex01"]
DUE = datetime(2025, 10, 2, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def attempt(right, at):
    tallies = {"corr2d": {"values": (right, 4)}}
    return Attempt(f"s{right}", "ex01.py", at, False, "report", "failed", tallies)


def by_the_formula(tries, due, *, grace, per_day, most, refuse, count, limit):
    """The guide's formula, computed apart: points = max over tries of won · (1 − lost)."""
    paid = []
    for right, at in tries[:limit]:
        seconds = (at - due).total_seconds()
        days = 0 if seconds <= 60 * grace else math.ceil(seconds / 86400)
        lost = 1.0 if days > refuse else min(per_day * days, most)
        paid.append(10 * right / 4 * (1 - lost))
    return {"best": max, "first": lambda all: all[0], "last": lambda all: all[-1]}[count](paid)


@pytest.mark.parametrize("count", ["best", "first", "last"])
@pytest.mark.parametrize("extra", [None, 0, 1.5, 9])
def test_points_follow_from_extension_then_lateness_then_penalty_then_choice(count, extra):
    rules = {"grace": 30, "per_day": 0.1, "most": 0.45, "refuse": 6}
    rubric = parse_rubric(
        f'[due]\nex01 = 2025-10-02T00:00:00Z\n[attempts]\ncount = "{count}"\nlimit = 3\n'
        "[late]\ngrace_minutes = 30\nper_day = 0.1\nmost = 0.45\nrefuse_after_days = 6\n"
    )
    extension = None if extra is None else Extension("ex01", days=extra)
    due = DUE + timedelta(days=extra or 0)
    hours = (-30, 0, 0.4, 0.6, 24, 25, 60, 130, 145, 260)
    for late in itertools.combinations(hours, 3):
        tries = [(right, DUE + h * HOUR) for right, h in zip((2, 4, 3), late, strict=True)]
        tries.append((4, DUE + 300 * HOUR))  # beyond the limit
        found = grade_of(rubric, EX01, "ann", [attempt(*t) for t in tries], extension=extension)
        wanted = by_the_formula(tries, due, count=count, limit=3, **rules)
        assert found.points == pytest.approx(wanted, abs=1e-4), (late, extra)
        assert found.due == due


def test_an_extension_is_a_time_or_days_and_may_be_earlier():
    rubric = parse_rubric("[due]\nex01 = 2025-10-02T00:00:00Z\n[late]\nper_day = 0.1\n")
    late = [attempt(4, DUE + 30 * HOUR)]
    at = [Extension("ex01", due_at=DUE + timedelta(days=d)) for d in (2, 1, -3)]
    points = [grade_of(rubric, EX01, "ann", late, extension=e).points for e in (*at, None)]
    assert points == [10, 9, 5, 8]


def test_an_lms_mark_says_nothing_of_an_extension():
    marked = Attempt("m", "a", None, True, "r", "passed", {"corr2d": {"values": (4, 4)}})
    rubric = parse_rubric("[due]\nex01 = 2025-10-02T00:00:00Z\n[late]\nper_day = 0.1\n")
    assert grade_of(rubric, EX01, "ann", [marked]).points == 9
    assert grade_of(rubric, EX01, "ann", [marked], extension=Extension("ex01", days=2)).points == 10


def test_what_is_not_due_yet_is_missing_and_does_not_count():
    rubric = parse_rubric("[due]\nex01 = 2025-10-02T00:00:00Z\n")
    for extension, now, is_open in (
        (None, DUE - HOUR, True),
        (None, DUE + HOUR, False),
        (Extension("ex01", days=1), DUE + HOUR, True),
        (Extension("ex01", days=1), DUE + 25 * HOUR, False),
    ):
        found = grade_of(rubric, EX01, "ann", [], extension=extension, now=now)
        assert (found.status, found.is_open) == ("missing", is_open)
        done = Grade("ann", "ex02", "graded", 5, 10)
        student = StudentGrades("ann", "", "", "", True, {}, {"ex01": found, "ex02": done})
        assert student.share(0) == (0.5 if is_open else 0.25)


def table(**points):
    made = {"ex": "excused"}
    return {
        id: Grade("a", id, made.get(str(p), "missing" if p is None else "graded"),
                  p if isinstance(p, (int, float)) else None, 10)
        for id, p in points.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "lowest", "dropped", "share"),
    [
        ("zero", 0, [], (4 + 8) / 40),
        ("zero", 1, ["ex02"], 12 / 30),
        ("zero", 3, ["ex01", "ex02", "ex03"], 8 / 10),
        ("excused", 0, [], 12 / 20),
        ("excused", 1, ["ex01"], 8 / 10),
        ("dropped", 0, ["ex02", "ex03"], 12 / 20),
        ("dropped", 2, ["ex02", "ex03"], 12 / 20),
        ("dropped", 3, ["ex01", "ex02", "ex03"], 8 / 10),
    ],
)
def test_missing_work_counts_by_the_policy(policy, lowest, dropped, share):
    rubric = parse_rubric(f'[missing]\nexercises = "{policy}"\n[drop]\nlowest = {lowest}\n')
    grades = table(ex01=4, ex02=None, ex03=None, ex04=8, ex05="ex")
    left_out = dropped_of(rubric, CATALOG, grades)
    assert sorted(left_out) == dropped
    student = StudentGrades("a", "", "", "", True, {}, grades, left_out, missing=rubric.missing)
    assert student.share(0) == pytest.approx(share)


def test_a_drop_of_a_unit_is_used_up_by_what_is_missing_there():
    rubric = parse_rubric('[missing]\nexercises = "dropped"\n[drop.units]\nA = 1\n')
    first, second, *_ = (id for id, info in CATALOG.exercises.items() if info.unit == "A")
    assert dropped_of(rubric, CATALOG, table(**{first: None, second: 3, "ex09": 1})) == {first}
    assert dropped_of(rubric, CATALOG, table(**{first: 2, second: 3, "ex09": 1})) == {first}


def test_who_handed_in_nothing_has_a_total_by_the_policy():
    for policy, share in (("zero", 0.0), ("excused", None), ("dropped", None)):
        rubric = parse_rubric(f'[missing]\nexercises = "{policy}"\n')
        grades = table(ex01=None, ex02=None)
        left_out = dropped_of(rubric, CATALOG, grades)
        student = StudentGrades("a", "", "", "", True, {}, grades, left_out, missing=policy)
        assert student.share(0) == share


# --- Commands.


def scope(place, works):
    """A Gradescope export: (sid, text, time)."""
    metadata = {
        f"submission_{n}": {":submitters": [{":sid": sid}], ":created_at": f"{at:%F %T} Z"}
        for n, (sid, _, at) in enumerate(works)
    }
    with zipfile.ZipFile(place, "w") as archive:
        base = "assignment_1_export"
        archive.writestr(f"{base}/submission_metadata.yml", json.dumps(metadata))
        for n, (_, text, _) in enumerate(works):
            archive.writestr(f"{base}/submission_{n}/ex01.py", text)
    return place


@pytest.fixture
def late_class(run, tmp_path):
    """Three students, 30 hours late each, at a tenth a day."""
    rubric = tmp_path / "rubric.toml"
    rubric.write_text(
        '[course]\ntime_zone = "Asia/Shanghai"\n[due]\nex01 = 2025-10-02T08:00:00\n'
        "[late]\nper_day = 0.1\n"
    )
    works = [(sid, f"{RIGHT}# {sid}\n", DUE + 30 * HOUR) for sid in ("ann", "bob", "cy")]
    code, _, err = run("grade", scope(tmp_path / "a.zip", works), "--rubric", rubric, "--jobs", 1)
    assert code == 0, err
    return run


def points(run):
    document = json.loads(run("gradebook", "show", "--json")[1])
    return {s["id"]: s["grades"]["ex01"]["points"] for s in document["students"]}


def test_a_decision_extends_and_is_taken_back(late_class):
    run = late_class
    assert points(run) == {"ann": 8, "bob": 8, "cy": 8}
    code, _, err = run("gradebook", "extend", "ann", "ex01", "+1")
    assert (code, "--reason" in err) == (2, True)
    code, out, _ = run("gradebook", "extend", "ann", "1", "+1", "--reason", "ill")
    assert (code, out) == (0, "ann ex01: 1 days more\n")
    run("gradebook", "extend", "bob", "all", "2025-10-04", "--reason", "ill", "--author", "dean")
    assert points(run) == {"ann": 9, "bob": 10, "cy": 8}
    _, out, _ = run("gradebook", "show", "bob")
    assert "due 2025-10-04 23:59 (Asia/Shanghai), with an extension" in out
    assert "extension by dean: 2025-10-04T15:59:59+00:00, for: ill" in out
    run("gradebook", "extend", "bob", "ex01", "+0", "--reason", "not for this one")
    assert points(run)["bob"] == 8
    run("gradebook", "extend", "bob", "ex01", "--revoke", "--reason", "after all")
    assert points(run)["bob"] == 10
    run("gradebook", "extend", "bob", "all", "--revoke", "--reason", "no")
    assert points(run)["bob"] == 8


def test_extensions_of_a_file_are_all_taken_over_or_none(late_class, tmp_path):
    run, file = late_class, tmp_path / "extensions.csv"
    good = "student,exercise,due,days,reason,author\n"
    good += "ann,ex01,,2,ill,dean\nbob,ex01,2025-10-03,,trip,\n"
    file.write_text(good + "dee,ex01,,1,x,\ncy,ex77,,1,x,\ncy,ex01,soon,,x,\ncy,ex01,,,x,\n")
    code, _, err = run("gradebook", "extend", "--from", file)
    assert code == 2
    assert [f"line {n}:" in err for n in range(2, 8)] == [False, False, True, True, True, True]
    assert points(run) == {"ann": 8, "bob": 8, "cy": 8}
    file.write_text(good)
    assert run("gradebook", "extend", "--from", file)[:2] == (0, "2 extensions are kept.\n")
    assert points(run) == {"ann": 10, "bob": 10, "cy": 8}
    entry = json.loads(run("gradebook", "show", "ann", "--json")[1])["history"][-1]
    assert (entry["kind"], entry["days"], entry["author"]) == ("extension", 2, "dean")


def test_a_rubric_extends_by_any_id_and_a_decision_comes_before_it(late_class, tmp_path):
    run, rubric = late_class, tmp_path / "rubric.toml"
    text = rubric.read_text()
    rubric.write_text(f"{text}[extensions.ANN]\nall = 1\n[extensions.bob]\nex01 = 2025-10-09\n")
    assert run("gradebook", "rubric", rubric)[0] == 0
    assert points(run) == {"ann": 9, "bob": 10, "cy": 8}
    run("gradebook", "extend", "ann", "ex01", "+2", "--reason", "more")
    assert points(run)["ann"] == 10
    rubric.write_text(f"{text}[extensions.unknown]\nall = 1\n")
    code, _, err = run("gradebook", "rubric", rubric)
    assert (code, "unknown" in err, points(run)["bob"]) == (2, True, 10)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[extensions.ann]\nex99 = 1\n", "extensions.ann.ex99 is not known"),
        ('[extensions.ann]\nex01 = "2 days"\n', "extensions.ann.ex01 must be a time"),
        ("[extensions.ann]\nex01 = -1\n", "extensions.ann.ex01 must be a number"),
        ("[extensions]\nann = 2\n", "extensions.ann must be a table"),
        ('[missing]\nexercises = "free"\n', "zero, excused, dropped"),
        ('[course]\ntime_zone = "Mars/Base"\n', "no time zone 'Mars/Base'"),
    ],
)
def test_a_rubric_with_a_mistake_is_refused(line, said):
    from learncnn.grader.errors import UsageError

    with pytest.raises(UsageError) as caught:
        parse_rubric(line)
    assert said in str(caught.value)


def test_quizzes_without_scores_blank_no_total(late_class, tmp_path):
    run, scores, rubric = late_class, tmp_path / "quiz.csv", tmp_path / "rubric.toml"
    text = rubric.read_text()

    def shares():
        document = json.loads(run("gradebook", "show", "--json")[1])
        return [s["share"] for s in document["students"]]

    rubric.write_text(f"{text}[quiz]\nweight = 0.5\n")
    run("gradebook", "rubric", rubric)
    assert shares() == [0.8, 0.8, 0.8]
    scores.write_text("id,score,max_score\nann,10,10\n")
    run("gradebook", "quiz", scores, "--name", "one")
    scores.write_text("id,score,max_score\nann,0,10\nbob,10,10\n")
    run("gradebook", "quiz", scores, "--name", "two")
    assert shares() == pytest.approx([0.65, 0.9, 0.8])
    rubric.write_text(f'{text}[quiz]\nweight = 0.5\n[missing]\nquizzes = "zero"\n')
    run("gradebook", "rubric", rubric)
    assert shares() == pytest.approx([0.65, 0.65, 0.4])


def test_extensions_move_with_a_merge_and_back(late_class):
    run = late_class
    run("gradebook", "extend", "bob", "all", "+2", "--reason", "ill")
    run("gradebook", "students", "merge", "ann", "bob", "--reason", "one person")
    book = open_gradebook()
    merged = {s.id: s.grades["ex01"].extension for s in grades_of(book)}
    book.close()
    assert merged["ann"].days == 2
    run("gradebook", "students", "split", "bob", "--reason", "two")
    assert points(run) == {"ann": 8, "bob": 10, "cy": 8}
