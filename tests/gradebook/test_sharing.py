"""Test interrupted and simultaneous runs: all is graded, and each report is made once."""

import json
import os
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.tasks import GradingSettings
from learncnn.grader.gradebook import claims, grade_run
from learncnn.grader.gradebook.claims import claim, let_go, show_life, this_process
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.defaults import options
from learncnn.grader.gradebook.grade_request import GradeRequest, begin_run, finish_run
from learncnn.grader.gradebook.records import record_of
from learncnn.grader.gradebook.tables import runs

from .conftest import FLIPPED, RIGHT, rows_of
from .postgres import Server, binaries


def runs_of(book, count=2):
    return [begin_run(book, GradeRequest(paths=(str(n),)))[0] for n in range(count)]


def claimed(book, run, reports):
    with book.writing() as connection:
        return claim(connection, run, reports)


def test_a_report_is_made_by_one_run_until_it_lets_go(gradebook):
    one, two = runs_of(gradebook)
    show_life(gradebook, one)
    assert claimed(gradebook, one, ["a", "b"]) == {"a", "b"}
    assert claimed(gradebook, two, ["b", "c"]) == {"c"}
    with gradebook.writing() as connection:
        let_go(connection, one, ["b"])
    assert claimed(gradebook, two, ["a", "b"]) == {"b"}


@pytest.mark.parametrize("how", ["finished", "silent", "killed", "reborn"])
def test_what_a_run_has_left_that_ended_is_free(gradebook, how):
    one, two = runs_of(gradebook)
    show_life(gradebook, one)
    assert claimed(gradebook, one, ["a"]) == {"a"}
    host, number, began = this_process().rsplit(" ", 2)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    change = {
        "silent": {"alive_at": time.time() - 2 * claims.LEASE_SECONDS},
        "killed": {"process": f"{host} {gone.pid} {began}"},
        "reborn": {"process": f"{host} {number} 1"},
    }
    if how == "finished":
        finish_run(gradebook, one)
    else:
        with gradebook.writing() as connection:
            connection.execute(sa.update(runs).where(runs.c.id == one).values(**change[how]))
    assert claimed(gradebook, two, ["a"]) == {"a"}


def test_a_run_on_another_machine_lives_as_long_as_it_shows_it(gradebook):
    one, two = runs_of(gradebook)
    show_life(gradebook, one)
    with gradebook.writing() as connection:
        elsewhere = {"process": "another-machine 1 1"}
        connection.execute(sa.update(runs).where(runs.c.id == one).values(**elsewhere))
    claimed(gradebook, one, ["a"])
    assert claimed(gradebook, two, ["a"]) == set()


class _Counted(Pool):
    """Counts what is really graded."""

    made = 0

    def results(self, tasks):
        for done in super().results(tasks):
            _Counted.made += 1
            yield done


def test_two_graders_share_the_work(submissions, tmp_path, monkeypatch):
    from learncnn.grader.batch.progress_bar import ProgressBar
    from learncnn.grader.submissions.collect import collect

    monkeypatch.setattr(grade_run, "TOGETHER", 4)
    _Counted.made = 0
    files = {f"s{n:02d}/ex01.py": f"{(RIGHT, FLIPPED)[n % 2]}\n# {n}\n" for n in range(24)}
    root = submissions(files)
    place = str(tmp_path / "shared.sqlite")
    book = open_gradebook(place, create=True)
    ids = runs_of(book)
    made, errors = {}, []
    start = threading.Barrier(2)

    def grade(id, number):
        try:
            own = open_gradebook(place)
            with (
                collect([root], exercises=(), roster=None) as collection,
                _Counted(GradingSettings(), jobs=1, reduce=record_of) as pool,
            ):
                run = grade_run.GradeRun(own, GradingSettings(), pool, run=id, number=number)
                start.wait()
                made[id] = run.grade(collection, ProgressBar(24, quiet=True))
            own.close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=grade, args=(id, n + 1)) for n, id in enumerate(ids)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    book.close()
    assert errors == []
    assert _Counted.made == 24
    for outcome in made.values():
        assert sum(outcome.states["ex01"].values()) == 24
        assert outcome.faults == []
    rows = rows_of(place)
    assert (len(rows["reports"]), len(rows["submissions"]), rows["claims"]) == (24, 24, [])


