"""Nothing heavy is loaded by what does not need it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["check", "ex01"],
        ["grade", "--practice", "--help"],
        ["gradebook", "show", "--help"],
    ],
)
def test_no_database_is_imported_where_none_is_used(words, tmp_path):
    program = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('sqlalchemy' in sys.modules, 'alembic' in sys.modules))\n"
        f"sys.argv = ['learncnn', *{words!r}]\n"
        "from learncnn.cli import main\nmain()\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert shown.stdout.splitlines()[-1] == "False False"


def test_opening_a_gradebook_imports_no_migrations(gradebook, tmp_path):
    program = (
        "import sys\nfrom learncnn.grader.gradebook.connection import open_gradebook\n"
        f"open_gradebook({gradebook.place!r})\nprint('alembic' in sys.modules)\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert shown.stdout == "False\n"
