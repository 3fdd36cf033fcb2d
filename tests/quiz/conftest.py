"""Provide small question banks; tests of installed banks use that of ex03."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from learncnn.grader.i18n.texts import use_language
from learncnn.grader.quiz.items.bank import load_items
from learncnn.grader.quiz.items.variants import make

COUNT = """
[[item]]
id = "Q10-1"
kind = "integer"
stem.en = "Parameters of {f} filters {k}×{k} on 3 channels, with biases?"
stem.zh = "3 个通道上 {f} 个 {k}×{k} 卷积核(含偏置)共有多少个参数?"
params.k = [3, 5, 7]
params.f = [6, 10, 16]
default = { k = 3, f = 10 }

[item.answer]
value = "f*(3*k*k + 1)"
en = "{f}·(3·{k}·{k} + 1)"
zh = "答案是 {f}·(3·{k}·{k} + 1)"

[[item.wrong]]
code = "NO-BIAS"
value = "3*f*k*k"
en = "Exactly the {f} biases are missing."
zh = "恰好少了 {f} 个偏置。"

[[item.wrong]]
code = "HALF"
value = "f*(3*k*k + 1)/4"
en = "A quarter of it."
zh = "只有四分之一。"
"""
SHAPE = """
[[item]]
id = "Q03-1"
kind = "shape"
stem.en = "Shape?"
stem.zh = "形状?"

[item.answer]
value = "(4, 102, 102)"
en = "Right."
zh = "正确。"

[[item.wrong]]
code = "PAD-ONCE"
value = "(4, 100, 100)"
en = "Padding counted once."
zh = "填充只算了一次。"
"""
CELL = SHAPE.replace('"shape"', '"cell"').replace("(4, 102, 102)", "16/9")
CELL = CELL.replace("(4, 100, 100)", "4/9")
FORMULA = """
[[item]]
id = "Q03-5"
kind = "expression"
stem.en = "How many windows?"
stem.zh = "有多少个窗口?"
variables.n = [5, 8, 12, 13]
variables.k = [1, 2, 3, 5]
variables.p = [0, 1, 2]
variables.s = [1, 2, 3]
domain = ["k <= n + 2*p"]

[item.answer]
value = "floor((n - k + 2*p)/s) + 1"
en = "Why."
zh = "原因。"

[[item.wrong]]
code = "PAD-ONCE"
value = "floor((n - k + p)/s) + 1"
en = "Twice p."
zh = "应为 2p。"
"""
CHOICE = """
[[item]]
id = "Q12-1"
kind = "choice"
stem.en = "Which is false?"
stem.zh = "哪个错误?"

[item.answer]
text.en = "the first"
text.zh = "第一"
en = "It is false."
zh = "它错误。"

[[item.wrong]]
code = "ONE"
text.en = "the second"
text.zh = "第二"
en = "Two."
zh = "二。"

[[item.wrong]]
code = "TWO"
text.en = "the third"
text.zh = "第三"
en = "Three."
zh = "三。"

[[item.wrong]]
code = "THREE"
text.en = "the fourth"
text.zh = "第四"
en = "Four."
zh = "四。"
"""
MULTIPLE = """
[[item]]
id = "Q03-4"
kind = "multiple"
stem.en = "Which are even?"
stem.zh = "哪些是偶数?"
params.n = [2, 3, 4, 5]
default = { n = 2 }

[item.answer]
en = "Even."
zh = "偶数。"

[[item.part]]
text.en = "{n}"
text.zh = "{n}"
right = "n % 2 == 0"
code = "A"
en = "{n}"
zh = "数 {n}"

[[item.part]]
text.en = "{n + 1}"
text.zh = "{n + 1}"
right = "(n + 1) % 2 == 0"
code = "B"
en = "{n + 1}"
zh = "数 {n + 1}"

[[item.part]]
text.en = "1024"
text.zh = "1024"
right = true
code = "C"
en = "A power of two."
zh = "二的幂。"
"""
_PARTS = """
[[item.part]]
text.en = "one"
text.zh = "一"
{one}
en = "First."
zh = "第一。"

