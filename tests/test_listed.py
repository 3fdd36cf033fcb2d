"""Lists of names in sentences: the separator is that of the language, not of the code."""

import ast
from pathlib import Path

import pytest

from learncnn.grader.errors import SEMICOLON, Messages, UsageError
from learncnn.grader.gradebook.stored_messages import recalled, stored
from learncnn.grader.i18n.texts import listed, say, speaking, worded

ROOT = Path(__file__).parents[1]
MODULES = [*sorted((ROOT / "grader").rglob("*.py")), ROOT / "cli.py"]
#: Functions whose keyword arguments become part of a sentence.
WORDING = {"say", "Message", "LearncnnError", "UsageError", "RefusedInput"}


@pytest.mark.parametrize(
    ("language", "names", "parts"), [("en", "a, b, 3", "a, b; c"), ("zh", "a、b、3", "a, b；c")]
)
def test_a_list_has_the_separators_of_the_language_in_use(language, names, parts):
    with speaking(language):
        assert listed(["a", "b", 3]) == names
        assert listed(iter(["a, b", "c"]), SEMICOLON) == parts
        assert listed(["a"]) == "a"
        assert listed([]) == ""


def test_an_error_is_listed_in_the_language_in_which_it_is_read():
    error = UsageError("quiz", "no_items", names=Messages(["ex01", "ex02"]))
    for message in (error.message, recalled(stored(error.message))):
        assert "for ex01, ex02 yet" in str(message)
        with speaking("zh"):
            assert worded(message).startswith("ex01、ex02 ")


def test_a_list_fills_a_sentence():
    with speaking("zh"):
        assert say("quiz", "ask.expression", names=listed("nk")) == "请用 n、k 写出公式。"


def joined_by_a_comma(path):
    """Lines on which a sentence is filled with names that code has joined by a comma."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name not in WORDING and not name.endswith(("Error", "Fault")):
            continue
        for node in (node for keyword in call.keywords for node in ast.walk(keyword.value)):
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "join"
                and isinstance(node.value, ast.Constant)
                and node.value.value in (", ", "; ")
            ):
                yield node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_filled_with_names_joined_in_code(path):
    assert list(joined_by_a_comma(path)) == []
