"""Forbidden operators found by reading: under every spelling, and never a namesake."""

from __future__ import annotations

import pytest

from learncnn.grader.sandbox.forbidden.source_scan import forbidden_uses

CONV, UNFOLD = "torch.nn.functional.conv2d", "torch.nn.functional.unfold"
FORBIDDEN = (CONV, UNFOLD, "numpy.convolve", "scipy", "torch.autograd")
#: Text that is never run here.
GUARDED = "if __name__ == '__main__':\n    t.conv2d(x, k)\n"


def uses(source: str) -> list[tuple[str, int]]:
    return forbidden_uses(source, FORBIDDEN)


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        ("import torch\ntorch.nn.functional.conv2d(x, k)", CONV, 2),
        ("import torch.nn.functional as F\n\nF.conv2d(x, k)", CONV, 3),
        ("from torch.nn import functional as G\ny = G.conv2d", CONV, 2),
        ("from torch.nn.functional import conv2d", CONV, 1),
        ("from torch.nn.functional import conv2d as c\nc(x)", CONV, 1),
        ("from torch.nn.functional import *\nconv2d(x)", CONV, 2),
        ("from torch import nn\nnn.Conv2d(1, 1, 2)", CONV, 2),
        ("import torch\nclass A(torch.nn.Conv2d): pass", CONV, 2),
        ("import torch as t\nt.conv2d(x, k)", CONV, 2),
        ("import torch as t\nif __name__ != '__main__':\n    t.conv2d(x, k)", CONV, 3),
        ("import torch as t\nif __name__ == '__main__':\n  1\nelse:\n  t.conv2d(x, k)", CONV, 5),
        ("import torch as t\nif __name__ == '__main__' != 3:\n    t.conv2d(x, k)", CONV, 3),
        ("import torch as t\n__name__ = '__main__'\n" + GUARDED, CONV, 4),
        ("import torch as t\nimport os as __name__\n" + GUARDED, CONV, 4),
        ("import torch as t\nglobals()['__name__'] = '__main__'\n" + GUARDED, CONV, 4),
        ("import torch as t\nimport sys\nsys.x.__name__ = '__main__'\n" + GUARDED, CONV, 5),
        ("import torch as t\nt.\uff43\uff4f\uff4e\uff562d(x, k)", CONV, 2),  # full-width letters
        ("import torch\ntorch.ops.aten.convolution(x)", CONV, 2),
        ("import torch\nF = torch.nn.functional\nf = F.conv2d", CONV, 3),
        ("import torch\ngetattr(torch, 'conv2d')(x)", CONV, 2),
        ("import torch.nn as nn\nnn.Unfold(2)", UNFOLD, 2),
        ("import torch.nn.grad\ntorch.nn.grad.conv2d_input(s, w, g)", CONV, 2),
        ("import torch\ny = f(x)\ny.backward(g)", "torch.autograd", 3),
        ("from torch import autograd\nautograd.grad(y, x)", "torch.autograd", 1),
        ("import numpy as np\nnp.convolve(a, b)", "numpy.convolve", 2),
        ("import numpy as np\nnp.correlate(a, b)", "numpy.convolve", 2),
        ("import scipy.signal", "scipy", 1),
        ("from scipy import signal as s", "scipy", 1),
        ("__import__('scipy')", "scipy", 1),
        ("import importlib\nimportlib.import_module('scipy.signal')", "scipy", 2),
        ("from importlib import import_module as i\ni('scipy')", "scipy", 2),
    ],
)
def test_every_spelling_is_found(source: str, name: str, line: int) -> None:
    assert (name, line) in uses(source)


@pytest.mark.parametrize(
    "source",
    [
        "def conv2d(x, k): return x\nconv2d(1, 2)",
        "import torch as t\n" + GUARDED,
        "import torch as t\nif '__main__' == __name__:\n    t.conv2d(x, k)",
        "from torch.nn.functional import *\ndef conv2d(x): pass\nconv2d(1)",
        "import torch\nx = torch.ones(3).unfold(0, 2, 1)",
        "import numpy as np\nnp.convolver = 1",
        "conv2d = 3\nprint(conv2d)",
        "class A:\n    def conv2d(self): return self.conv2d()",
        "from .torch.nn.functional import conv2d",
        "'torch.nn.functional.conv2d'",
        "import scipyx",
        "import torch\nclass A:\n    def backward(self): pass\nA().backward()",
        "import torch\na.backward = f\na.backward()",
        "layer.backward(g)",
    ],
)
def test_a_namesake_is_left_alone(source: str) -> None:
    assert uses(source) == []


def test_uses_come_in_order_of_lines() -> None:
    source = "import scipy\nimport numpy\nnumpy.convolve(1, 2)\nimport scipy.x\n"
    assert [line for _, line in uses(source)] == [1, 3, 4]
