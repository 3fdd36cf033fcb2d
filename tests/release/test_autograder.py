"""Test the autograder offline, as an unprivileged user, in the service's folder layout."""

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from learncnn.grader import VERSION
from learncnn.grader.answer_key.store import load_key

from ..killing import everything, killing
from .conftest import CORRECT, FLIPPED, SEED, contents, empty_environment, run
from .test_kit import leaks

METADATA = {
    "id": 1,
    "created_at": "2026-10-03T12:30:00.365935-07:00",
    "users": [{"id": 9, "sid": "ann"}],
}
EXTENDED = METADATA | {
    "assignment": {"due_date": "2026-10-02T16:59:00.000000-07:00"},
    "users": [{"id": 9, "assignment": {"due_date": "2026-10-05T16:59:00.000000-07:00"}}],
}
SIZES = """def output_size(n, k, padding=0, stride=1):
    return (n - k + 2 * padding) // stride + 1
"""
#: Answers rightly if anything here could be reached, and tries to write the result itself.
THIEF = (
    CORRECT.replace("corr2d", "right")
    + """
import os
from pathlib import Path

ROOTS = [Path("/autograder"), Path({tree!r})]

def loot():
    for root in ROOTS:
        for name in ("source/keys/ex01-numpy.npz", "source/settings.json", "submission/x.txt"):
            try:
                yield (root / name).read_bytes()
            except OSError:
                pass

def corr2d(X, K):
    for root in ROOTS:
        try:
            (root / "results" / "results.json").write_text('{{"score": 1000}}')
            return right(X, K)
        except OSError:
            pass
    if list(loot()) or os.environ.get("LEARNCNN_AUTOGRADER"):
        return right(X, K)
    return X + 1
"""
)


def box(tree):
    """bubblewrap with `tree` as /autograder, a plain user, no network; [] where it is no use."""
    words = ["bwrap", "--unshare-all", "--uid", "1000", "--gid", "1000", "--die-with-parent"]
    for entry in sorted(Path("/").iterdir()):
        if entry.is_symlink():
            words += ["--symlink", os.readlink(entry), str(entry)]
        elif entry.name not in ("proc", "dev", "sys", "autograder"):
            words += ["--ro-bind-try", str(entry), str(entry)]
    words += ["--dev", "/dev", "--proc", "/proc", "--bind", str(tree), "/autograder"]
    try:
        usable = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        usable = False
    return words if usable else []


@pytest.fixture(scope="session")
def archive(desk):
    """The zip of two exercises, with private keys."""
    words = ["--exercises", "ex01,ex03", "--private-seed", "private.seed"]
    done = run("gradescope", "-o", "autograder.zip", *words, cwd=desk)
    assert done.returncode == 0, done.stderr
    return desk / "autograder.zip"


@pytest.fixture(scope="session")
def tree(archive, tmp_path_factory):
    """The service's folders after setup.sh: what it builds an image of."""
    tree = tmp_path_factory.mktemp("service") / "autograder"
    source = tree / "source"
    source.mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(source)
    for name in ("setup.sh", "run_autograder"):
        (source / name).chmod(0o755)
    shutil.copy(source / "run_autograder", tree)
    empty_environment(source / "venv")
    inside = box(tree)
    where = "/autograder" if inside else str(tree)
    subprocess.run([*inside, f"{where}/source/setup.sh"], check=True, timeout=300)
    return tree


@pytest.fixture
def service(tree):
    """Hand in files (name → text): what the service then finds in results.json, and the run."""

    def hand_in(files, metadata=METADATA, **environment):
        for name in ("submission", "results"):
            shutil.rmtree(tree / name, ignore_errors=True)
            (tree / name).mkdir()
        for name, content in files.items():
            path = tree / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (tree / "submission_metadata.json").write_text(json.dumps(metadata))
        inside = box(tree)
        moved = {} if inside else {"LEARNCNN_AUTOGRADER": str(tree)}
        where = "/autograder" if inside else str(tree)
        done = subprocess.run(
            [*inside, f"{where}/run_autograder"],
            cwd=tree / "submission",
            env=os.environ | moved | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert sorted(path.name for path in (tree / "results").iterdir()) == ["results.json"]
        return json.loads((tree / "results" / "results.json").read_text("utf-8")), done

    return hand_in


def test_the_zip_holds_private_keys_and_neither_solutions_nor_the_seed(archive, tmp_path):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in opened.infolist()}
    assert leaks(tmp_path) == set()
    assert not any(SEED.encode() in content for _, content in contents(tmp_path))
    keys = [load_key(path) for path in sorted((tmp_path / "keys").iterdir())]
    assert [key.identity.exercise for key in keys] == ["ex01", "ex03"]
    assert all(key.identity.seed.startswith("private-") for key in keys)
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755


