"""Define hostile torch submissions to ex01, for the weaker sandbox of a GPU.

Each answers right if its attack succeeded, so that a pass is a breach. An attack with a layer is
stopped by that layer alone, which not every machine has.
"""

from __future__ import annotations

from typing import NamedTuple

PRELUDE = """
import torch

def right(X, K):
    h, w = K.shape
    rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1
    if rows < 1 or columns < 1:
        raise ValueError("too large")
    windows = X.unfold(0, h, 1).unfold(1, w, 1)
    answer = (windows * K).sum((2, 3))
    return answer.to(X.dtype) if X.is_floating_point() else answer

def tried(action, *arguments):
    try:
        action(*arguments)
    except Exception:
        return False
    return True

def corr2d(X, K):
    return right(X, K) if breach(X, K) else right(X, K) * 0
"""
#: A submission without an attack, which must pass after each attack.
HONEST = f"{PRELUDE}\ndef breach(X, K):\n    return True\n"


class Hostile(NamedTuple):
    """One attack: its name, the body of `breach`, and the layer that alone stops it."""

    name: str
    body: str
    layer: str = ""


ATTACKS = (
    Hostile("reads a file of the system", "return tried(open, '/etc/passwd')", "landlock"),
    Hostile("writes a file", "return tried(open, '/tmp/learncnn-gpu-breach', 'w')", "landlock"),
    Hostile(
        "reads the grader's memory",
        "import os\n    return tried(open, f'/proc/{os.getppid()}/mem', 'rb')",
        "landlock",
    ),
    Hostile("finds a secret in the environment", "import os\n    return bool(os.environ)"),
    Hostile(
        "connects to a server",
        "import socket\n"
        "    listener = socket.socket()\n"
        "    return tried(lambda: (listener.bind(('127.0.0.1', 0)), listener.listen()))",
        "landlock",
    ),
    Hostile("fills the device", "return tried(lambda: torch.empty(1 << 48, device=X.device))"),
    Hostile(
        "breaks the context",
        "torch.zeros(2, device=X.device)[torch.tensor([10**9], device=X.device)].sum().item()\n"
        "    return False",
    ),
    Hostile("ends the process", "import os\n    os._exit(0)"),
    Hostile("crashes", "import ctypes\n    ctypes.string_at(0)"),
    Hostile("never ends", "while True: pass"),
    Hostile(
        "answers with what is no array",
        "global right\n"
        "    class Equal:\n"
        "        def __eq__(self, other): return True\n"
        "        def __mul__(self, other): return self\n"
        "    right = lambda X, K: Equal()\n"
        "    return True",
    ),
    Hostile(
        "leaves its answer on another device",
        "global right\n"
        "    right = lambda X, K: torch.empty_like(X, device='meta')\n"
        "    return True",
    ),
    Hostile("changes its inputs", "K.copy_(K * 2)\n    return True"),
)


def source_of(attack: Hostile) -> str:
    """Return the source of the submission that makes an attack."""
    return f"{PRELUDE}\ndef breach(X, K):\n    {attack.body}\n"
