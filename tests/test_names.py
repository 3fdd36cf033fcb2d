"""Test that each name has one meaning, and that docs/architecture.md names what exists."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

import learncnn.grader

GRADER = Path(learncnn.grader.__file__).resolve().parent
ROOT = GRADER.parent
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")

#: Modules that say with their folder what they are: click's commands of a family.
SHARED_MODULES = {"commands"}
#: Words that docs and screens use, each with one meaning.
WORDS = (
    "exercise", "function", "case", "reference", "misconception", "mutant", "answer key", "item",
    "variant", "submission", "workspace", "outcome", "verdict", "diagnosis", "case shown", "report",
    "gradebook", "zygote", "child", "grading worker", "layer", "driver", "framework", "paper",
)  # fmt: skip


def modules():
    return [path for path in sorted(GRADER.rglob("*.py")) if path.name != "__init__.py"]


def test_no_two_modules_share_a_name():
    places = defaultdict(list)
    for path in modules():
        places[path.stem].append(path.relative_to(GRADER))
    shared = {name: paths for name, paths in places.items() if len(paths) > 1}
    assert set(shared) <= SHARED_MODULES, shared


def test_no_two_public_classes_share_a_name():
    places = defaultdict(list)
    for path in modules():
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path.relative_to(GRADER))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_the_architecture_names_every_room_and_no_file_that_is_not_there():
    named = re.findall(
        r"`((?:grader|docs|tests|solutions|exercises)/[\w./*-]*|\w+\.py)`", ARCHITECTURE
    )
    assert named
    missing = [name for name in named if not any(ROOT.glob(name.rstrip("/")))]
    assert missing == []
    rooms = {path.parent.name for path in GRADER.glob("*/__init__.py")}
    assert {room for room in rooms if f"`grader/{room}/`" not in ARCHITECTURE} == set()


def test_the_architecture_names_only_modules_of_the_room_it_speaks_of():
    for room, subject in re.findall(r"\| `grader/(\w+)/` \| (.*) \|", ARCHITECTURE):
        for name in re.findall(r"`(\w+)/?`", subject):
            found = [*(GRADER / room).glob(name), *(GRADER / room).glob(f"{name}.py")]
            assert found or name in COMMANDS, f"{room}: {name}"


#: What else stands in backquotes there.
COMMANDS = {
    "check", "watch", "start", "list", "hint", "solution", "explain", "submit", "doctor", "quiz",
    "review", "grade", "regrade", "gradebook", "report", "release",
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_the_glossary_explains_each_word(word):
    glossary = ARCHITECTURE.partition("## Vocabulary")[2].partition("\n## ")[0]
    explained = [
        cell.strip()
        for row in re.findall(r"^\| (.*?) \|", glossary, re.M)
        for cell in row.split(",")
    ]
    assert word in explained