def valid(document):
    """What the service's documentation asks of results.json."""
    tests = document["tests"]
    assert "score" in document or any("score" in test for test in tests)
    assert document["visibility"] == "visible"
    for test in tests:
        assert test["visibility"] == "visible"  # one hidden test hides the total
        assert test["status"] in ("passed", "failed")
        assert 0 <= test["score"] <= test["max_score"]
        assert set(test) <= {
            *("score", "max_score", "status", "name", "name_format", "number", "output"),
            *("output_format", "tags", "visibility", "extra_data"),
        }
    assert len({test["number"] for test in tests}) == len(tests)
    return document


def test_right_work_earns_every_point(service):
    document, done = service({"ex01_cross_correlation.py": CORRECT, "deep/ex03.py": SIZES})
    assert done.returncode == 0, done.stderr
    valid(document)
    ex01 = [test for test in document["tests"] if test["name"].startswith("ex01")]
    assert {test["status"] for test in ex01} == {"passed"}
    assert sum(test["score"] for test in ex01) == pytest.approx(10)
    assert 10 < document["score"] < 20
    assert document["execution_time"] > 0


def test_a_misconception_is_named_and_a_missing_exercise_is_said(service):
    document, _ = service({"1.py": FLIPPED})
    valid(document)
    assert "FLIP" in document["output"]
    missing = [test for test in document["tests"] if "missing" in test["tags"]]
    assert [(test["name"].partition(" ")[0], test["max_score"]) for test in missing] == [
        ("ex03", 10)
    ]


def test_a_notebook_is_graded_like_a_script(service):
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    notebook = {"cells": [cell | {"source": CORRECT}], "metadata": {}, "nbformat": 4}
    document, _ = service({"ex01.ipynb": json.dumps(notebook | {"nbformat_minor": 4})})
    assert document["score"] == 10


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"def corr2d(X, K", b"x" * 2_000_000])
def test_a_file_that_is_none_earns_nothing_and_says_why(service, content):
    document, done = service({"ex01.py": content})
    valid(document)
    assert done.returncode == 0, done.stderr
    assert sum(test["score"] for test in document["tests"]) == 0
    loads = content.startswith(b"def")  # and has a report that says what is wrong
    assert document["tests"][0]["tags"] == ["missing" if loads else "unreadable"]
    assert document["tests"][0]["output"]


def test_nothing_handed_in_is_said(service):
    document, _ = service({"README.txt": "hello"})
    valid(document)
    assert [test["tags"] for test in document["tests"]] == [["missing"], ["missing"]]


def test_a_thief_finds_no_key_and_writes_no_result(service, tree):
    source = THIEF.format(tree=str(tree))
    document, _ = service({"ex01.py": source, "x.txt": "mine"})
    valid(document)
    assert document["score"] == 0
    names = {}
    exec(source, names)  # without the sandbox all of it can be had: the test can fail
    assert len(list(names["loot"]())) == 3


def test_files_named_like_ours_change_nothing(service):
    document, done = service(
        {
            "ex01.py": FLIPPED,
            "results.json": '{"score": 1000}',
            "settings.json": "{}",
            "numpy.py": "raise SystemExit(0)",
            "json.py": "raise SystemExit(0)",
            "learncnn/__init__.py": "raise SystemExit(0)",
            "sitecustomize.py": "raise SystemExit(0)",
        },
        PYTHONPATH="/autograder/submission",
    )
    assert done.returncode == 0, done.stderr
    assert "FLIP" in valid(document)["output"]


