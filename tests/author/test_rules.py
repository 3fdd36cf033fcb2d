"""Test that the head of each stub states the rules that hidden cases test."""

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.author import rules
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise_texts import ExerciseTexts, exercise_texts
from learncnn.grader.course.stubs import stub_source
from learncnn.grader.i18n.texts import use_language

EX14 = load_catalog().resolve("ex14")


@pytest.fixture
def english():
    yield
    use_language("en")


def stating(monkeypatch, tmp_path, stated):
    """The problems of ex14 if its texts stated these rules."""
    (tmp_path / "text.toml").write_text(f"rules = {stated}\n", "utf-8")
    monkeypatch.setattr(rules, "exercise_texts", lambda info: ExerciseTexts(tmp_path / "text.toml"))
    keys = [practice_key(EX14, framework) for framework in EX14.libraries]
    return list(rules.rule_problems(EX14, keys))


def test_the_rules_of_an_exercise_are_those_that_it_tests(monkeypatch, tmp_path):
    assert stating(monkeypatch, tmp_path, list(exercise_texts(EX14).rules)) == []


def test_a_rule_that_is_tested_and_not_stated_is_a_problem(monkeypatch, tmp_path):
    stated = [rule for rule in exercise_texts(EX14).rules if rule != "dtype"]
    (problem,) = stating(monkeypatch, tmp_path, stated)
    assert "'dtype'" in problem
    assert "state" in problem


def test_a_rule_that_no_case_tests_is_a_problem(monkeypatch, tmp_path):
    (problem,) = stating(monkeypatch, tmp_path, [*exercise_texts(EX14).rules, "uint8"])
    assert "'uint8', which no case tests" in problem


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "A float keeps its dtype"), ("zh", "浮点数保持 dtype")],
)
def test_the_head_of_a_stub_states_its_rules_in_both_languages(language, said):
    use_language(language)
    head = stub_source(EX14, "numpy").partition("def ")[0]
    assert said in head
    assert "uint8" not in head
    assert "uint8" in stub_source(load_catalog().resolve("ex12"), "numpy").partition("def ")[0]


def test_a_torch_stub_says_nothing_of_uint8_which_torch_students_do_not_get():
    assert "uint8" not in stub_source(load_catalog().resolve("ex12"), "torch").partition("def ")[0]
