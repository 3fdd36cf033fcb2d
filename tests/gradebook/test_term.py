"""A term of six weeks: three systems, folders and bundles in turn, and one crash.

Every person is one student, every file its owner's, and under each rule every grade is that which
follows from what happened, by a computation of its own (term.py).
"""

import json
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

import learncnn
from learncnn.grader.errors import GradebookError
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.history import history_of
from learncnn.grader.gradebook.queries import grades_of
from learncnn.grader.gradebook.rubric import parse_rubric
from learncnn.grader.gradebook.tables import submissions

from ..killing import killing, sandbox_processes
from .postgres import Server, binaries
from .term import FIRST, SOURCES, Person, Term

COUNTS = ("best", "last", "first")
#: The week whose run is killed.
CRASH = 3


def owner_of(student):
    """The person behind a student of the gradebook, by all ids alike; None if they disagree."""
    ids = {*student.ids.values(), student.id}
    found = {
        person.number
        for person in map(Person, range(len(FIRST)))
        if ids & {person.canvas, person.sis, person.login, person.email}
    }
    return found.pop() if len(found) == 1 else None


def handed_in(place):
    """Student → person, and (person, exercise) → hashes, as the gradebook has them."""
    book = open_gradebook(str(place))
    owners, found = {}, {}
    for student in grades_of(book):
        owner = owners[student.id] = owner_of(student)
        for entry in history_of(book, student.id):
            found.setdefault((owner, entry["exercise"]), set()).add(entry["content_hash"])
    book.close()
    assert None not in owners.values(), owners
    assert len(owners) == len(set(owners.values())), owners  # every person is one student
    return owners, found


def graded(place, count):
    """(person, exercise) → points under a rule, as the gradebook has them."""
    book = open_gradebook(str(place))
    rubric = parse_rubric(f'[attempts]\ncount = "{count}"\n')
    found = {
        (owner_of(student), id): pytest.approx(grade.points)
        for student in grades_of(book, rubric=rubric, exercises=list(SOURCES))
        for id, grade in student.grades.items()
        if grade.attempts
    }
    book.close()
    return found


def crash(words, place, tmp_path, *, new=False):
    """Begin a run and kill it once it has written what was handed in.

    Its sandboxes are stopped as they appear, so that it cannot end first.
    """
    before = 0 if new else count(place)
    seed = () if "--private-seed" in words else ("--practice",)
    command = [sys.executable, "-m", "learncnn", "grade", *seed, *map(str, words)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    with killing(lambda _: sandbox_processes(process.pid), every=0.005, by=signal.SIGSTOP):
        while process.poll() is None and count(place) == before:
            time.sleep(0.02)
        process.kill()
    assert process.wait() == -9


def count(place):
    try:
        book = open_gradebook(str(place))
    except GradebookError:  # it is not made yet
        return 0
    with book.reading() as connection:
        found = connection.execute(sa.select(sa.func.count()).select_from(submissions)).scalar()
    book.close()
    return found


def check(term, place, worth, week):
    """The gradebook says what was handed in until now, and what follows from it."""
    students, handed = handed_in(place)
    assert handed == term.hashes(), week
    for rule in COUNTS:
        assert graded(place, rule) == term.points(rule, worth), (week, rule)
    return students, handed, count(place)


def teach(run, term, place, worth, tmp_path):
    """Grade week by week, and after each a download of some week before once more."""
    known = []
    for week, paths, roster, decisions in term.weeks():
        options = ["--gradebook", place, "--jobs", 1, "--json"]
        words = [*paths, *options, *(("--roster", roster) if roster else ())]
        if week == CRASH:
            crash(words, place, tmp_path)
            words = ["--resume", *options]
        code, out, err = run("grade", "--practice", *words)
        found = json.loads(out) if out else err
        assert code == (1 if decisions else 0), (week, found)
        assert found["graded"] > 0
        assert (found["odd"], found["problems"], found["faults"]) == ([], [], []), week
        assert len(found["doubts"]) == len(decisions), found["doubts"]
        for one, other in decisions:
            assert run("gradebook", "students", "merge", one, other, "--gradebook", place)[0] == 0
        there = check(term, place, worth, week)
        known.append(paths)
        code, out, err = run("grade", "--practice", *term.random.choice(known), *options)
        assert (code, json.loads(out)["graded"]) == (0, 0), (week, out, err)
        assert check(term, place, worth, week) == there, week
    return there[0]


@pytest.fixture(scope="module")
def worth():
    """The points of each source, graded by itself."""
    found = {
        exercise: [learncnn.grade(source, exercise).score for source in sources]
        for exercise, sources in SOURCES.items()
    }
    assert all(len(set(points)) > 1 for points in found.values()), found
    return found


@pytest.fixture(scope="module")
def server():
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    found = Server()
    yield found
    found.stop()


def test_a_term_is_graded_as_it_happened(run, tmp_path, worth):
    (tmp_path / "term").mkdir()
    place = tmp_path / "gradebook.sqlite"
    students = teach(run, Term(tmp_path / "term", 1), place, worth, tmp_path)
    assert len(students) == len(FIRST)
    # In another order of rows, members and paths the same students have the same ids and grades.
    (tmp_path / "other").mkdir()
    other = Term(tmp_path / "other", 2)
    assert teach(run, other, tmp_path / "other.sqlite", worth, tmp_path) == students


def test_a_term_in_postgresql(run, tmp_path, server, worth):
    students = teach(run, Term(tmp_path, 3, plan=4), server.database("term"), worth, tmp_path)
    assert len(students) == len(FIRST)
