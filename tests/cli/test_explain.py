"""Test `explain`, which describes a misconception of the installed exercises by its code."""

import json

import pytest

import learncnn.grader.course.catalog as catalog
from learncnn.grader.course.catalog import EXERCISES
from learncnn.grader.quiz.items.codes import code_index


@pytest.fixture(autouse=True)
def _real_exercises(monkeypatch):
    monkeypatch.setattr(catalog, "EXERCISES", EXERCISES)
    catalog.load_catalog.cache_clear()


@pytest.mark.parametrize("name", ["PAD-ONCE", "pad-once", "Pad_Once", "pad once"])
def test_a_code_is_found_however_it_is_written(cli, name):
    shown = cli("explain", name).stdout
    assert shown.startswith("PAD-ONCE\n")
    assert "added on BOTH sides: n + 2p" in shown
    assert "Hint: Write 2 * padding." in shown
    assert "ex03  Output shape" in shown
    assert "ex08  Convolution over batches" in shown
    assert "Q03-1" in shown


def test_what_exercises_say_alike_is_said_once(cli):
    assert cli("explain", "PAD-ONCE").stdout.count("BOTH sides") == 1


def test_it_speaks_chinese(cli):
    shown = cli("--lang", "zh", "explain", "PAD-ONCE").stdout
    assert "你只加了一次填充" in shown
    assert "提示：写 2 * padding。" in shown


def test_what_only_quizzes_know_says_where_to_go(cli):
    shown = cli("explain", "STRIDE-IS-K").stdout
    assert "windows may overlap" in shown
    assert "See ex03" in shown
    assert "Hint" not in shown


def test_an_unknown_code_gets_the_nearest(cli):
    result = cli("explain", "PADONCE")
    assert result.exit_code == 2
    assert "Did you mean: PAD-ONCE" in result.stderr
    assert "capitals" in cli("explain", "42").stderr


def test_every_code_is_explained_in_both_languages(cli):
    for code in code_index():
        found = json.loads(cli("explain", code, "--json").stdout)
        assert found["code"] == code
        for meeting in found["exercises"]:
            assert all(meeting["sentence"][name] for name in ("en", "zh")), code
            assert bool(meeting["hint"]["en"]) == bool(meeting["hint"]["zh"]), code
        assert found["quiz_items"] or any(m["diagnosed"] for m in found["exercises"]), code
