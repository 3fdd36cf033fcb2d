"""Test that students' pages are packed under the names that an LMS gave and accepts."""

import zipfile

import pytest

from .conftest import FLIPPED, RIGHT

MOODLE = {
    "Ann Ash_41_assignsubmission_file/ex01.py": RIGHT,
    "Bo Birch_42_assignsubmission_file/ex01.py": FLIPPED,
}
CANVAS = {"ashann_11_901_ex01.py": FLIPPED, "birchbo_LATE_12_902_ex01.py": FLIPPED}
AGAIN = {"ashann_11_955_ex01-1.py": RIGHT}
FLIPS = {"ashann_11_999_ex02.py": "def flip(K):\n    return K[::-1]\n"}


@pytest.fixture
def download(tmp_path):
    """Write a class's zip."""

    def download(name, files):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        return tmp_path / name

    return download


@pytest.fixture
def graded(run, download, tmp_path):
    """Grade downloads into one course with three students on its roster."""
    (tmp_path / "roster.csv").write_text(
        "id,name,canvas\nann,Ann Ash,11\nbo,Bo Birch,12\ncy,Cy,13\n"
    )

    def graded(*downloads):
        for number, files in enumerate(downloads):
            words = ["--roster", tmp_path / "roster.csv", "--jobs", 1]
            code, _, err = run("grade", download(f"{number}.zip", files), *words)
            assert code == 0, err
        return run

    return graded


def entries(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_moodle_gets_its_own_names_back_each_with_that_students_page(graded, tmp_path):
    run = graded(MOODLE)
    code, _, err = run("gradebook", "feedback", "out.zip", "--pack", "moodle")
    assert code == 0, err
    assert "Left out" in err
    assert "(1): cy" in err
    pages = entries(tmp_path / "out.zip")
    assert set(pages) == {
        "Ann Ash_41_assignsubmission_file_feedback.html",
        "Bo Birch_42_assignsubmission_file_feedback.html",
    }
    for name, text in pages.items():
        own, other = (
            ("Ann Ash (", "Bo Birch") if name.startswith("Ann") else ("Bo Birch (", "Ann A")
        )
        assert own in text
        assert other not in text
    first = (tmp_path / "out.zip").read_bytes()
    assert run("gradebook", "feedback", "out.zip", "--pack", "moodle")[0] == 0
    assert (tmp_path / "out.zip").read_bytes() == first


def test_canvas_gets_the_upload_that_came_last(graded, tmp_path):
    run = graded(CANVAS, AGAIN)
    words = ["--pack", "canvas", "--exercises", "ex01"]
    assert run("gradebook", "feedback", "out.zip", *words)[0] == 0
    assert set(entries(tmp_path / "out.zip")) == {
        "ashann_11_955_ex01.html",
        "birchbo_LATE_12_902_ex01.html",
    }


def test_pages_go_to_one_assignment(graded, tmp_path):
    run = graded(CANVAS, FLIPS)
    code, _, err = run("gradebook", "feedback", "out.zip", "--pack", "canvas")
    assert (code, "--exercises ex01" in err, "ann" in err) == (2, True, True)
    assert not (tmp_path / "out.zip").exists()
    words = ["--pack", "canvas", "--exercises", "ex02"]
    assert run("gradebook", "feedback", "out.zip", *words)[0] == 0
    assert set(entries(tmp_path / "out.zip")) == {"ashann_11_999_ex02.html"}


def test_work_that_came_from_elsewhere_has_no_name_there(graded, tmp_path):
    run = graded(MOODLE)
    code, _, err = run("gradebook", "feedback", "out.zip", "--pack", "canvas")
    assert (code, "as it is" in err) == (2, True)
    assert not (tmp_path / "out.zip").exists()
