"""Provide a class with every kind of grade, and students with malicious names."""

from datetime import datetime, timezone

import pytest

import learncnn.grader.i18n.texts as texts
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import Message
from learncnn.grader.gradebook.grades import Attempt, Override, StudentGrades, grade_of
from learncnn.grader.gradebook.rubric import parse_rubric
from learncnn.grader.lms_formats.export_data import Class

CATALOG = load_catalog()
EX01, EX02 = CATALOG.exercises["ex01"], CATALOG.exercises["ex02"]
AT = datetime(2026, 10, 3, 12, 30, tzinfo=timezone.utc)
RUBRIC = "[due]\nex01 = 2026-10-02T23:59:00Z\n[late]\nper_day = 0.1\n"


def attempt(passed, state="failed", codes=(), at=None):
    tallies = {"corr2d": {"public": (2, 2), "values": (passed, 4)}}
    return Attempt("s" * 64, "ex01.py", at, False, "r" * 64, state, tallies, codes, "k" * 64)


def student(id, name, *attempts, override=None, **values):
    rubric = parse_rubric(RUBRIC)
    grades = {
        "ex01": grade_of(rubric, EX01, id, attempts, override),
        "ex02": grade_of(rubric, EX02, id, ()),
    }
    ids = values.pop("ids", {})
    return StudentGrades(id, name, values.pop("email", ""), "Sec 1", True, ids, grades)


@pytest.fixture
def found():
    """Return a class: passed, late with a mistake, unreadable, excused, missing, and malicious."""
    texts.use_language("en")
    unreadable = Attempt("c", "ex01.py", None, False, problem=Message("not UTF-8"))
    students = [
        student(
            "S1", "Doe, Ann", attempt(4, "passed"), email="ann@x.edu",
            ids={"canvas": "101", "login": "ann", "participant": "41"},
        ),
        student(
            "S2", "Roe, Bob", attempt(0, codes=("FLIP",), at=AT), email="bob@x.edu",
            ids={"canvas": "102", "login": "bob", "participant": "42"},
        ),
        student("S3", "Poe, Cy", unreadable),
        student("S4", "Moe, Di", override=Override(None, True, "ill", "prof", "2026-10-01")),
        student("S5", "Noe, Eve"),
        student(
            "=cmd|'/C calc'!A0", '@SUM(1)\r\n"<script>", X\x07\u202e', attempt(2),
            override=Override(7.25, False, "=1+1", "prof", "2026-10-01"),
            email="+m@x.edu",
        ),
    ]  # fmt: skip
    return Class("course", parse_rubric(RUBRIC), students, [EX01, EX02])


@pytest.fixture
def only_ex01(found):
    return Class(found.course, found.rubric, found.students, [EX01])
