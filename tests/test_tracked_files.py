"""Test that git tracks only source: no database, no secret, no local measurement."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import learncnn

ROOT = Path(learncnn.__file__).resolve().parent
#: Names under which databases and their journals, secrets and coverage data are written.
UNWANTED = re.compile(
    r"\.(sqlite3?|db3?|s3db)([-.].*)?$|^\.env(\..*)?$|^\.coverage(\..*)?$|-(journal|wal|shm)$"
)
#: First bytes of an SQLite file and of its write-ahead log.
MAGIC = (b"SQLite format 3\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


def tracked_files():
    """Return the tracked files, relative to the root; skip outside a checkout."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a checkout")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout that git reads here")
    return [Path(name) for name in done.stdout.decode().split("\0") if name]


def is_unwanted(path, begin):
    """Whether a file of this name and with these first bytes must not be tracked."""
    return bool(UNWANTED.search(path.name.lower())) or begin.startswith(MAGIC)


def test_no_database_and_no_secret_is_tracked():
    found = []
    for path in tracked_files():
        if not (ROOT / path).is_file():  # deleted in the working tree
            continue
        with (ROOT / path).open("rb") as file:
            if is_unwanted(path, file.read(16)):
                found.append(str(path))
    assert not found, f"remove with: git rm --cached {' '.join(found)}"


@pytest.mark.parametrize(
    "name",
    [
        "gradebook.sqlite",
        "gradebook.sqlite-wal",
        "gradebook.sqlite.20250101T000000.bak",
        "Class.DB",
        "x.sqlite3",
        ".env",
        ".env.local",
        ".coverage",
        ".coverage.host.1",
    ],
)
def test_a_database_is_known_by_its_name(name):
    assert is_unwanted(Path(name), b"")


def test_a_database_is_known_by_its_first_bytes(tmp_path):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(tmp_path / "notes.txt")) as made:
        made.execute("CREATE TABLE notes (text)")
    assert is_unwanted(Path("notes.txt"), (tmp_path / "notes.txt").read_bytes()[:16])


@pytest.mark.parametrize("name", ["ex01.py", "environment.toml", "coverage.md", "dbm.py"])
def test_source_is_no_database(name):
    assert not is_unwanted(Path(name), b"import numpy")
