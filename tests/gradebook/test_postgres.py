"""Test the gradebook in PostgreSQL, on a real server."""

import subprocess
import sys
import time

import pytest

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.queries import grades_of

from .conftest import FLIPPED, RIGHT, rows_of
from .postgres import Server, binaries


@pytest.fixture(scope="module")
def server():
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    found = Server()
    yield found
    found.stop()


@pytest.fixture
def database(server, request):
    name = "db" + "".join(c for c in request.node.name if c.isalnum()).lower()[:50]
    return server.database(name)


def test_it_ends_with_the_same_rows_as_sqlite(run, a_class, database, tmp_path):
    for place in (database, tmp_path / "gradebook.sqlite"):
        code, _, err = run("grade", "--practice", a_class, "--gradebook", place, "--jobs", 1)
        assert code == 0, err
    assert rows_of(database) == rows_of(tmp_path / "gradebook.sqlite")
    book = open_gradebook(database)
    assert {s.id: s.grades["ex01"].status for s in grades_of(book)} == {
        "ann": "graded",
        "bob": "graded",
        "cy": "graded",
    }
    book.close()


def test_runs_at_the_same_time_end_as_one(submissions, database, tmp_path):
    files = {f"s{n:02d}/ex01.py": f"{(RIGHT, FLIPPED)[n % 2]}\n# {n}\n" for n in range(40)}
    root = submissions(files)
    words = [
        sys.executable,
        "-m",
        "learncnn",
        "grade",
        "--practice",
        str(root),
        "--gradebook",
        database,
    ]
    processes = [
        subprocess.Popen([*words, "--jobs", "1"], cwd=tmp_path, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in processes:
        _, err = process.communicate()
        assert process.returncode == 0, err
    rows = rows_of(database)
    assert (len(rows["submissions"]), len(rows["reports"]), len(rows["gradings"])) == (40, 40, 40)


def test_a_server_that_goes_away_midway_loses_nothing(server, submissions, database, tmp_path):
    files = {f"s{n:03d}/ex01.py": f"{RIGHT}\n# {n}\n" for n in range(300)}
    root = submissions(files)
    words = [
        sys.executable,
        "-m",
        "learncnn",
        "grade",
        "--practice",
        "--gradebook",
        database,
        "--jobs",
        "1",
    ]
    process = subprocess.Popen([*words, str(root)], cwd=tmp_path, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.2)
        try:
            if len(rows_of(database)["reports"]) > 10:
                break
        except Exception:  # the tables are not there yet
            continue
    server.halt()
    _, err = process.communicate()
    server.start()
    message = err.decode()
    assert process.returncode == 2, message
    assert message.count("does not answer") == 1
    assert "Traceback" not in message
    kept = len(rows_of(database)["reports"])
    assert 10 < kept < 300
    done = subprocess.run([*words, "--resume"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = rows_of(database)
    assert (len(rows["reports"]), len(rows["gradings"])) == (300, 300)


def test_no_server_no_database_and_a_foreign_one(run, a_class, server, database):
    nobody = database.replace(str(server.port), "1")
    code, _, err = run("grade", "--practice", a_class, "--gradebook", nobody)
    assert (code, "does not answer" in err) == (2, True)
    code, _, err = run("grade", "--practice", a_class, "--gradebook", database + "x")
    assert (code, "cannot be opened" in err) == (2, True)
    latin = server.database("latin", "-E", "LATIN1", "-T", "template0", "--locale=C")
    code, _, err = run("grade", "--practice", a_class, "--gradebook", latin)
    assert (code, "is not in UTF-8" in err) == (2, True)
    import sqlalchemy as sa

    from learncnn.grader.gradebook.connection import url_of

    engine = sa.create_engine(url_of(database))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE students (id int)"))
    engine.dispose()
    code, _, err = run("grade", "--practice", a_class, "--gradebook", database)
    assert (code, "not a gradebook" in err) == (2, True)
