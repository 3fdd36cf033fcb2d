"""Errors carry a key and values: each has its sentences, and survives where errors go."""

import ast
import copy
import json
import logging
import pickle
import string
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import learncnn.grader
from learncnn.grader import errors
from learncnn.grader.errors import (
    CannotWrap,
    GraderFault,
    LearncnnError,
    Message,
    Messages,
    SandboxKilled,
    SubmissionError,
    UsageError,
)
from learncnn.grader.gradebook.db_errors import _SAID
from learncnn.grader.gradebook.stored_messages import recalled, stored
from learncnn.grader.grading.report import State
from learncnn.grader.i18n.texts import LANGUAGES, family_texts, say, use_language, worded

GRADER = Path(learncnn.grader.__file__).resolve().parent
ROOT = GRADER.parent
#: Errors and messages whose first two arguments are a family and a key.
KEYED = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, LearncnnError) and kind is not CannotWrap
} | {"Message"}
#: Why a member's name is refused.
PROBLEMS = {"name_hidden", "name_absolute", "name_upwards", "name_long", "name_odd", "name_device"}
#: Keys that a function is given, by the file and the code that stands for the key.
GIVEN = {
    ("gradebook/connection.py", "state"): {"older", "newer", "foreign", "encoding"},
    ("gradebook/db_errors.py", "key"): {key for _, key in _SAID},
    ("i18n/toml_checks.py", "key"): {
        "unknown",
        "choice",
        "table",
        "number",
        "whole",
        "text",
        "texts",
        "flag",
    },
    ("notebook_check/notebook_checking.py", "f'state.{other.state}'"): {
        f"state.{state}" for state in get_args(State)
    },
    ("notebook_check/notebook_checking.py", "f'{kind}{one}'"): {
        "edited",
        "edited_one",
        "replaced",
        "replaced_one",
        "gone",
    },
    ("submissions/archive_tar.py", "why"): {"too_big", "bomb"},
    ("submissions/collect.py", "problem"): PROBLEMS,
    ("submissions/archive_tar.py", "problem"): PROBLEMS,
    ("submissions/archive_zip.py", "problem"): PROBLEMS,
    ("submissions/folder.py", "problem"): PROBLEMS,
    ("submissions/submission.py", "key"): {"too_big", "code_too_big"},
}
#: Methods that make a message: their family, and which argument is the key.
HELPERS = {
    "listing.refuse": ("containers", 1),
    "self.problem": ("toml", 0),
}
#: Functions that make a message of any family or key they are given.
MAKERS = ("errors.py", "gradebook/stored_messages.py", "submissions/members.py")


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("en")


def sources() -> list[Path]:
    return [*sorted(GRADER.rglob("*.py")), ROOT / "cli.py"]


def called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def says(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Call) and called(n.func) == "say" for n in ast.walk(node))


def test_no_error_is_made_of_a_sentence():
    """The sentence would be in the language of the code that raises, not of the reader."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            raised = isinstance(node, ast.Raise) and says(node)
            made = isinstance(node, ast.Call) and called(node.func) in KEYED
            worded_early = raised or (made and says(node))
            assert not worded_early, f"{path}:{node.lineno}"


def keys_of(node: ast.expr, function: ast.AST) -> set[str] | None:
    """The keys that an argument may be, as far as its function says."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        parts = [keys_of(node.body, function), keys_of(node.orelse, function)]
        return None if None in parts else set().union(*parts)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        assigned = [
            keys_of(n.value, function)
            for n in ast.walk(function)
            if isinstance(n, ast.Assign) and any(called(t) == node.id for t in n.targets)
        ]
        return set().union(*assigned) if assigned and None not in assigned else None  # type: ignore[arg-type]
    return None


def keyed_calls() -> Iterator[tuple[str, ast.Call, str, ast.expr, ast.AST]]:
    """Yield every call that makes a message: its file, family, key and function."""
    for path in sources():
        name = str(path.relative_to(GRADER)) if GRADER in path.parents else path.name
        tree = ast.parse(path.read_text("utf-8"))
        inner = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            around = [f for f in inner if f.lineno <= node.lineno <= (f.end_lineno or 0)]
            function = around[-1] if around else tree
            helper = ".".join(ast.unparse(node.func).split(".")[-2:])
            if helper in HELPERS:
                family, at = HELPERS[helper]
                yield name, node, family, node.args[at], function
            elif called(node.func) in KEYED and len(node.args) == 2 and name not in MAKERS:
                assert isinstance(node.args[0], ast.Constant), (
                    f"{name}:{node.lineno}: which family?"
                )
                yield name, node, str(node.args[0].value), node.args[1], function


def entry_of(family: str, key: str) -> dict[str, str]:
    entry = family_texts(family)
    for part in key.split("."):
        entry = entry[part]
    return entry


def fields_of(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}


def test_every_key_has_a_sentence_in_both_languages_that_its_values_fill():
    checked = 0
    for name, call, family, key_of_it, function in keyed_calls():
        place = f"{name}:{call.lineno}: {ast.unparse(call)}"
        keys = keys_of(key_of_it, function) or GIVEN.get((name, ast.unparse(key_of_it)))
        assert keys, f"{place}: which keys? (a row of GIVEN)"
        given = {keyword.arg for keyword in call.keywords}
        for key in keys:
            entry = entry_of(family, key)
            assert set(entry) == set(LANGUAGES), place
            for sentence in entry.values():
                lacking = fields_of(sentence) - given
                assert not lacking or None in given, f"{place}: {key} lacks {lacking}"
            checked += 1
    assert checked > 150


