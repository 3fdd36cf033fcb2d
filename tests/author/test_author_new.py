"""Follow CONTRIBUTING.md's "an exercise in five minutes" literally, in a copy of the source."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The two packages importable from a copy, so that the real catalog stays as it is."""
    base = tmp_path_factory.mktemp("checkout")
    package = base / "learncnn"
    package.mkdir()
    for name in ("__init__.py", "__main__.py", "cli.py", "pyproject.toml"):
        shutil.copy(ROOT / name, package)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("grader", "exercises"):
        shutil.copytree(ROOT / name, package / name, ignore=ignored)
    shutil.copytree(ROOT / "solutions", base / "learncnn_solutions", ignore=ignored)
    return base


def learncnn(checkout, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(checkout), "LEARNCNN_LANG": "en"}
    environment["XDG_CACHE_HOME"] = str(checkout / "cache")
    return subprocess.run(
        [sys.executable, "-m", "learncnn", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=checkout,
        check=False,
    )


def test_an_exercise_in_five_minutes(checkout):
    name = ("ex25_doubling", "--function", "double", "--title", "Doubling")
    made = learncnn(checkout, "author", "new", *name)
    assert made.returncode == 0, made.stderr
    keys = learncnn(checkout, "author", "key", "ex25")
    assert keys.returncode == 0, keys.stderr
    checked = learncnn(checkout, "author", "check", "ex25")
    assert checked.returncode == 0, checked.stdout + checked.stderr

    started = learncnn(checkout, "start", "study")
    assert started.returncode == 0, started.stderr
    stub = checkout / "study" / "ex25_doubling.py"
    untouched = learncnn(checkout, "--root", "study", "check", "ex25")
    assert "not started" in untouched.stdout
    stub.write_text(stub.read_text().replace("raise NotImplementedError", "return X * X"))
    wrong = learncnn(checkout, "--root", "study", "check", "ex25")
    assert wrong.returncode == 1
    assert "SQUARED" in wrong.stdout
    stub.write_text(stub.read_text().replace("return X * X", "return 2 * X"))
    right = learncnn(checkout, "--root", "study", "check", "ex25")
    assert right.returncode == 0, right.stdout + right.stderr


@pytest.mark.parametrize(
    ("name", "function", "title"),
    [
        ("ex01_again", "f", "T"),
        ("doubling", "f", "T"),
        ("ex26_Bad Name", "f", "T"),
        ("ex26_f", "class", "T"),
        ("ex26_f", "exercise", "T"),
        ("ex26_f", "函数", "T"),
        ("ex26_f", "f", 'the "f"'),
        ("ex26_f", "f", "two\nlines"),
    ],
)
def test_what_would_make_no_exercise_is_refused_and_nothing_written(
    checkout, name, function, title
):
    catalog = checkout / "learncnn" / "exercises" / "catalog.toml"
    before = catalog.read_bytes()
    refused = learncnn(checkout, "author", "new", name, "--function", function, "--title", title)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert not (checkout / "learncnn" / "exercises" / name).exists()
    assert catalog.read_bytes() == before


#: A function that is begun although it says that it is not.
BEGUN = "if X is None:\n        raise NotImplementedError\n    return 2 * X  #"
#: Exercise → what its author did wrong (file, what stands there, what should not), what is said.
MISTAKES = {
    "ex30": ("stub.py", "raise", BEGUN, "(numpy, en) is not untouched: double30 is passed"),
    "ex31": ("stub.py", "def double31(X):", "def double31(X:", "stub.py is not Python"),
    "ex32": (
        "text.toml",
        "every element.",
        r"\"\"\" element.",
        "(numpy, en) is not untouched: line",
    ),
    "ex33": ("quiz.toml", 'value = "x*x"', 'value = "x*y"', "quiz.toml:3: item Q33-1"),
    "ex34": ("quiz.toml", None, "# none\n", "no [[item]] in this bank"),
    "ex35": ("solution", "    return X + X", "    return X.twice", "has no attribute 'twice'"),
    "ex36": ("solution", "@exercise.cases(double36)", "1 / 0", "line 14: ZeroDivisionError"),
    "ex37": ("solution", "exercise = Exercise", "def (", "ex37_doubling.py, line 5: invalid"),
    "ex38": ("solution", None, "", "ex38_doubling.py has no `exercise"),
    "ex39": ("catalog", 'unit = "E"', 'unit = "X"', "there is no unit X"),
    "ex40": ("plain.py", "2 * X", "3 * X", "plain.py (numpy) does not pass: double40,"),
    "ex41": ("vectorised.py", "2 * X", "X * X", "vectorised.py (torch) does not pass: double41,"),
    "ex42": ("why.toml", "zh =", "fr =", "why.toml lacks zh for double42"),
    "ex43": (
        "plain.py",
        "\n    return",
        24 * "\n" + "    return",
        "double43 has more than 25 lines",
    ),
    "ex44": ("vectorised.py", "\n", "  # " + 80 * "-" + "\n", "line 1 has 1"),
    "ex45": ("vectorised.py", "2 * X", "(2 *" + 40 * "\n" + " X)", "is shown in"),
    "ex46": ("plain.py", "import numpy", "import learncnn\nimport numpy", "imports learncnn"),
    "ex47": ("plain.py", "def double47", "def triple47", "plain.py lacks double47"),
}


def test_what_an_author_did_wrong_is_named_where_it_is(checkout):
    exercises = checkout / "learncnn" / "exercises"
    for id in MISTAKES:
        name = f"{id}_doubling"
        made = learncnn(checkout, "author", "new", name, "--function", f"double{id[2:]}")
        assert made.returncode == 0, made.stderr
    assert learncnn(checkout, "author", "key", *MISTAKES).returncode == 0
    for id, (file, old, new, _) in MISTAKES.items():
        places = {
            "solution": checkout / "learncnn_solutions" / f"{id}_doubling.py",
            "catalog": exercises / "catalog.toml",
            **{
                name: checkout / "learncnn_solutions" / "answers" / f"{id}_doubling" / name
                for name in ("plain.py", "vectorised.py", "why.toml")
            },
        }
        path = places.get(file, exercises / f"{id}_doubling" / file)
        text = path.read_text("utf-8")
        before, mine = text.rsplit(f"[{id}]", 1) if file == "catalog" else ("", text)
        changed = new if old is None else mine.replace(old, new)
        assert changed != mine
        path.write_text(f"{before}[{id}]{changed}" if before else changed, "utf-8")
    keys = learncnn(checkout, "author", "key", "ex37")
    assert keys.returncode == 2
    assert "ex37_doubling.py, line 5: invalid" in keys.stderr
    checked = learncnn(checkout, "author", "check", *MISTAKES)
    assert checked.returncode == 1, checked.stderr
    complaints = checked.stdout.split("✗ ")
    for id, (_, _, _, said) in MISTAKES.items():
        (mine,) = (part for part in complaints if part.startswith(id))
        assert said in mine


def test_an_exercise_without_an_entry_that_is_whole_is_named(checkout):
    catalog = checkout / "learncnn" / "exercises" / "catalog.toml"
    before = catalog.read_text("utf-8")
    catalog.write_text(before + "\n[ex50]\nfolder = 'ex50_f'\n", "utf-8")
    listed = learncnn(checkout, "list")
    catalog.write_text(before, "utf-8")
    assert listed.returncode == 5
    assert "[ex50] has no unit" in listed.stderr
