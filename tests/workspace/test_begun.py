"""Test that begun work is detected from a file's text, in every language and version."""

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.stubs import stub_source
from learncnn.grader.i18n.texts import LANGUAGES, language, use_language
from learncnn.grader.lessons.lesson_notebook import exercise_notebook
from learncnn.grader.submissions.notebook import notebook_code
from learncnn.grader.workspace.begun import Stage, stage_of

from ..scanners.growth import superlinear

STUB = '''"""$module"""

import numpy as np


def corr2d(X, K):
    """$corr2d"""
    # TODO: the size first.
    raise NotImplementedError


# $q1
q1 = None  # TODO
'''
NAMES = ("corr2d", "q1")


@pytest.fixture(autouse=True)
def _same_language_after():
    before = language()
    yield
    use_language(before)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("info", load_catalog().exercises.values(), ids=lambda info: info.id)
def test_every_stub_is_untouched(info, spoken):
    use_language(spoken)
    template = (info.path / "stub.py").read_text("utf-8")
    for framework in info.libraries:
        script = stub_source(info, framework)
        notebook = notebook_code(exercise_notebook(info, script).encode(), "ex.ipynb").source
        for source in (script, notebook):
            assert stage_of(source, tuple(info.functions), template) is Stage.UNTOUCHED


UNTOUCHED = {
    "comments": STUB + "# corr2d = 3, I think\n#\n",
    "another docstring": STUB.replace("$corr2d", "Mine:\n\n    def corr2d(X, K): return X\n\n    "),
    "single quotes": STUB.replace('"""$corr2d"""', "'''It's\n    return X\n    '''"),
    "type hints": STUB.replace("(X, K):", "(X: np.ndarray, K: np.ndarray) -> np.ndarray:"),
    "by black": STUB.replace("(X, K):", "(\n    X: np.ndarray,\n    K: np.ndarray,\n):"),
    "one line": STUB.replace("(X, K):\n", "(X, K): raise NotImplementedError\n#").replace(
        "    raise NotImplementedError\n", ""
    ),
    "a message": STUB.replace("raise NotImplementedError", 'raise NotImplementedError("later")'),
    "pass": STUB.replace("raise NotImplementedError", "pass"),
    "dots": STUB.replace("raise NotImplementedError", "..."),
    "typed answer": STUB.replace("q1 = None", "q1: int | None = None"),
    "another parameter": STUB.replace("(X, K)", "(X, K, padding=0)"),
    "more imports": STUB.replace("import numpy as np", "import numpy as np\nimport matplotlib"),
    "tabs": STUB.replace("    ", "\t"),
    "nothing": "",
    "a magic": "pass\n" + STUB,
    "a helper to be written": STUB + "\ndef pad(X):\n    raise NotImplementedError\n",
}


@pytest.mark.parametrize("source", UNTOUCHED.values(), ids=UNTOUCHED)
def test_what_holds_no_work_is_untouched(source):
    assert stage_of(source, NAMES, STUB) is Stage.UNTOUCHED


BEGUN = {
    "a line": STUB.replace("raise NotImplementedError", "h = K.shape[0]\n    raise NotImpl"),
    "a result": STUB.replace("raise NotImplementedError", "return X"),
    "None": STUB.replace("raise NotImplementedError", "return None"),
    "an answer": STUB.replace("q1 = None", "q1 = 28"),
    "a typed answer": STUB.replace("q1 = None", "q1: int = 28"),
    "several answers": STUB + "q1, q2 = 3, 4\n",
    "no docstring": "def corr2d(X, K):\n  return X\n",
    "one line": "def corr2d(X, K): return X * K\n",
    "a lambda": "corr2d = lambda X, K: X\n",
    "an import": "from mine import corr2d\n",
    "a parenthesis in a default": "def corr2d(X, K, mode='('):\n    return X\n",
    "does not parse": "def corr2d(X, K)\n    return X +\n",
    "after a text": 'text = """\nraise\n"""\ndef corr2d(X, K):\n    return X\n',
    "after escapes": 'text = \'\\\\\' + "\\""\ndef corr2d(X, K):\n    return X\n',
    "after a quote in a comment": '# don\'t """\ndef corr2d(X, K):\n    return X\n',
    "a class": "class corr2d:\n    def __call__(self, X, K):\n        return X\n",
    "decorated": "@cache\ndef corr2d(X, K):\n    return X\n",
    "async": "async def corr2d(X, K):\n    return X\n",
}


@pytest.mark.parametrize("source", BEGUN.values(), ids=BEGUN)
def test_work_on_what_is_asked_for_is_begun(source):
    assert stage_of(source, NAMES, STUB) is Stage.BEGUN


BESIDE = {
    "an experiment": STUB + "print(corr2d(np.ones((3, 3)), K=np.ones((2, 2))))\n",
    "a helper": STUB + "def pad(X, p):\n    return np.pad(X, p)\n",
    "another name": STUB + "result = 3\n",
    "a demonstration": STUB + 'if __name__ == "__main__":\n    print(q1)\n',
}


@pytest.mark.parametrize("source", BESIDE.values(), ids=BESIDE)
def test_other_code_is_work_of_less_weight(source):
    assert stage_of(source, NAMES, STUB) is Stage.BESIDE


@pytest.mark.parametrize(
    "piece",
    ['"', "'", '\\"', '"""', "'''", "\\", "(", ")", "#", "a", " ", "=", "\n", "q1=", "def f(\n"],
)
def test_the_time_is_proportional_to_the_size(piece):
    def scan(text):
        return stage_of(text, NAMES, STUB)

    assert not superlinear(scan, lambda size: piece * (size // len(piece)))