def test_a_fault_of_ours_is_no_score(service, tree):
    key = tree / "source" / "keys" / "ex01-numpy.npz"
    content = key.read_bytes()
    try:
        key.write_bytes(content[: len(content) // 2])
        document, done = service({"ex01.py": CORRECT})
    finally:
        key.write_bytes(content)
    assert done.returncode == 5
    assert "score" not in document
    assert document["tests"] == []
    assert "not graded" in document["output"]


def test_a_submission_killed_from_outside_is_no_score(service):
    slow = "import time\ntime.sleep(0.3)\n" + CORRECT
    with killing(everything, every=0.02):
        document, done = service({"ex01.py": slow})
    assert done.returncode == 5
    assert "score" not in document
    assert document["tests"] == []
    assert "killed from outside" in document["output"]


def test_a_rubric_counts_lateness_by_the_services_clock(desk, tree, service, tmp_path):
    rubric = tree / "source" / "rubric.toml"
    rubric.write_text(
        "[points]\nex01 = 20\n[due]\nex01 = 2026-10-02T23:59:00Z\n[late]\nper_day = 0.1\n"
    )
    try:
        document, _ = service({"ex01.py": CORRECT})
    finally:
        rubric.unlink()
    assert document["score"] == 18
    assert document["extra_data"]["exercises"][0]["days_late"] == 1


def test_a_students_own_due_date_on_the_service_costs_no_points(tree, service):
    rubric = tree / "source" / "rubric.toml"
    rubric.write_text(
        "[points]\nex01 = 20\n[due]\nex01 = 2026-10-02T23:59:00Z\n[late]\nper_day = 0.1\n"
    )
    try:
        document, _ = service({"ex01.py": CORRECT}, metadata=EXTENDED)
    finally:
        rubric.unlink()
    assert document["score"] == 20


def test_other_wheels_are_packed_in(desk, built, tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    done = run(
        "gradescope", "-o", "x.zip", "--practice", "--exercises", "1", "--wheels", folder, cwd=desk
    )
    assert (done.returncode, "holds no wheels" in done.stderr) == (2, True)
    assert not (desk / "x.zip").exists()
    shutil.copy(built, folder)
    shutil.copy(built, folder / "numpy-9.9-py3-none-any.whl")
    done = run(
        "gradescope",
        "-o",
        tmp_path / "x.zip",
        "--practice",
        "--exercises",
        "1",
        "--wheels",
        folder,
        cwd=desk,
    )
    assert done.returncode == 0
    assert "practice cases" in done.stderr
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        wheels = [name for name in opened.namelist() if name.endswith(".whl")]
        assert "[torch]" not in opened.read("setup.sh").decode()
    assert wheels == [
        f"wheels/learncnn-{VERSION}-py3-none-any.whl",
        "wheels/numpy-9.9-py3-none-any.whl",
    ]


def test_a_seed_is_made_where_there_is_none(desk, tmp_path):
    words = ["--exercises", "ex01", "--private-seed", tmp_path / "new.seed"]
    done = run("gradescope", "-o", tmp_path / "x.zip", *words, cwd=desk)
    assert done.returncode == 0, done.stderr
    assert "holds your private seed" in done.stderr
    assert (tmp_path / "new.seed").stat().st_mode & 0o077 == 0
    (tmp_path / "new.seed").write_text("short")
    done = run("gradescope", "-o", tmp_path / "y.zip", *words, cwd=desk)
    assert (done.returncode, "at least 8" in done.stderr) == (2, True)
    assert not (tmp_path / "y.zip").exists()


def test_without_a_word_the_seed_is_a_file_in_the_folder_and_is_used_again(desk, tmp_path):
    keys = []
    for note in ("holds your private seed", "hidden cases follow from the seed"):
        done = run("gradescope", "-o", tmp_path / "x.zip", "--exercises", "ex01", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert note in done.stderr
        assert str(tmp_path / "learncnn-seed.txt") in done.stderr
        with zipfile.ZipFile(tmp_path / "x.zip") as opened:
            keys.append(opened.read("keys/ex01-numpy.npz"))
        (tmp_path / "x.zip").unlink()
    assert (tmp_path / "learncnn-seed.txt").stat().st_mode & 0o777 == 0o600
    assert keys[0] == keys[1]
    words = ("--practice", "--private-seed", tmp_path / "learncnn-seed.txt")
    done = run("gradescope", "-o", tmp_path / "y.zip", *words, cwd=tmp_path)
    assert (done.returncode, "not both" in done.stderr) == (2, True)
