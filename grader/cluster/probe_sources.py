"""Write the submissions that test a machine; they look up their answers and compute nothing.

Solutions cannot be used, because students could read them in the installed package.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..answer_key.key import AnswerKey, Case
from ..sandbox.protocol.outcome import Outcome

_BY_HEART = """\
import numpy as np

ANSWERS = {answers}


def corr2d(X, K):
    found = ANSWERS[X.shape, X.dtype.str, X.tobytes(), K.shape, K.dtype.str, K.tobytes()]
    if found is None:
        raise ValueError("there is no answer")
    shape, dtype, content = found
    return np.frombuffer(content, dtype).reshape(shape).copy()
"""
#: Answers right if anything gets out of the sandbox, and raises if everything is confined.
_HOSTILE = """\
import os
import socket

{by_heart}

def reaches_out():
    for attempt in (
        lambda: open("/etc/passwd").read(),
        lambda: os.listdir("/"),
        lambda: open("/tmp/learncnn-probe", "w"),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        lambda: os.kill(os.getppid(), 0),
        lambda: os.execv("/bin/true", ["true"]),
    ):
        try:
            attempt()
        except BaseException:
            continue
        return True
    return False


right = corr2d


def corr2d(X, K):
    if reaches_out():
        return right(X, K)
    raise RuntimeError("held")
"""


def right_source(key: AnswerKey) -> str:
    """Return a submission that returns every expected answer of a key of ex01."""
    return _by_heart(key, {case.id: case.expected for case in key.cases})


def mistaken_source(key: AnswerKey, code: str) -> str:
    """Return a submission that returns the answers of a misconception."""
    return _by_heart(key, next(m.outcomes for m in key.mutants if m.codes == (code,)))


def hostile_source(key: AnswerKey) -> str:
    """Return a submission that returns the expected answers only if it is not confined."""
    return _HOSTILE.format(by_heart=right_source(key))


def _by_heart(key: AnswerKey, outcomes: Mapping[str, Outcome]) -> str:
    answers = {_question(case): _answer(outcomes[case.id]) for case in key.cases}
    return _BY_HEART.format(answers=repr(answers))


def _question(case: Case) -> tuple[object, ...]:
    arrays = [case.arguments[name] for name in ("X", "K")]
    return tuple(part for array in arrays for part in _parts(array))


def _answer(outcome: Outcome) -> tuple[object, ...] | None:
    return _parts(outcome.value) if outcome.kind == "value" else None


def _parts(array: object) -> tuple[object, ...]:
    assert hasattr(array, "tobytes")
    return array.shape, array.dtype.str, array.tobytes()  # type: ignore[attr-defined]
