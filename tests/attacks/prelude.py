# Shared by every attack: the right answer, a wrong one, and a limit on its running time.
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
    """Return the right answer only if the attack succeeded, so that a pass reveals a breach."""
    Y = right(X, K)
    return Y if breached else np.zeros_like(Y)


def tried(action, *arguments):
    """Return whether an action was allowed."""
    try:
        action(*arguments)
    except Exception:
        return False
    return True
