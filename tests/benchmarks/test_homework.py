"""Test the written homework and its manifest: files exist, and the stated facts are possible."""

import sys
from pathlib import Path

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from homework import Counts, counts_of, table
from homework_findings import Finding, findings
from homework_truth import FOLDER, facts, manifest

HOMEWORK = manifest()


def test_every_submission_has_its_truth_and_every_truth_its_submission():
    written = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.py")}
    assert [each.file for each in HOMEWORK] == sorted(written)
    assert len(written) >= 150


@pytest.mark.parametrize("exercise", load_catalog().exercises)
def test_every_fault_can_act_on_some_case(exercise):
    info = load_catalog().resolve(exercise)
    ours = [each for each in HOMEWORK if each.exercise == exercise]
    assert ours
    for homework in ours:
        key = practice_key(info, homework.framework)
        for function, truth in homework.functions.items():
            values = [case for case in key.cases_of(function) if case.axis == "values"]
            acting = [truth.acts(case.arguments) for case in values]
            assert any(acting), f"{homework.file} {function}"


def test_a_window_has_a_remainder_where_it_does_not_tile_the_image():
    assert not facts({"n": 6, "k": 2, "stride": 2})["remainder"]
    assert facts({"n": 7, "k": 2, "stride": 2})["remainder"]
    assert not facts({"n": 7, "k": 2, "stride": 2, "padding": 1})["overlap"]


@pytest.fixture(scope="module")
def found():
    return {(each.homework.file, each.function): each for each in findings(["ex02"])}


def test_a_mistake_that_is_named_counts_as_named(found):
    row = counts_of(found["ex02/reverse_rows_only.py", "flip"])
    assert (row.wrong, row.exact, row.false) == (1, 1, 0)


def test_right_values_with_a_broken_promise_are_shown_but_not_passed(found):
    row = counts_of(found["ex02/slices.py", "flip"])
    assert (row.right, row.shown, row.passed, row.fair) == (1, 1, 0, 1)


def test_what_the_truth_contradicts_counts_as_false(found):
    each = found["ex02/slices.py", "flip"]
    assert not each.false
    assert counts_of(Finding(**{**vars(each), "false": ("~errors",)})).false == 1


def test_counts_of_all_are_the_sum_of_the_exercises():
    assert Counts(wrong=1, exact=1) + Counts(wrong=2, part=1) == Counts(wrong=3, exact=1, part=1)
    assert table({"ex01": Counts(wrong=3)}).splitlines()[-1].startswith("| ex01 | 3 | 0 |")
