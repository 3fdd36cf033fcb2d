"""Render a stub from its template: numpy or torch, either language, script or notebook."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from itertools import pairwise

from ..i18n.texts import listed, say
from .catalog import ExerciseInfo
from .exercise_texts import exercise_texts
from .notebook_cells import Cell, notebook_cell

PLACEHOLDER = re.compile(r'^([ \t]*)"""\$(\w+)"""$', re.MULTILINE)
QUESTION = re.compile(r"^# \$(\w+)$", re.MULTILINE)
#: `# TODO: what to do`, alone on a line or after an answer to fill in.
TODO = re.compile(r"^(.*)# TODO(?:: (.*))?$", re.MULTILINE)
#: Maximum width of a rule in a stub, in columns.
WIDTH = 100
NUMPY_IMPORT = "import numpy as np"


def stub_source(info: ExerciseInfo, framework: str) -> str:
    """Return the stub of an exercise as Python source, in the language in use."""
    framework = info.framework(framework)
    template = (info.path / "stub.py").read_text("utf-8")
    if framework == "torch":
        template = template.replace(NUMPY_IMPORT, "import torch")
    texts = exercise_texts(info)
    names = {"array": say("stub", f"array.{framework}"), "xp": say("stub", f"xp.{framework}")}

    def docstring(match: re.Match[str]) -> str:
        indent, name = match[1], match[2]
        text = re.sub(r"\$(array|xp)\b", lambda m: names[m[1]], texts.stub(name))
        if name == "module":
            text += _rules(info, texts.rules, framework)
        return f'{indent}"""{_indented(text, indent)}"""'

    def todo(match: re.Match[str]) -> str:
        before, sentence = match[1], match[2]
        if sentence:
            return before + say("stub", "todo.sentence", sentence=texts.todo(sentence))
        return before + say("stub", "todo.answer" if before.strip() else "todo.code")

    source = TODO.sub(todo, PLACEHOLDER.sub(docstring, template))
    return QUESTION.sub(lambda match: textwrap.indent(texts.stub(match[1]), "# "), source)


def stub_cells(source: str) -> list[Cell]:
    """Return the cells of a stub: the introduction, the imports, each function or question."""
    import ast

    tree = ast.parse(source)
    lines = source.splitlines()
    # A comment belongs to what follows it.
    starts = [
        (before.end_lineno or 0) + 1
        for before, node in pairwise(tree.body)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign))
    ]
    introduction = ast.get_docstring(tree) or ""
    first = tree.body[0].end_lineno if introduction else 0
    bounds = [first or 0, *(start - 1 for start in starts), len(lines)]
    parts = ["\n".join(lines[a:b]).strip("\n") for a, b in pairwise(bounds)]
    cells = [notebook_cell("markdown", introduction)] if introduction else []
    return cells + [notebook_cell("code", part) for part in parts if part.strip()]


def _rules(info: ExerciseInfo, rules: Iterable[str], framework: str) -> str:
    """Return what hidden cases test besides the numbers; grey images for torch are int64."""
    forbidden = listed(info.forbidden)
    stated = [rule for rule in rules if not (rule == "uint8" and framework == "torch")]
    items = [_wrapped(f"- {say('stub', f'rule.{rule}', names=forbidden)}") for rule in stated]
    return f"\n\n{say('stub', 'rules.head')}\n\n{''.join(items)}" if items else ""


def _wrapped(item: str) -> str:
    """Return a rule in lines of at most WIDTH characters, also broken between listed names."""
    spaced = item.replace("、", "、 ")
    lines = textwrap.wrap(spaced, WIDTH, subsequent_indent="  ", break_long_words=False)
    return "".join(line.replace("、 ", "、") + "\n" for line in lines)


def _indented(text: str, indent: str) -> str:
    """Return a docstring's text with its lines after the first indented, and an indented end."""
    first, newline, rest = text.partition("\n")
    if not newline:
        return first
    body = textwrap.indent(textwrap.dedent(rest), indent)
    return f"{first}\n{body.rstrip()}\n{indent}"
