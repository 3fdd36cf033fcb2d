"""The words of `drawn`: known ones alone, in both languages, and listed in the documents."""

from pathlib import Path

import pytest
import tomllib

from learncnn.grader.author.drawing_checks import drawing_problems, unproved_drawings
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise_texts import ExerciseTexts
from learncnn.grader.i18n.texts import LANGUAGES, family_texts
from learncnn.grader.replay.ways import WAYS

DOCUMENT = Path(__file__).parents[2] / "docs" / "drawn-mistakes.md"
EX01 = load_catalog().resolve("ex01")


def test_every_way_has_a_phrase_in_every_language_and_no_other_has():
    phrases = family_texts("serve_replay")["way"]
    assert {key: set(values) for key, values in phrases.items()} == {
        key: set(values) for key, values in WAYS.items()
    }
    for values in phrases.values():
        for phrase in values.values():
            assert all(phrase[language] for language in LANGUAGES)


def test_the_document_lists_the_words_and_the_misconceptions_that_use_them():
    document = DOCUMENT.read_text("utf-8")
    for key, values in WAYS.items():
        for value in values:
            assert f"| `{key}` | `{value}` |" in document
    rows = [line for line in document.splitlines() if line.startswith("| ex")]
    expected = []
    for info in load_catalog().exercises.values():
        entries = tomllib.loads((info.path / "text.toml").read_text("utf-8"))["misconceptions"]
        for code, entry in entries.items():
            if forms := entry.get("drawn"):
                how = " · ".join(f"`{form}`" for form in forms)
                expected.append(f"| {info.id} | `{code}` | {how} |")
    assert rows[1:] == expected  # after the table's head


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"worked": {"corr3d": {"kind": "correlation"}}}, "no function of ex01"),
        ({"worked": {"corr2d": {"kind": "guess"}}}, "'guess' is none of"),
        ({"misconceptions": {"FLIP": {"drawn": ["turned"]}}}, "'turned' is none of kernel, "),
        ({"misconceptions": {"FLIP": {"drawn": ["colour red"]}}}, "'colour' is none of"),
        ({"misconceptions": {"FLIP": {"drawn": ["kernel red"]}}}, "'red' is none of as given, "),
    ],
)
def test_unknown_words_are_refused(texts, said):
    (problem,) = drawing_problems(EX01, texts)
    assert said in problem


def test_a_drawing_that_gives_the_answer_of_no_mutant_is_refused(monkeypatch):
    from learncnn.grader.answer_key.find import practice_key

    monkeypatch.setattr(
        ExerciseTexts, "drawn", lambda texts, code: [{"bias": "twice"}] if code == "FLIP" else []
    )
    (problem,) = unproved_drawings(EX01, practice_key(EX01, "numpy"))
    assert "[misconceptions.FLIP] drawn gives the answer of no mutant" in problem