def nested() -> UsageError:
    near = Messages(["ex01", "ex02"], Message("catalog", "or"))
    hint = Message("catalog", "near", names=near)
    return UsageError("catalog", "unknown", name="exo1", hint=hint)


EVERY = [
    nested(),
    UsageError("batch", "least", name="timeout", value=0.001, least=0.01),
    SubmissionError("submission", "empty", file=Path("a/ex01.py")),
    GraderFault("our own text"),
    LearncnnError(),
    SandboxKilled("killed", "submission", how="signal 9", cause="x", everywhere=False, memory=True),
    CannotWrap("device", "cuda"),
]


@pytest.mark.parametrize("error", EVERY, ids=repr)
def test_an_error_survives_pickling_and_copying(error):
    for other in (*(pickle.loads(pickle.dumps(error, p)) for p in range(2, 6)), copy.copy(error)):
        assert type(other) is type(error)
        assert (other.message, other.args, str(other)) == (error.message, error.args, str(error))
        assert vars(other) == vars(error)


def test_an_error_has_a_key_and_values_and_is_english_as_text():
    error = nested()
    assert error.key == "catalog.unknown"
    assert error.values["name"] == "exo1"
    assert str(error) == "There is no exercise 'exo1'. Did you mean ex01 or ex02?"


def test_a_reader_has_the_language_of_the_screen_and_a_log_english(chinese, caplog):
    error = nested()
    assert worded(error) == "没有练习 'exo1'。是否指 ex01 或 ex02？"
    assert say("workspace", "damaged", error=error) == say(
        "workspace", "damaged", error=worded(error)
    )
    logging.getLogger("here").warning("%s", error)
    assert "There is no exercise" in caplog.text
    assert "There is no exercise" in "".join(traceback.format_exception(error))


def test_an_error_as_a_value_is_worded_with_the_whole_and_keeps_no_frames(chinese):
    try:
        raise nested()
    except UsageError as cause:
        error = SubmissionError("submission", "no_notebook", file="a.ipynb", reason=cause)
    assert isinstance(error.values["reason"], Message)
    assert "没有练习" in worded(error)
    assert "There is no exercise" in str(error)


def test_an_error_made_of_another_says_the_same():
    error = SubmissionError(nested())
    assert (error.key, str(error)) == ("catalog.unknown", str(nested()))
    killed = SandboxKilled(EVERY[5].message, everywhere=False)
    assert (killed.how, killed.everywhere, str(killed)) == ("signal 9", False, str(EVERY[5]))


def test_values_are_plain_data():
    class Odd(str):
        pass

    given = {"a": Path("x"), "b": Odd("y"), "c": True, "d": [1, Path("z")], "e": None}
    error = UsageError("batch", "source", **given, f=OSError(2, "no"), g=2.5)
    assert json.loads(json.dumps(error.values)) == {
        "a": "x",
        "b": "y",
        "c": True,
        "d": [1, "z"],
        "e": None,
        "f": "[Errno 2] no",
        "g": 2.5,
    }
    assert type(error.values["b"]) is str


def test_the_text_of_an_error_never_raises():
    assert "batch.no_such_key" in str(UsageError("batch", "no_such_key", a=1))
    assert "batch.least" in str(UsageError("batch", "least", name="x"))
    assert "no_family.key" in worded(Message("no_family", "key", a=1))
    assert "batch.choice.en" in worded(Message("batch", "choice.en", a=1))
    assert str(GraderFault("{braces} as they are")) == "{braces} as they are"
    assert worded(GraderFault("{braces}")) == "{braces}"


def test_a_value_with_braces_is_filled_in_as_it_is():
    error = SubmissionError("submission", "empty", file="{file.__class__}{0}.py")
    assert "{file.__class__}{0}.py" in str(error)


@pytest.mark.parametrize("error", EVERY, ids=repr)
def test_a_stored_message_comes_back_whole(error):
    assert recalled(stored(error.message)) == error.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ex01.py holds no code.",
        '{"key": ',
        '{"key": 3}',
        '{"key": "a"}',
        "{}",
        "[" * 9,
        '{"key": 3, "values": {}}',
    ],
)
def test_what_earlier_versions_stored_stays_a_text(text):
    assert worded(recalled(text)) == text


def test_messages_are_worded_by_whoever_reads_them_later(chinese):
    fault = recalled(stored(Message("killed", "worker", how="signal 9")))
    assert "工作进程" in worded(fault)
    use_language("en")
    assert "worker process" in worded(fault)


def test_a_caller_sees_english_and_can_read_key_and_values():
    program = (
        "import learncnn, json\n"
        "try:\n    learncnn.grade('x = 1', 'ex1000')\n"
        "except learncnn.LearncnnError as error:\n"
        "    print(json.dumps([str(error), error.key, error.values['name']]))\n"
    )
    environment = {"LANG": "zh_CN.UTF-8", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    text, key, name = json.loads(done.stdout)
    assert text.startswith("There is no exercise 'ex1000'.")
    assert (key, name) == ("catalog.unknown", "ex1000")


def test_errors_are_declared_in_one_file_but_for_the_sandbox():
    """What leaves its module; the sandbox is a package by itself in a worker."""
    for path in sources():
        if path.name == "errors.py" or "sandbox" in path.parts:
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bases = {called(base) for base in node.bases}
                known = bases & {"Exception", "BaseException", *vars(errors), "OSError"}
                assert not known - {"Message", "Messages"}, f"{path}:{node.lineno}"