def interrupt(words, cwd, place):
    """Run `grade` and stop it as soon as it has written something."""
    process = subprocess.Popen(
        [sys.executable, "-m", "learncnn", *map(str, words)], cwd=cwd, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 60
    before = reports_in(place)
    while time.monotonic() < until and reports_in(place) <= before:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    return process.communicate()[1].decode()


def reports_in(place):
    try:
        found = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        return found.execute("SELECT count(*) FROM reports").fetchone()[0]
    except sqlite3.Error:
        return 0


def test_several_runs_go_on_together_and_the_hint_works_when_pasted(submissions, tmp_path, run):
    place = tmp_path / "my book.sqlite"
    hints = []
    for week in ("one", "two"):
        files = {f"{week}{n:03d}/ex01.py": f"{RIGHT}\n# {week} {n}\n" for n in range(150)}
        root = submissions(files, week)
        words = ["grade", root, "--gradebook", place, "--course", "cnn 1", "--jobs", 1, "--yes"]
        err = interrupt(words, tmp_path, place)
        hints.append(err.partition("Go on with: ")[2].strip())
    assert reports_in(place) < 300
    assert hints[0] == hints[1]
    words = shlex.split(hints[1])
    assert words == [
        "learncnn", "grade", "--resume", "--gradebook", str(place), "--course", "cnn 1",
    ]  # fmt: skip
    code, out, err = run(*words[1:], "--json")
    assert code == 0, err
    assert [document["submissions"] for document in json.loads(out)] == [150, 150]
    assert "2 runs were not finished" in err
    assert reports_in(place) == 300
    code, _, err = run(*words[1:])
    assert (code, "nothing to resume" in err, "--course 'cnn 1'" in err) == (2, True, True)


@pytest.mark.parametrize(
    ("place", "variable", "course", "wanted"),
    [
        ("gradebook.sqlite", None, "course", ""),
        ("gradebook.sqlite", "other.sqlite", "course", " --gradebook gradebook.sqlite"),
        ("other.sqlite", "other.sqlite", "course", ""),
        ("a b.sqlite", None, "c", " --gradebook 'a b.sqlite' --course c"),
        ("postgresql://prof:***@h/d", "postgresql://prof:pw@h/d", "course", ""),
        ("postgresql://prof:***@h/d", "postgres://prof:pw@h/d", "course", ""),
        ("postgresql://prof:***@h/d", None, "course", " --gradebook postgresql://prof@h/d"),
    ],
)
def test_a_hint_names_what_the_environment_does_not(place, variable, course, wanted, monkeypatch):
    if variable:
        monkeypatch.setenv("LEARNCNN_GRADEBOOK", variable)
    assert options(place, course) == wanted


@pytest.fixture(scope="module")
def server():
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    found = Server()
    yield found
    found.stop()


def test_a_cut_network_is_noticed_by_the_socket(server):
    book = open_gradebook(server.database("options"), create=True)
    with book.engine.connect() as connection:
        number = os.dup(connection.connection.driver_connection.fileno())
    own = socket.socket(fileno=number)
    tcp = socket.IPPROTO_TCP
    assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    idle = own.getsockopt(tcp, socket.TCP_KEEPIDLE)
    probes = own.getsockopt(tcp, socket.TCP_KEEPINTVL) * own.getsockopt(tcp, socket.TCP_KEEPCNT)
    assert idle + probes < 60
    assert 0 < own.getsockopt(tcp, socket.TCP_USER_TIMEOUT) < 60_000
    own.close()
    book.close()


def test_a_url_may_ask_for_another_patience(server):
    book = open_gradebook(server.database("own") + "?keepalives_idle=77", create=True)
    with book.engine.connect() as connection:
        number = os.dup(connection.connection.driver_connection.fileno())
    own = socket.socket(fileno=number)
    assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 77
    own.close()
    book.close()


def test_claims_and_signs_of_life_on_postgresql(server):
    book = open_gradebook(server.database("claims"), create=True)
    one, two = runs_of(book)
    show_life(book, one)
    assert claimed(book, one, ["a"]) == {"a"}
    assert claimed(book, two, ["a"]) == set()
    with book.reading() as connection:
        alive_at = connection.execute(sa.select(runs.c.alive_at).where(runs.c.id == one)).scalar()
    assert abs(alive_at - time.time()) < 60
    book.close()
