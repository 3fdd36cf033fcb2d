"""`author check` over the real exercises, and what it refuses."""

import pytest

from learncnn.grader.author.check import check_exercises
from learncnn.grader.author.content import content_problems
from learncnn.grader.author.oracle import oracle_problems
from learncnn.grader.catalog import load_catalog
from learncnn.grader.key.build import build_key
from learncnn.grader.key.find import load_exercise

EXERCISES = list(load_catalog().exercises.values())


@pytest.mark.parametrize("info", EXERCISES, ids=lambda info: info.id)
def test_every_exercise_is_fit_for_students(info):
    (tally,) = check_exercises([info])
    assert tally.problems == []


def test_an_exercise_without_texts_is_refused(tmp_path, monkeypatch):
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    monkeypatch.setattr(type(info), "path", tmp_path)
    problems = list(content_problems(info, exercise))
    assert any("stub.py" in problem for problem in problems)
    assert any("lesson.zh.md" in problem for problem in problems)
    assert any("quiz.toml" in problem for problem in problems)
    assert any("text.toml" in problem for problem in problems)


def test_every_missing_sentence_is_named(tmp_path, monkeypatch):
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    texts = (info.path / "text.toml").read_text("utf-8")
    (tmp_path / "stub.py").write_text((info.path / "stub.py").read_text("utf-8"), "utf-8")
    (tmp_path / "text.toml").write_text(texts.replace("[misconceptions.FLIP]", "[other]"), "utf-8")
    monkeypatch.setattr(type(info), "path", tmp_path)
    problems = list(content_problems(info, exercise))
    assert "text.toml [misconceptions.FLIP] lacks zh" in problems


def test_a_reference_that_disagrees_with_torch_is_refused():
    torch = pytest.importorskip("torch")
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    key = build_key(exercise, framework="torch", seed="oracle")
    assert list(oracle_problems(exercise, key)) == []
    exercise.oracles = {"corr2d": lambda X, K: torch.zeros(X.shape)}
    try:
        assert any("the reference gives" in p for p in oracle_problems(exercise, key))
    finally:
        exercise.oracles = {}
