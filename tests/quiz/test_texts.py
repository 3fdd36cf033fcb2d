"""Every sentence of the quizzes exists in both languages with the same values to fill in."""

import re
from string import Formatter

import pytest

from learncnn.grader.course.catalog import EXERCISES
from learncnn.grader.i18n.texts import TEXT
from learncnn.grader.i18n.tomlio import load_toml

QUIZ = EXERCISES.parent / "grader" / "quiz"
FAMILIES = ("quiz", "refusal", "summary", "exam", "export")


def sentences(table, path=""):
    if set(table) <= {"en", "zh"}:
        yield path, table
        return
    for key, inner in table.items():
        yield from sentences(inner, f"{path}.{key}".strip("."))


def values(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_sentence_is_there_in_both_languages(family):
    for key, texts in sentences(load_toml(TEXT / f"{family}.toml")):
        assert set(texts) == {"en", "zh"}, key
        assert values(texts["en"]) == values(texts["zh"]), key
        words = re.sub(r"\{\w+\}|learncnn \w+", "", texts["en"])
        assert re.search("[\u4e00-\u9fff]", texts["zh"]) or not re.search("[a-z]", words), key


def test_every_sentence_that_the_code_names_exists_and_the_other_way_round():
    code = "\n".join(path.read_text("utf-8") for path in QUIZ.parent.rglob("*.py"))
    for family in FAMILIES:
        known = {key for key, _ in sentences(load_toml(TEXT / f"{family}.toml"))}
        named = set(re.findall(rf'say\(\s*"{family}", "([\w.]+)"', code))
        assert named <= known, family
        for key in known:
            last = key.rpartition(".")[2]
            assert f'"{key}"' in code or f'"{last}"' in code or f"{last}" in code, (family, key)
