"""Test every lesson in both languages: length, parts, typography and terms."""

import re

import pytest

from learncnn.grader.author.lesson_lint import (
    glossary,
    prose_problems,
    read_prose,
    word_count,
)
from learncnn.grader.course.catalog import EXERCISES
from learncnn.grader.figures.blocks import figures_in
from learncnn.grader.i18n.texts import use_language

from .sums import equations

LESSONS = sorted(EXERCISES.glob("*/lesson.*.md"))
#: Words in English; characters that say the same in Chinese, at 1.45 to a word.
LENGTH = {"en": (600, 1500), "zh": (870, 2175)}


@pytest.fixture(autouse=True)
def _settled():
    yield
    use_language("en")


def name_of(path):
    return f"{path.parent.name.split('_')[0]}-{path.name.split('.')[1]}"


def language_of(path):
    return path.name.split(".")[1]


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_keeps_to_typography_and_glossary(path):
    assert list(prose_problems(path.read_text("utf-8"), language_of(path))) == []


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_is_long_enough_to_learn_from(path):
    least, most = LENGTH[language_of(path)]
    assert least <= word_count(path.read_text("utf-8")) <= most


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_asks_two_questions_and_folds_their_answers(path):
    text = path.read_text("utf-8")
    summary = {"en": "Answer", "zh": "答案"}[language_of(path)]
    assert text.count(f"<details>\n<summary>{summary}</summary>\n\n") == 2
    assert text.count("\n\n</details>\n") == 2


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_has_a_figure(path):
    use_language(language_of(path))
    assert figures_in(path.read_text("utf-8"))


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_every_sum_that_a_lesson_writes_out_is_right(path):
    sums = list(equations(path.read_text("utf-8")))
    assert sums
    assert [(left, right) for left, right, fits in sums if not fits] == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The first: 0·0 + 1·1 + 3·2 + 4·3 = 19.", True),
        ("The first: 0·0 + 1·1 + 3·2 + 4·3 = 20.", False),
        ("    6   3   ⌊(6 − 3) / 2⌋ + 1 = 2   dropped", True),
        ("即 (2·3)·(1 + 4) = 6·5 = 31（个）。", False),
        ("with 10⁶ · 10² = 10⁸ weights", True),
        ("about 16/9 ≈ 1.78, or 16/9 ≈ 1.9", False),
        ("left 37 // 8 = 4 and 37 % 8 = 5", True),
        ("as max(1, 5) = 5", True),
        ("as max(1, 5) = 1", False),
    ],
)
def test_sums_in_a_text_are_found_and_computed(text, right):
    sums = list(equations(text))
    assert sums
    assert all(fits for *_, fits in sums) is right


@pytest.mark.parametrize(
    "text",
    ["Y =  19 25", "n = 5, k = 3", "a = 1·4, 2·5 = 4, 10", "2p = k − 1", "x = 3", "a 2×2 = b"],
)
def test_what_is_no_sum_is_left_alone(text):
    assert list(equations(text)) == []


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_names_its_terms_in_both_languages(path):
    heading = {"en": "## Terms", "zh": "## 术语"}[language_of(path)]
    terms = path.read_text("utf-8").partition(f"\n{heading}\n")[2]
    assert sum(term.zh in terms for term in glossary()) >= 3
    assert len(re.findall("[A-Za-z]{4,}", terms)) >= 3


@pytest.mark.parametrize("path", LESSONS[::2], ids=lambda path: path.parent.name.split("_")[0])
def test_both_languages_have_the_same_parts(path):
    def parts(path):
        lines = path.read_text("utf-8").splitlines()
        return [re.match("#*", line)[0] for line in lines if line.startswith("#")]

    assert parts(path) == parts(path.with_name("lesson.zh.md"))


def test_every_lesson_exists_in_both_languages():
    assert {language_of(path) for path in LESSONS} == {"en", "zh"}
    assert all(len(list(path.parent.glob("lesson.*.md"))) == 2 for path in LESSONS)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("核为3 行。", "needs a space"),
        ("核`K` 有三行。", "needs a space"),
        ("形状是[H, W]。", "needs a space"),
        ("核 有三行。", "between Chinese characters"),
        ("核， 三行。", "beside full-width"),
        ("核,三行。", "half-width punctuation"),
        ("核有 `K`, 三行。", "half-width punctuation"),
        ("即 n, 三行。", "half-width punctuation"),
        ("核(三行)。", "half-width brackets"),
        ("核 (kernel) 三行。", "half-width brackets"),
        ("即 (高, W)。", "half-width brackets"),
        ("叫“核'。", "straight quotation"),
        ("核……三行...", "ellipsis"),
        ("核有\n三行。", "line break"),
        ("- 核有\n  三行。", "line break"),
        ("核是*三行*的。", "italics"),
        ("核是**“三行”**的。", "stresses nothing"),
        ("| 核,行 |\n|---|\n", "half-width"),
        ("第一个单元格。", "where the glossary has 元素"),
        ("步长即步长。", "步长 2 times"),
        ("    X 的索引", "where the glossary has 下标"),
        ("<details>\n<summary>答案,二</summary>\n\n二。\n\n</details>", "half-width"),
    ],
)
def test_what_chinese_typography_or_the_glossary_refuses_is_named(text, problem):
    assert any(problem in each for each in prose_problems(text, "zh"))


@pytest.mark.parametrize(
    "text",
    [
        "核 `K` 有 3 行，形状为 [H, W]（高在前）：`(sh, sw)` 是步幅。",
        "横跨 (k − 1)·d 个，窗口 (i, j) 处",
        "当 n = 5, k = 3 时得 f(x) 的值，旋转 180° 后为 3.5。",
        "**要点**：`a`、`b` 与 10⁶ 个数。步幅（也称步长）……",
        "    X = 0, 1, 2 (图像)",
        "- 一项\n- 二项\n\n| 核 | 行 |\n|---|---|\n| 1, 2 | `x, y` |",
    ],
)
def test_good_chinese_is_let_through(text):
    assert list(prose_problems(text, "zh")) == []


def test_an_english_lesson_has_no_chinese_but_terms():
    assert list(prose_problems("A *kernel* (卷积核, also 过滤器).", "en")) == []
    assert any("English" in each for each in prose_problems("A 核。", "en"))
    assert any("*" in each for each in prose_problems("A ** kernel.", "en"))


def test_an_english_lesson_calls_a_number_of_an_array_an_element():
    problem = "cell, where the glossary has element"
    assert list(prose_problems("One of its cells.\n", "en")) == [f"line 1: {problem}"]
    assert list(prose_problems("    [1 2 3]    3 cells\n", "en")) == [f"line 1: {problem}"]
    assert list(prose_problems("A nerve\ncell of a cat.\n", "en")) == []


def test_words_are_counted_in_prose_alone():
    assert word_count("# One two\n\nThree `four` five.\n\n    not this\n\n- six\n") == 6
    assert word_count("卷积核 `K` 有 3 行。\n\n    不算\n") == 7
    assert [block.line for block in read_prose("# A\n\nB\n\n- C\n").blocks] == [1, 3, 5]


def test_the_glossary_says_everything_once():
    terms = glossary()
    assert len({term.zh for term in terms}) == len(terms)
    refused = [variant for term in terms for variant in term.refused]
    accepted = [name for term in terms for name in (term.zh, *term.once)]
    assert len(set(refused)) == len(refused)
    assert [v for v in refused if any(v in name for name in accepted)] == []
