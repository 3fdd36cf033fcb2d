"""Test the conversion of IPython syntax in cells."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learncnn.grader.submissions.cell_text import python_of

from ..scanners.growth import superlinear

FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

#: Whole statements of plain Python, with what looks like IPython's syntax within them.
PLAIN = [
    "x = 1",
    "y = 7 % 2",
    "z = x != y",
    "s = 'a % b ! ?'",
    's = """\n%not one\n!nor this\n"""',
    "t = (7\n% 2)",
    "u = 7 \\\n% 2",
    "def f(a, b=1):\n    # what?\n    return a % b",
    "if x:\n    pass\nelse:\n    y = 2",
    "for i in range(3):\n    x += i",
    "class A:\n    def m(self):\n        return f'{self!r}'",
    "async def g():\n    return 1",
    "v = {'a': 1, 'b': [1, 2]}  # ( [",
    "w = x if x else y",
    "x %= 2",
    "@staticmethod\ndef d(): return '\\''",
]
#: Lines that are IPython's.
OWN = [
    "%matplotlib inline",
    "!ls -l",
    "!pip install a \\\n  b",
    "files = !ls",
    "out = %who_ls",
    "np.sum?",
    "?np",
    "np.sum??",
    "%timeit f(1)",
    "!!date",
    "%load_ext autoreload",
]
CELLS = st.lists(st.sampled_from(PLAIN + OWN), min_size=1, max_size=6).map("\n".join)


def names(tree: ast.Module) -> list[str]:
    """What the plain statements of a cell bind, in order."""
    found = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return found


@settings(deadline=None, max_examples=300)
@given(CELLS)
def test_cells_agree_with_ipython(cell):
    manager = pytest.importorskip("IPython.core.inputtransformer2").TransformerManager()
    theirs = compile(manager.transform_cell(cell), "cell", "exec", FLAGS)
    ours = compile(python_of(cell).text, "cell", "exec", FLAGS)
    assert names(ours) == names(theirs)


@given(CELLS)
def test_lines_are_never_removed(cell):
    assert python_of(cell).text.count("\n") == cell.count("\n")


@given(st.lists(st.sampled_from(PLAIN), min_size=1).map("\n".join))
def test_plain_python_stays_as_it_is(cell):
    assert python_of(cell) == (cell, "", 0)


@given(st.text(alphabet="\"'\\\n#([{}])!?% =:abc", max_size=200))
def test_no_text_breaks_the_scan(text):
    assert python_of(text).text.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("cell", "dropped"),
    [
        ("%%bash\nls", "%%bash"),
        ("\n%%html\n<b>", "%%html"),
        ("%%writefile a.py\ndef f(): pass", "%%writefile"),
        ("%%time\n%%bash\nls", "%%bash"),
        ("%sql\nselect 1", "%sql"),
        ("%md\ntext", "%md"),
        ("%r\nx <- 1", "%r"),
        ("%%script python3\nx = 1", ""),
        ("%%script bash\nx = 1", "%%script"),
        ("%run other.py\nx = 1", ""),
        ("%reset -f\nx = 1", ""),
    ],
)
def test_cells_of_another_language_are_dropped_by_name(cell, dropped):
    python = python_of(cell)
    assert python.dropped == dropped
    assert bool(python.text.strip()) is not bool(dropped)


@pytest.mark.parametrize(
    "piece", ['\\"', "'", '"""', "(", "!ls\n", "%x\n", "x = 1\n", "?", " ", "\\\n"]
)
def test_the_time_grows_with_the_length(piece):
    assert not superlinear(python_of, lambda size: piece * (size // len(piece)))
