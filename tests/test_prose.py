"""Refuse phrases in code, texts and documents that readers stumble over."""

import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

from learncnn.grader.author.text_lint import text_file_problems

ROOT = Path(__file__).parents[1]
#: Written by others, or made by a program, or the very thing that a test is about.
LEFT_OUT = (
    "benchmarks/homework/",
    "tests/attacks/submissions/",
    "tests/fuzz/",
    "tests/test_prose.py",
)
#: Sentences that may stay: file, and a part of the line.
ALLOWED = {
    ("exercises/catalog.toml", "Where the maximum was"),
    ("exercises/taxonomy.toml", "Where the data come from"),
}
REFUSED = re.compile(
    r"^Where (a|an|the) [^,]*$|\bSo many\b|\bof ours\b|\b[Nn]obody\b|\b[Ww]hoever\b|\bfor good\b|"
    r"\bas ever\b|\bhas it\?|\b(is|are) no (place|name|way)\b"
)


#: Words that mean something else in the program's own texts than in the course: a notebook's cell,
#: the kernel of an operating system, a filter of system calls.
OTHER_MEANINGS = {
    ("decisions", "cell"),
    ("decisions", "单元格"),
    ("doctor", "内核"),
    ("doctor", "过滤器"),
    ("feedback", "cell"),
    ("feedback", "单元格"),
    ("help", "cell"),
    ("help", "单元格"),
    ("killed", "内核"),
    ("loading", "cell"),
    ("loading", "单元格"),
    ("notebook", "cell"),
    ("notebook", "单元格"),
    ("notebook", "内核"),
    ("submission", "cell"),
    ("submission", "单元格"),
}
#: The marks of the table of grades, with what they mean.
MARKS = ("show", "legend.zh")


def tracked(*endings):
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [n for n in names if n.endswith(endings) and not n.startswith(LEFT_OUT)]


def prose_of(name):
    """Comments and texts of a module, lines of a document."""
    text = (ROOT / name).read_text("utf-8")
    if not name.endswith(".py"):
        yield from (re.sub(r"^[a-z_.]+ = ", "", line).strip(' ">-') for line in text.splitlines())
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("#: ")
        elif token.type == tokenize.STRING and " " in token.string:
            yield from (line.strip(" \"'") for line in token.string.splitlines())


@pytest.mark.parametrize("name", tracked(".py", ".md", ".toml", ".j2"))
def test_prose_has_none_of_the_phrases_that_readers_stumble_over(name):
    if not (ROOT / name).exists():
        pytest.skip("deleted")
    found = [
        line
        for line in prose_of(name)
        if REFUSED.search(line) and not any(name == file and part in line for file, part in ALLOWED)
    ]
    assert found == []


@pytest.mark.parametrize(
    "name", [n for n in tracked(".toml") if n.startswith(("exercises/", "solutions/answers/"))]
)
def test_chinese_in_the_texts_of_the_course_is_set_as_a_textbook_sets_it(name):
    if name.endswith("/glossary.toml") or not (ROOT / name).exists():
        pytest.skip("the glossary names what it refuses")
    assert list(text_file_problems(ROOT / name)) == []


@pytest.mark.parametrize("name", [n for n in tracked(".toml") if n.startswith("grader/i18n/")])
def test_chinese_in_messages_and_pages_is_set_as_a_textbook_sets_it(name):
    stem = Path(name).stem
    assert [
        problem
        for problem in text_file_problems(ROOT / name, numbers=False)
        if not any(stem == file and f": {word}," in problem for file, word in OTHER_MEANINGS)
        and not (stem == MARKS[0] and problem.startswith(MARKS[1]))
    ] == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('zh = "核,三行。"', "zh: '核,三行。' has half-width punctuation"),
        ('hint.zh = "共 {n}行。"', "hint.zh: '共 `…`行。' needs a space"),
        ('zh = "第二列(从 1 数起)。"', "half-width brackets"),
        ('zh = "见下:"', "half-width punctuation"),
        ('zh = "即 y:"', "ends in half-width punctuation"),
        ('zh = "核是*三行*的。"', "* for stress"),
        ('zh = "一个过滤器。"', "where the glossary has 卷积核"),
        ('en = "A kernel （3×3）."', "in an English text"),
        ('en = "A window of 3 cells."', "en: cell, where the glossary has element"),
        ('hint.en = "Cells."', "hint.en: cell, where the glossary has element"),
        ('[todo]\n"one cell each." = "各一个元素。"', "cell, where the glossary has element"),
        ('"one row" = "一行, 两列"', "one row: '一行, 两列' has half-width"),
    ],
)
def test_what_a_text_may_not_have_is_named_with_its_key(tmp_path, line, problem):
    (tmp_path / "text.toml").write_text(line, "utf-8")
    assert any(problem in found for found in text_file_problems(tmp_path / "text.toml"))


def test_code_and_words_that_are_filled_in_are_let_through(tmp_path):
    path = tmp_path / "text.toml"
    text = "取 X[n, :, i * sh]，写 dtype='int'；共 {n} 行，见 f(x, y)。"
    path.write_text(f'zh = "{text}"', "utf-8")
    assert list(text_file_problems(path)) == []
    path.write_text('en = "Nerve cells, and simple and complex cells; cellular"', "utf-8")
    assert list(text_file_problems(path)) == []
    path.write_text('zh = "{place}出错，用了 {time}。"', "utf-8")
    assert list(text_file_problems(path, numbers=False)) == []
    assert len(list(text_file_problems(path))) == 1
