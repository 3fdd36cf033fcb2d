"""Test that a class is graded with its own hidden cases unless practice is requested."""

import pytest
import sqlalchemy as sa

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.tables import reports

from .conftest import RIGHT

SEED = "learncnn-seed.txt"


def seeds(place):
    book = open_gradebook(str(place))
    with book.reading() as connection:
        found = {
            seed
            for (seed,) in connection.execute(reports.select().with_only_columns(reports.c.seed))
        }
    book.close()
    return found


def test_a_seed_file_is_made_beside_the_gradebook_and_used_again(run, submissions, tmp_path):
    (tmp_path / "books").mkdir()
    book = tmp_path / "books" / "g.sqlite"
    seed = book.parent / SEED
    code, _, err = run("grade", submissions({"ann/ex01.py": RIGHT}), "--gradebook", book)
    assert (code, str(seed) in err, "private seed" in err) == (0, True, True)
    assert seed.stat().st_mode & 0o777 == 0o600
    assert seed.read_text().strip() not in err
    text = seed.read_text()
    code, _, err = run("grade", submissions({"bob/ex01.py": RIGHT + "#"}), "--gradebook", book)
    assert (code, str(seed) in err, "was made" in err) == (0, True, False)
    assert seed.read_text() == text
    assert [name.startswith("private-") for name in seeds(book)] == [True]
    # A regrade needs no word either.
    assert run("regrade", "ex01", "--gradebook", book, "--yes")[0] == 0
    assert len(seeds(book)) == 1


def test_with_a_database_it_lies_in_the_current_folder(tmp_path, monkeypatch):
    from learncnn.grader.gradebook.connection import Gradebook
    from learncnn.grader.instructor.seed_choice import default_path

    monkeypatch.chdir(tmp_path)
    for url in ("postgresql+psycopg://grader@db/course", "sqlite://"):
        book = Gradebook(sa.create_engine(url), "course")
        assert default_path(book) == tmp_path / SEED


def test_another_seed_than_the_courses_is_refused_unless_it_is_named(run, a_class, tmp_path):
    assert run("grade", a_class, "--jobs", 1)[0] == 0
    (tmp_path / SEED).rename(tmp_path / "old.txt")
    code, _, err = run("grade", a_class, "--jobs", 1)
    assert (code, SEED in err, (tmp_path / SEED).exists()) == (2, True, False)
    (tmp_path / SEED).write_text("a seed of somebody else\n")
    for words in (("grade", a_class), ("regrade", "ex01")):
        code, _, err = run(*words)
        assert (code, "another seed" in err, "--private-seed FILE" in err) == (2, True, True)
    named = ("--private-seed", tmp_path / SEED, "--jobs", 1)
    code, out, _ = run("grade", a_class, *named)
    assert (code, "another key" in out) == (0, True)
    assert run("grade", a_class, "--private-seed", tmp_path / "old.txt", "--jobs", 1)[0] == 0


def test_a_course_of_practice_stays_one_when_it_is_regraded(run, a_class, tmp_path):
    run("grade", "--practice", a_class, "--jobs", 1)
    assert run("regrade", "ex01", "--yes")[0] == 0
    assert seeds(tmp_path / "gradebook.sqlite") == {"practice"}
    assert not (tmp_path / SEED).exists()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_the_solutions_practice_is_named(run, a_class, tmp_path, monkeypatch, lang):
    import importlib.metadata

    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: ())
    for words in (("grade", a_class), ("gradescope", "-o", tmp_path / "x.zip")):
        code, _, err = run("--lang", lang, *words)
        assert (code, "learncnn-solutions" in err, "--practice" in err) == (2, True, True)
    assert not (tmp_path / SEED).exists()
    assert not (tmp_path / "gradebook.sqlite").exists()
    assert run("grade", "--practice", a_class, "--jobs", 1)[0] == 0


def test_practice_and_a_seed_exclude_each_other(run, a_class, tmp_path):
    code, _, err = run("grade", a_class, "--practice", "--private-seed", tmp_path / "seed")
    assert (code, "not both" in err) == (2, True)


def test_a_run_of_before_that_named_no_seed_is_resumed_on_practice():
    from learncnn.grader.gradebook.grade_request import from_json

    assert from_json({"paths": ["a"]}).practice
    assert not from_json({"paths": ["a"], "private_seed": "/x"}).practice
    assert not from_json({"paths": ["a"], "practice": False}).practice
