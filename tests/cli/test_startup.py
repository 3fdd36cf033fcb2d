"""Test that each command imports only what it uses, according to sys.modules at its end."""

import os
import subprocess
import sys

import pytest

from .conftest import CORRECT

#: Exit code and the heavy packages that were imported.
PROGRAM = """
import sys
sys.argv = ["learncnn", *sys.argv[1:]]
from learncnn.cli import main
try:
    main()
except SystemExit:
    pass
finally:
    print("\\nIMPORTED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""
HEAVY = {"numpy", "torch", "scipy", "sqlalchemy", "alembic", "jinja2", "nbformat", "fsrs",
         "genanki", "watchfiles", "jsonschema", "copydetect"}  # fmt: skip


def imported(*words, cwd):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "LANG": "C.UTF-8"},
        check=True,
        timeout=60,
    )
    return HEAVY & set(run.stdout.rpartition("IMPORTED")[2].split())


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    root = tmp_path_factory.mktemp("study")
    imported("start", str(root), cwd=root)
    (root / "ex01_cross_correlation.py").write_text(CORRECT)
    return root


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("next",),
        ("hint", "ex01"),
        ("explain", "PAD-ONCE"),
        ("progress",),
        ("--help",),
        ("check", "--help"),
        ("quiz", "--help"),
        ("similar", "--help"),
    ],
    ids=" ".join,
)
def test_what_reads_no_array_imports_nothing_heavy(words, study):
    assert imported(*words, cwd=study) == set()


def test_a_check_imports_numpy_and_nothing_else_that_is_heavy(study):
    assert imported("check", "ex01", cwd=study) == {"numpy"}
