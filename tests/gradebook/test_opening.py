"""Test that foreign, old, new, locked, full or damaged gradebooks give one message, unchanged."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
import sqlalchemy as sa

from learncnn.grader.errors import GradebookError
from learncnn.grader.gradebook import connection as opening
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.db_errors import place_of
from learncnn.grader.gradebook.tables import HEAD, metadata

from .conftest import RIGHT, rows_of


def refusal(place, **options):
    with pytest.raises(GradebookError) as caught:
        open_gradebook(str(place), **options)
    return str(caught.value)


def test_the_migrations_make_the_tables_of_the_schema(gradebook):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with gradebook.engine.connect() as connection:
        options = {"version_table": opening.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    assert ScriptDirectory(str(opening.MIGRATIONS)).get_heads() == [HEAD]


def test_sqlite_is_used_so_that_a_power_cut_costs_nothing(gradebook):
    with gradebook.reading() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert found == ["wal", 2, 1]


def test_a_missing_gradebook_is_made_only_by_grading(tmp_path, monkeypatch):
    place = tmp_path / "none.sqlite"
    assert "There is no gradebook" in refusal(place)
    assert not place.exists()
    monkeypatch.setenv("LEARNCNN_GRADEBOOK", str(place))
    open_gradebook(create=True).close()
    assert place.exists()
    assert open_gradebook().place == str(place)


def test_a_course_is_made_only_by_grading(gradebook):
    place = gradebook.place
    assert "no course 'other'. It has: course" in refusal(place, course="other")
    open_gradebook(place, course="other", create=True).close()
    assert open_gradebook(place, course="other").course == "other"


def test_a_file_that_is_no_database_stays_as_it_is(tmp_path):
    place = tmp_path / "letter.txt"
    place.write_text("Dear students, " * 100)
    before = place.read_bytes()
    assert "not a gradebook" in refusal(place, create=True)
    assert place.read_bytes() == before


def test_another_programs_database_stays_as_it_is(tmp_path):
    place = tmp_path / "other.sqlite"
    other = sqlite3.connect(place)
    other.execute("CREATE TABLE songs (title)")
    other.commit()
    other.close()
    assert "not a gradebook" in refusal(place, create=True)
    tables = sqlite3.connect(place).execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("songs",)]


def test_a_newer_gradebook_asks_for_an_upgrade_of_learncnn(gradebook):
    with gradebook.writing() as connection:
        connection.execute(sa.text(f"UPDATE {opening.VERSION_TABLE} SET version_num = '9999'"))
    assert "newer learncnn" in refusal(gradebook.place)


@pytest.fixture
def later(tmp_path, monkeypatch):
    """As if a later version had one more migration."""
    folder = tmp_path / "migrations"
    shutil.copytree(opening.MIGRATIONS, folder)
    (folder / "versions" / "r_later.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = 'later', {HEAD!r}\n"
        "def upgrade():\n"
        "    op.add_column('students', sa.Column('later', sa.String))\n"
    )
    monkeypatch.setattr(opening, "MIGRATIONS", folder)
    monkeypatch.setattr(opening, "HEAD", "later")


def test_an_older_gradebook_is_upgraded_when_asked_and_a_copy_is_kept(gradebook, later, tmp_path):
    place = gradebook.place
    assert "learncnn gradebook upgrade" in refusal(place, create=True)
    upgraded = open_gradebook(place, upgrade=True)
    with upgraded.reading() as connection:
        columns = {column["name"] for column in sa.inspect(connection).get_columns("students")}
    assert "later" in columns
    (copy,) = tmp_path.glob("gradebook.sqlite.*.bak")
    revision = sqlite3.connect(copy).execute("SELECT version_num FROM learncnn_version").fetchone()
    assert revision == (HEAD,)


def test_a_migration_that_fails_leaves_the_gradebook_as_it_was(gradebook, later):
    versions = opening.MIGRATIONS / "versions" / "r_later.py"
    versions.write_text(versions.read_text() + "    op.execute('SELECT nonsense FROM nowhere')\n")
    before = rows_of(gradebook.place)
    assert "failed" in refusal(gradebook.place, upgrade=True)
    assert rows_of(gradebook.place) == before


def test_a_lock_that_is_never_given_back_is_named(gradebook, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.2)
    other = sqlite3.connect(gradebook.place, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "has been locked by another program" in refusal(gradebook.place, course="b", create=True)
    other.execute("ROLLBACK")


def test_a_damaged_gradebook_is_named(gradebook):
    place = gradebook.place
    gradebook.close()
    with open(place, "r+b") as file:
        file.seek(100)
        file.write(os.urandom(3000))
    message = refusal(place)
    assert "damaged" in message or "not a gradebook" in message


def test_a_folder_without_permission_is_named(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder = tmp_path / "closed"
    folder.mkdir(0o500)
    assert "cannot be opened" in refusal(folder / "g.sqlite", create=True)


@pytest.mark.root
def test_a_full_disk_loses_nothing_that_was_written(tmp_path, run, submissions):
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small tmpfs")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    try:
        noise = [f"#{os.urandom(6000).hex()}\n" for _ in range(150)]
        root = submissions({f"s{n:03d}/ex01.py": RIGHT + text for n, text in enumerate(noise)})
        place = disk / "gradebook.sqlite"
        words = ["grade", "--practice", str(root), "--gradebook", str(place), "--jobs", "2"]
        # A process of its own, whose end frees what it has claimed.
        ended = subprocess.run(
            [sys.executable, "-m", "learncnn", *words], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 2
        assert ended.stderr.count("the disk is full") == 1
        assert "Traceback" not in ended.stderr
        kept = len(rows_of(place)["reports"])
        assert kept > 0
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert run("grade", "--practice", "--resume", "--gradebook", place, "--jobs", 2)[0] == 0
        assert len(rows_of(place)["reports"]) == 150
        check = sqlite3.connect(place).execute("PRAGMA integrity_check").fetchone()
        assert check == ("ok",)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_passwords_are_not_shown():
    url = opening.url_of("postgresql://prof:secret@db.example.edu/grades")
    assert place_of(url) == "postgresql://prof:***@db.example.edu/grades"


def test_without_the_extra_the_way_to_get_it_is_said(run, monkeypatch, a_class):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *_: None)
    code, _, err = run("grade", "--practice", a_class)
    assert (code, 'pip install "learncnn[instructor]"' in err) == (2, True)
