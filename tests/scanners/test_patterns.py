"""No regular expression takes more than linear time, whatever it reads.

Patterns are collected from the package itself, so that a new one is tested without being named.
"""

import re

import pytest

from .growth import superlinear, texts
from .patterns import Use, alphabet, sample, uses

ALL = uses()
#: Patterns put together at run time, with values that they have then.
GIVEN = {
    "grader/quiz/answers/parse.py: f'[A-Z\\\\d{_BETWEEN[kind]}]'": [r"[A-Z\d\s,;.:()>→-]"],
    "grader/quiz/items/proof.py: f'(?<![\\\\d.,×−-]){re.escape(answer)}(?![\\\\d×]|[.,]\\\\d)'": [
        r"(?<![\d.,×−-])1(?![\d×]|[.,]\d)"
    ],
    "grader/quiz/items/schema.py: f'(\\\\[item\\\\.)?{re.escape(str(step))}\\\\s*[.=\\\\]]'": [
        r"(\[item\.)?stem\s*[.=\]]"
    ],
    "grader/render/editor_problems.py: "
    "f'(?:(?:async\\\\s+)?def|class)\\\\s+({words})\\\\b|({words})\\\\s*(?::[^=]*)?=(?!=)'": [
        r"(?:(?:async\s+)?def|class)\s+(corr2d|q1)\b|(corr2d|q1)\s*(?::[^=]*)?=(?!=)"
    ],
}
#: Patterns that may take longer, and why that costs nothing.
OWN: dict[str, str] = {
    "grader/course/name_resolution.py: _KIND": "reads the last 255 characters of a file's name",
    "grader/grading/library_errors.py: message": "reads 500 bytes of an exception's message",
    "grader/answer_key/model_answers.py: pattern": "reads the package's own model answers",
    "grader/author/lesson_lint.py: pattern": "reads an author's own lessons",
    **dict.fromkeys(
        (
            r"grader/author/lesson_lint.py: f'\\b{phrase}s?\\b'",
            r"grader/author/lesson_lint.py: f'\\b{word}s?\\b'",
        ),
        "look for words of the project's own glossary",
    ),
    "grader/sandbox/forbidden/operators.py: pattern": "reads names of torch's operators",
}


def scanner(pattern, method):
    """The method of a pattern as a function that reads all of a text."""
    if method in ("match", "fullmatch", "search"):
        return getattr(pattern, method)
    return lambda text: sum(1 for _ in pattern.finditer(text))


def faults(use):
    """What makes a pattern slow: (method, beginning of the text)."""
    pattern = use.pattern
    words = alphabet(pattern)[:6]
    suffixes = list(dict.fromkeys(["", "\0", *words[:4]]))
    for text_of in texts(words, ["", sample(pattern)], suffixes):
        read = text_of
        if isinstance(pattern.pattern, bytes):
            read = lambda size, make=text_of: make(size).encode("latin-1", "replace")  # noqa: E731
        for method in sorted(use.methods):
            if superlinear(scanner(pattern, method), read):
                return method, read(40)
    return None


def patterns_of(use):
    if use.pattern is not None:
        return [use]
    return [Use(use.where, re.compile(text), use.methods) for text in GIVEN[use.where]]


@pytest.mark.parametrize("use", ALL, ids=lambda use: use.where)
def test_a_pattern_is_linear(use):
    if use.where in OWN:
        pytest.skip(OWN[use.where])
    assert use.pattern is not None or use.where in GIVEN, "say in GIVEN what it may become"
    for known in patterns_of(use):
        assert faults(known) is None


def test_lists_name_patterns_that_are_there():
    assert {*GIVEN, *OWN} <= {use.where for use in ALL}


@pytest.mark.parametrize(
    ("pattern", "flags", "method"),
    [
        (r"^\s*(?:import|from)\s+torch\b", re.MULTILINE, "search"),
        (r"""#.*|"(?:\\.|[^"\\])*(?:"|$)|[()\[\]{}]|\\$""", 0, "search"),
        (r"(?:[ _-]*\(\d+\)|-\d+| copy)+$", 0, "sub"),
        (r"(?P<student>.+?)[-_. ]+ex\d", 0, "fullmatch"),
        (r"\d+$", 0, "search"),
        (r"\s*\(\d+\)$", 0, "sub"),
        (r"[(（]+[\u4e00-\u9fff]|[^（]+|.", 0, "findall"),
    ],
)
def test_a_pattern_that_is_not_linear_is_found(pattern, flags, method):
    assert faults(Use("", re.compile(pattern, flags), frozenset({method})))
