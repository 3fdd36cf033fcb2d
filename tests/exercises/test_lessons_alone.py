"""Recompute every number in the lessons without an exercise."""

import re

import numpy as np
import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.lesson_catalog import load_lessons
from learncnn.grader.figures.scenes import scene
from learncnn.grader.quiz.items.bank import load_bank
from learncnn.grader.quiz.play.choose import banks_of


@pytest.fixture(params=["en", "zh"])
def text_of(request):
    return lambda id: (load_lessons()[id].path / f"lesson.{request.param}.md").read_text("utf-8")


def numbers(text):
    return [float(n.replace("−", "-")) for n in re.findall(r"−?\d*\.?\d+", text)]


def test_the_photograph_has_as_many_numbers_as_the_opening_says(text_of):
    assert f"480·480·3 = {480 * 480 * 3}" in text_of("les01")


def test_the_vector_of_probabilities_adds_up_to_one(text_of):
    (line,) = re.findall(r"^ +(?:prob\.|概率) (.*)$", text_of("les01"), re.MULTILINE)
    shares = numbers(line)
    assert (len(shares), sum(shares), np.argmax(shares)) == (10, pytest.approx(1), 3)


def test_the_windows_of_the_scene_give_what_the_opening_says(text_of):
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    image, text = scene(), text_of("les01")
    for column, pixels, answer in (
        (6, "47 48 235", 752),
        (9, "235 235 235", 0),
        (11, "235 235 54", -724),
    ):
        window = image[20:23, column : column + 3]
        assert window.tolist() == [numbers(pixels)] * 3
        assert (window * kernel).sum() == answer
        assert pixels in text
        assert f"= {answer}".replace("-", "−") in text.replace("=  ", "= ")


def test_the_probabilities_of_the_opening_are_softmax_of_its_scores(text_of):
    text = text_of("les01")
    powers = np.exp([2, 4, 1])
    (line,) = re.findall(r"^ +exp +(.*)$", text, re.MULTILINE)
    assert numbers(line) == [round(v, 3) for v in (*powers, powers.sum())]
    (line,) = re.findall(r"^ +p +(.*)$", text, re.MULTILINE)
    assert numbers(line) == [*(round(v, 3) for v in powers / powers.sum()), 1]
    assert "84 %" in text


def test_the_hopfield_network_repairs_its_pattern(text_of):
    text = text_of("les02")
    pattern, damaged = np.array([1, -1, 1, -1, 1]), np.array([1, -1, 1, -1, -1])
    weights = np.outer(pattern, pattern) - np.eye(5)
    rows = re.findall(r"^    ([1-5])  ( +−?\d.*)$", text, re.MULTILINE)
    assert [numbers(row) for _, row in rows] == weights.tolist()
    assert (weights @ damaged)[[0, 4]].tolist() == [2, 4]
    for unit in (0, 4):
        read = [f"{w * x:+g}" for w, x in zip(weights[unit], damaged, strict=True) if w]
        terms = " ".join(f"{term[0]} {term[1:]}" for term in read).removeprefix("+ ")
        assert f"{terms} = {weights[unit] @ damaged:g}".replace("-", "−") in text
    assert (np.sign(weights @ damaged) == pattern).all()
    assert (np.outer(-pattern, -pattern) == np.outer(pattern, pattern)).all()  # the counter-example


def test_the_winner_moves_towards_the_input(text_of):
    weights, x, rate = np.array([2.0, 7.0]), 6, 0.5
    winner = np.argmin(abs(weights - x))
    assert f"7 + 0.5·(6 − 7) = {weights[winner] + rate * (x - weights[winner]):g}" in text_of(
        "les02"
    )


def test_a_lesson_s_quiz_asks_its_own_items_and_those_of_its_subject():
    assert banks_of(["les01"]) == ["les01", "history"]
    assert banks_of(["kinds of networks"]) == ["les02", "taxonomy"]
    unit = banks_of(["A"])
    assert unit[:2] == ["ex01", "ex02"]
    assert unit[-2:] == ["les01", "history"]
    assert not any(item.graded for item in load_bank(["les01", "les02", "history"]))


#: The four phases of training, as every lesson tells them.
PHASES = {
    "en": ("forward pass", "loss", "backward pass", "update"),
    "zh": ("前向计算", "损失", "反向传播", "更新"),
}


@pytest.mark.parametrize("lang", PHASES)
@pytest.mark.parametrize("id", ["les01", "ex20"])
def test_the_four_phases_of_training_are_the_same_everywhere(lang, id):
    info = load_lessons().get(id) or load_catalog().exercises[id]
    text = (info.path / f"lesson.{lang}.md").read_text("utf-8").lower()
    place = 0
    for phase in PHASES[lang]:
        place = text.index(f"**{phase}**", place)
    (item,) = [item for item in load_bank(["ex20"]) if item.id == "Q20-1"]
    named = [part.text[lang].lower() for part in item.parts]
    assert all(text.startswith(phase) for text, phase in zip(named, PHASES[lang], strict=True))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("four phases", "forward", "loss", "backward", "update")),
        ("zh", ("四个阶段", "前向", "损失", "反向", "更新")),
    ],
)
def test_the_training_of_ex24_has_the_same_four_phases(lang, words):
    info = load_catalog().exercises["ex24"]
    text = (info.path / f"lesson.{lang}.md").read_text("utf-8")
    place = text.index(words[0])
    for number, word in enumerate(words[1:], 1):
        place = text.index(f"{number}. {word}", place)
    assert "five phases" not in text
    assert "五个阶段" not in text