[[item.part]]
text.en = "two"
text.zh = "二"
{two}
en = "Second."
zh = "第二。"

[[item.part]]
text.en = "three"
text.zh = "三"
{three}
en = "Third."
zh = "第三。"

[[item.wrong]]
code = "SWAP"
order = [1, 3, 2]
en = "The last two are exchanged."
zh = "最后两个写反了。"
"""
ORDER = """
[[item]]
id = "Q20-1"
kind = "order"
stem.en = "Order?"
stem.zh = "顺序?"

[item.answer]
en = "By number."
zh = "按数字。"
""" + _PARTS.format(one="", two="", three="")
MATCH = ORDER.replace('"order"', '"match"').split("[[item.part]]")[0] + _PARTS.format(
    one='partner.en = "I"\npartner.zh = "壹"',
    two='partner.en = "II"\npartner.zh = "贰"',
    three='partner.en = "III"\npartner.zh = "叁"',
)
ALL = {
    "integer": COUNT,
    "shape": SHAPE,
    "cell": CELL,
    "expression": FORMULA,
    "choice": CHOICE,
    "multiple": MULTIPLE,
    "order": ORDER,
    "match": MATCH,
}


@pytest.fixture(autouse=True)
def _english():
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def bank(tmp_path):
    """Write the text of a bank and return its path."""

    def write(text, name="bank.toml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def text_of():
    """Map each kind to the text of a bank with one item of that kind."""
    return ALL


@pytest.fixture(scope="session")
def items(tmp_path_factory):
    """Map each kind to an item."""
    folder = tmp_path_factory.mktemp("banks")
    found = {}
    for kind, text in ALL.items():
        path = folder / f"{kind}.toml"
        path.write_text(text, "utf-8")
        found[kind] = load_items(path)[0]
    return found


@pytest.fixture(scope="session")
def variants(items):
    """Map each kind to the default variant of its item."""
    return {kind: make(item, dict(item.default)) for kind, item in items.items()}


@pytest.fixture
def workspace(tmp_path):
    """Create the folder of a workspace, as `start` does."""
    root = tmp_path / "study"
    root.mkdir()
    (root / "learncnn.toml").write_text('version = 1\nframework = "numpy"\nlang = "en"\n')
    return root


@pytest.fixture
def command(workspace):
    """Run the command line in a process of its own, in the workspace."""

    def run(*arguments, typed="", cwd=None, **environment):
        return subprocess.run(
            [sys.executable, "-m", "learncnn", *map(str, arguments)],
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",  # so that a test can type invalid bytes
            cwd=cwd or workspace,
            env=clean_environment() | environment,
            check=False,
            timeout=60,
        )

    return run


def clean_environment():
    dropped = ("LEARNCNN_LANG", "LC_ALL", "LC_MESSAGES", "FORCE_COLOR", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def guide():
    """Return the text of docs/quiz-format.md."""
    return (Path(__file__).parents[2] / "docs" / "quiz-format.md").read_text("utf-8")


class Terminal:
    """The command line on a pseudo-terminal."""

    def __init__(self, workspace, *arguments):
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(workspace)
            os.environ.update(clean_environment() | {"TERM": "xterm"})
            program = [sys.executable, "-m", "learncnn", *arguments]
            os.execv(sys.executable, program)
        self.seen = ""

    def until(self, text, seconds=20):
        """Wait for `text` and return all output since the last wait."""
        start, limit = len(self.seen), time.monotonic() + seconds
        while text not in self.seen[start:]:
            ready, _, _ = select.select([self.end], [], [], limit - time.monotonic())
            assert ready, self.seen[start:]
            try:
                self.seen += os.read(self.end, 65536).decode("utf-8", "replace")
            except OSError:
                break
        assert text in self.seen[start:], self.seen[start:]
        return self.seen[start:]

    def press(self, keys):
        time.sleep(0.05)
        os.write(self.end, keys.encode())

    def exit_code(self):
        _, status = os.waitpid(self.pid, 0)
        os.close(self.end)
        return os.waitstatus_to_exitcode(status)
