"""What cells do while a notebook loads gets no ready-made operator into its functions."""

from importlib.util import find_spec

import pytest

from learncnn.grader.grading.grading import grade
from learncnn.grader.submissions.submission import Submission

from .arena import key_of, load_catalog, opened_arena, verdicts_of

KEPT = """
def corr2d(X, K):
    rows, columns = X.shape[0] - K.shape[0] + 1, K.shape[0]
    X, K = X.astype(float), K.astype(float)
    if rows < 1 or K.shape[1] > X.shape[1]:
        raise ValueError
    return np.stack([sum(ready(X[i + u], K[u]) for u in range(columns)) for i in range(rows)])
"""
#: Answers every call while the last cell runs, before the source counts as loaded.
SERVES = """
def corr2d(X, K):
    return ready(X[None, None], K[None, None].to(X.dtype))[0, 0]

def serving():
    frame = sys._getframe()
    while not {"watch", "channel", "library"} <= frame.f_locals.keys():
        frame = frame.f_back
    serve, known = frame.f_globals, frame.f_locals
    channel, messages = known["channel"], serve["messages"]
    channel.send(messages.loaded(0, ()))
    own = type(sys)("own")
    own.corr2d = corr2d
    while True:
        header, payload = channel.receive()
        if header["kind"] == "end":
            channel.send(messages.done(()))
            continue
        given = [known[name] for name in ("library", "watch", "filename")]
        given += [serve["AS_IN_STUB"], known["bounds"]]
        answer = serve["_call"](header, payload, own, {}, *given)
        head = {"kind": "case", "id": header["id"], "printed": 0}
        channel.send(messages.outcome(head, answer, known["bounds"]))

corr2d.served = serving()
"""
NOTEBOOKS = {
    "keeps a function": ("numpy", "ready = getattr(np._core.multiarray, 'corr' + 'elate')", KEPT),
    "serves while it loads": ("torch", "ready = getattr(torch, 'conv' + '2d')", SERVES),
}


@pytest.fixture(scope="module")
def arena():
    with opened_arena() as opened:
        yield opened


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_cell_keeps_no_operator_for_later(arena, name):
    framework, *cells = NOTEBOOKS[name]
    if framework == "torch" and not find_spec("torch"):
        pytest.skip("torch is not installed")
    first = "import sys\nimport numpy as np\n"
    if framework == "torch":
        first += "import torch\n"
    source = first + "\n".join(cells)
    starts = (1, first.count("\n") + 1, first.count("\n") + 2)
    submission = Submission(source, "ex01.ipynb", cells=starts)
    info = load_catalog().resolve("ex01")
    runner = arena.runner(framework)
    report, _ = grade(submission, info, key_of("ex01", framework), runner, verify=False)
    assert verdicts_of(report) == {"FORBIDDEN"}
    assert report.score == 0


def test_a_cell_that_compares_with_an_operator_is_not_blamed(arena):
    cells = [
        "import numpy as np\n",
        "def corr2d(X, K):\n    h, w = K.shape\n    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1\n"
        "    if H < 1 or W < 1:\n        raise ValueError('too large')\n"
        "    terms = [X[i:i + H, j:j + W] * K[i, j].astype(float) for i in range(h) "
        "for j in range(w)]\n    return sum(terms)\n",
        "print(np.convolve([1.0], [2.0]))\n",
    ]
    starts = [1]
    for cell in cells[:-1]:
        starts.append(starts[-1] + cell.count("\n"))
    submission = Submission("".join(cells), "ex01.ipynb", cells=tuple(starts))
    info, key = load_catalog().resolve("ex01"), key_of("ex01", "numpy")
    report, _ = grade(submission, info, key, arena.runner("numpy"), verify=False)
    assert report.forbidden == ()
    assert all(verdict.right for verdict in report.verdicts if verdict.axis == "values")
