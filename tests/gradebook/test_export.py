"""Test `gradebook export` as a command."""

import csv
import json

import pytest

from learncnn.grader.lms_formats.formats import FORMATS


@pytest.fixture
def graded(run, a_class, tmp_path, once):
    once(tmp_path, lambda: run("grade", "--practice", a_class, "--jobs", 1))
    return run


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "gradescope"])
def test_every_format_goes_to_standard_output_or_a_file(graded, tmp_path, name):
    code, out, _ = graded("gradebook", "export", name)
    assert code == 0
    assert "ann" in out
    code, said, err = graded("gradebook", "export", name, "-o", tmp_path / "deep" / "x")
    assert (code, said, "3 students" in err) == (0, "", True)
    if name not in ("lti", "junit"):  # they hold the time
        assert (tmp_path / "deep" / "x").read_text() == out


def test_gradescope_results_lie_in_folders_by_student(graded, tmp_path):
    code, _, err = graded("gradebook", "export", "gradescope")
    assert (code, "-o DIR" in err) == (2, True)
    graded("gradebook", "export", "gradescope", "-o", tmp_path / "results")
    found = sorted((tmp_path / "results").rglob("results.json"))
    assert [path.parts[-3] for path in found] == ["ann", "bob", "cy"]
    assert json.loads(found[0].read_text())["score"] == 10


def test_a_canvas_export_is_filled(graded, tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text(
        "Student,ID,SIS Login ID,Section,ex01 (7)\n    Points Possible,,,,10\nAnn,1,ann,A,\n"
    )
    _, out, err = graded("gradebook", "export", "canvas", "--into", path, "--exercises", "1")
    assert list(csv.reader(out.splitlines()))[2] == ["Ann", "1", "ann", "A", "10"]
    assert "2 students of the gradebook are not in the file: bob, cy" in err


def test_words_that_make_no_sense(graded, run, tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    for words, message in [
        (("csv", "--into", file), "--into fills a CSV"),
        (("csv", "-o", file / "x"), "cannot be written"),
        (("canvas", "--into", tmp_path / "none.csv"), "cannot be read"),
        (("csv", "--exercises", "ex99"), "no exercise"),
    ]:
        code, _, err = graded("gradebook", "export", *words)
        assert (code, message in err) == (2, True), err
