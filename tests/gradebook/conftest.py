"""Provide a gradebook in a new folder, and right and wrong submissions of real exercises."""

import shutil

import pytest

import learncnn.grader.i18n.texts as texts
from learncnn.grader.gradebook.connection import open_gradebook


@pytest.fixture(autouse=True)
def _settled(monkeypatch, tmp_path):
    texts.use_language("en")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LEARNCNN_GRADEBOOK", raising=False)


@pytest.fixture
def gradebook(tmp_path):
    book = open_gradebook(str(tmp_path / "gradebook.sqlite"), create=True)
    yield book
    book.close()


RIGHT = """import numpy as np

def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    if H < 1 or W < 1:
        raise ValueError("too large")
    return sum(X[i:i + H, j:j + W] * K[i, j] for i in range(h) for j in range(w))
"""
FLIPPED = RIGHT.replace("* K[i, j]", "* K[h - 1 - i, w - 1 - j]")


@pytest.fixture
def a_class(submissions):
    """Write three submissions: a right one, one with a known mistake, one that does not load."""
    return submissions(
        {"ann/ex01.py": RIGHT, "bob/ex01.py": FLIPPED, "cy/ex01.py": "def corr2d(:"}, "class"
    )


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command line in this process, in a new folder; return (code, stdout, stderr)."""
    from click.testing import CliRunner

    from learncnn.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("LEARNCNN_LANG", "LC_ALL", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, **settings):
        result = CliRunner().invoke(main, [str(word) for word in words], **settings)
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Fill the folder of a module's first test, and copy its content for the other tests."""
    made = tmp_path_factory.mktemp("once") / "made"

    def once(folder, fill):
        if made.exists():
            shutil.copytree(made, folder, dirs_exist_ok=True)
        else:
            fill()
            shutil.copytree(folder, made)

    return once


#: Columns for times and durations; all others must be the same in every run.
TIMES = {"made_at", "seen_at", "graded_at", "created_at", "started_at", "finished_at", "seconds"}


def rows_of(place, *, but=()):
    """Return the sorted rows of all tables but `runs`, without times and the columns in `but`."""
    import sqlalchemy as sa

    from learncnn.grader.gradebook.connection import _engine, url_of
    from learncnn.grader.gradebook.tables import metadata

    engine = _engine(url_of(str(place)))
    with engine.connect() as connection:
        found = {}
        for table in metadata.sorted_tables:
            if table.name == "runs":
                continue
            columns = [column for column in table.c if column.name not in {*TIMES, *but}]
            rows = connection.execute(sa.select(*columns)).all()
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    engine.dispose()
    return found
