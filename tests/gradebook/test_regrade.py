"""Test that `regrade` shows changed grades before writing, and loses nothing old."""

import json

import nbformat

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.queries import grades_of

from .conftest import FLIPPED, RIGHT, rows_of


def seeds(tmp_path, *names):
    paths = []
    for name in names:
        path = tmp_path / name
        path.write_text(f"a private seed: {name}")
        paths.append(path)
    return paths


def points(tmp_path):
    book = open_gradebook(str(tmp_path / "gradebook.sqlite"))
    found = {student.id: student.grades["ex01"].points for student in grades_of(book)}
    book.close()
    return found


def test_nothing_is_written_before_it_is_decided(run, submissions, tmp_path):
    root = submissions({"ann/ex01.py": RIGHT, "bob/ex01.py": FLIPPED})
    run("grade", "--practice", root, "--jobs", 1)
    before = rows_of(tmp_path / "gradebook.sqlite")
    (seed,) = seeds(tmp_path, "a")
    code, out, _ = run("regrade", "ex01", "--private-seed", seed, "--jobs", 1)
    assert code == 0
    assert "Nothing was written" in out
    assert rows_of(tmp_path / "gradebook.sqlite") == before


def test_who_moves_and_by_how_much(run, submissions, tmp_path, monkeypatch):
    root = submissions({"ann/ex01.py": RIGHT, "bob/ex01.py": FLIPPED})
    run("grade", "--practice", root, "--jobs", 1)
    # As if the key had been wrong: ann's report gave no points.
    import sqlalchemy as sa

    from learncnn.grader.gradebook.tables import reports

    book = open_gradebook(str(tmp_path / "gradebook.sqlite"))
    with book.writing() as connection:
        connection.execute(
            sa.update(reports)
            .where(reports.c.state == "passed")
            .values(tallies={"corr2d": {"values": [1, 4]}}, key_digest="old")
        )
    book.close()
    assert points(tmp_path)["ann"] == 2.5
    (seed,) = seeds(tmp_path, "a")
    words = ("regrade", "1", "--private-seed", seed, "--jobs", 1)
    _, out, _ = run(*words)
    assert "ex01: 1 grades would change (1 up, 0 down)" in out
    assert "2.5 → 10" in out
    assert "+7.5" in out
    code, out, _ = run(*words, "--yes", "--json", "--reason", "wrong key", "--author", "prof")
    moves = json.loads(out)["moves"]
    assert (code, [(m["student"], m["before"], m["after"]) for m in moves]) == (
        0,
        [("ann", 2.5, 10.0)],
    )
    assert points(tmp_path)["ann"] == 10
    _, out, _ = run("gradebook", "show", "ann", "--json")
    (entry,) = json.loads(out)["history"]
    first, second = entry["reports"]
    assert (first["key_digest"], second["reason"], second["author"]) == ("old", "wrong key", "prof")
    assert second["seed"].startswith("private-")
    assert "seccomp" in second["layers"]
    assert "Nothing to do" in run(*words)[1]


def test_a_private_seed_is_not_forgotten(run, submissions, tmp_path):
    root = submissions({"ann/ex01.py": RIGHT})
    one, other = seeds(tmp_path, "one", "other")
    run("grade", root, "--jobs", 1, "--private-seed", one)
    code, _, err = run("regrade", "ex01", "--jobs", 1)
    assert (code, "graded with a private seed" in err) == (2, True)
    code, out, _ = run("regrade", "ex01", "--jobs", 1, "--private-seed", other, "--yes")
    assert code == 0
    assert "1 submissions of ex01 have their new report" in out


def test_identical_submissions_are_regraded_once_and_all_move(run, submissions, tmp_path):
    files = {f"s{n}/ex01.py": RIGHT for n in range(5)} | {"b/ex01.py": FLIPPED}
    run("grade", "--practice", submissions(files), "--jobs", 1)
    (seed,) = seeds(tmp_path, "a")
    run("regrade", "ex01", "--private-seed", seed, "--yes", "--jobs", 1)
    rows = rows_of(tmp_path / "gradebook.sqlite")
    assert (len(rows["reports"]), len(rows["gradings"])) == (4, 12)


def test_an_unknown_exercise_and_a_missing_gradebook(run, tmp_path):
    assert "no exercise" in run("regrade", "ex77")[2]
    assert "There is no gradebook" in run("regrade", "ex01")[2]


def test_a_stored_notebook_is_loaded_as_it_was_handed_in(run, submissions, tmp_path):
    cells = ["import matplotlib.pyplot as plt", RIGHT, "plt.show()\n1 / 0", "while True:\n    pass"]
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=made))
    root = submissions({"ann/ex01.ipynb": notebook})
    run("grade", "--practice", root, "--jobs", 1)
    full = points(tmp_path)["ann"]
    (seed,) = seeds(tmp_path, "a")
    code, out, _ = run("regrade", "ex01", "--private-seed", seed, "--jobs", 1, "--yes")
    assert (code, points(tmp_path)["ann"]) == (0, full), out
    assert full == 10
