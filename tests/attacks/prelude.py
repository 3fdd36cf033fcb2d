# What every attack has at hand: the right answer, a wrong one, and a bound on its own life.
import time as _time

import numpy as np

_END = []


def within():
    _END.append(_time.monotonic() + 30)
    return _time.monotonic() < _END[0]


def right(X, K):
    kh, kw = K.shape
    Y = np.zeros((X.shape[0] - kh + 1, X.shape[1] - kw + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum(dtype=float)
    return Y


def answer(breached, X, K):
    """Right only if the attack got what it wanted: a pass is the detector."""
    Y = right(X, K)
    return Y if breached else np.zeros_like(Y)


def tried(action, *arguments):
    """Whether an action was allowed."""
    try:
        action(*arguments)
    except Exception:
        return False
    return True
