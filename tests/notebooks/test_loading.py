"""Test which parts of a notebook are judged, whatever else it contains."""

from __future__ import annotations

import pytest

F = "def f():\n    return 1"
AFTER = "def after():\n    return 2"


def values(run):
    assert run.load_error is None, run.load_error
    return [outcome.value for outcome in run.outcomes.values()]


#: Cells between, after or before a definition of `f` that returns 1.
HARMLESS = {
    "time": ["%%time\n" + F],
    "timeit with options": ["%%timeit -n 3\n" + F],
    "capture, then time": ["%%capture out\n%%time\n" + F],
    "two imports, one absent": [
        "import h5py, numpy as np",
        "def f():\n    return int(np.ones(1)[0])",
    ],
    "subplots": ["import matplotlib.pyplot as plt", "fig, (a, b) = plt.subplots(1, 2)", F],
    "grid of axes": [
        "import matplotlib.pyplot as plt",
        "fig, axes = plt.subplots(2, 3)\nX = [axes[1, 2], axes.flat]",
        "def f():\n    return len(X) - 1",
    ],
    "colab": ["if 'google.colab' in str(get_ipython()):\n    raise OSError('mount')", F],
    "colab drive": ["from google.colab import drive\ndrive.mount('/content')", F],
    "annotation of an absent package": [
        "import tensorflow as tf",
        "def f(x: tf.Tensor = None) -> tf.Tensor:\n    return 1",
    ],
    "failing cell before a helper": [
        "def f():\n    return helper()",
        "1/0",
        "def helper():\n    return 1",
    ],
    "list filled by a loop": [
        "K = []",
        "for i in range(3):\n    K.append(i)",
        "def f():\n    return len(K) - 2",
    ],
    "item of a dict": ["D = {}", "D['a'] = 1", "def f():\n    return D['a']"],
    "class of an absent package": [
        "import tensorflow as tf",
        "class A(tf.keras.Model):\n    pass",
        F,
    ],
    "definition that does not parse, later": [F, "def f(:\n    return 2"],
    "decorated": ["def jit(g):\n    return g", F, "f = jit(f)"],
    "bound anew": ["import torch.nn as nn", F, "f = nn.Conv2d(1, 1, 1)"],
    "imported anew": [F, "from math import factorial as f"],
    "timed assignment": ["%time x = 1", "def f():\n    return x"],
    "shell assignment": ["files = !ls\nn = len(files) + 1", "def f():\n    return n"],
    "shell over two lines": ["!pip install a \\\n  b\nx = 1", "def f():\n    return x"],
    "shell in a branch": ["if True: x = 1\nelse: !ls", "def f():\n    return x"],
    "bare pip": ["pip install numpy", F],
    "question": ["import numpy as np\nnp.sum?", "?np.sum", "np.*load*?", F],
    "await at the top": ["import asyncio", "await asyncio.sleep(1)", F],
    "await that waits for nothing": [
        "async def g():\n    return 1",
        "x = await g()",
        "def f():\n    return x",
    ],
    "get_ipython anywhere": ["get_ipython().run_line_magic('matplotlib', 'inline')", F],
    "display": ["display('x')", F],
    "display within": ["def f():\n    display(3)\n    return 1"],
    "sql of Databricks": ["%sql\nselect * from t", F],
    "text of Databricks": ["%md\n# a title", F],
    "own check": ["from learncnn import check", F, "check(f)"],
    "progress bar": [
        "from tqdm import tqdm",
        "def f():\n    return sum(1 for _ in tqdm(range(1), desc='x'))",
    ],
    "pasted session": [">>> x = 1\n>>> def f():\n...     return x\n... "],
    "prompts of IPython": ["In [3]: x = 1\n\nIn [4]: def f(): return x"],
    "common indent": ["    x = 1\n    def f():\n        return x"],
    "carriage returns": ["x = 1\r\ndef f():\r\n    return x\r\n"],
    "seed": ["import numpy as np\nnp.random.seed(0)", F],
    "star import of an absent module": ["from cs231n.layers import *", F],
    "future": ["from __future__ import division, print_function", F],
    "print of Python 2": ["print 'x'", F],
    "half a line": ["x = [1,", F],
    "open quotes": ["s = '''open", F],
    "defined in an if": ["if True:\n    def f():\n        return 1"],
    "defined by exec": ["exec('def f():\\n    return 1')"],
    "global set in a function": [
        "def setup():\n    global x\n    x = 1",
        "setup()",
        "def f():\n    return globals().get('x', 1)",
    ],
    "thousands of shell lines": ["\n".join(["!ls"] * 2000), F],
    "lambda": ["f = lambda: 1"],
    "walrus": ["if (n := 1):\n    pass", "def f():\n    return n"],
    "with": [
        "import contextlib",
        "with contextlib.suppress(OSError):\n    n = 1",
        "def f():\n    return n",
    ],
    "type comment and semicolons": ["x = 1;\ndef f(): return x;"],
    "autocall": [",foo a b\n/print 1\n;foo a", F],
    "only the last definition counts": ["def f():\n    return 0", F],
    "empty and blank cells": ["", "\n\n", "   ", F],
    "our own marker": ["# %% cell 99\nx = 1", F],
    "default argument": ["n = 1", "def f(x=n):\n    return x"],
    "display of a frame": ["import pandas as pd\ndf = pd.DataFrame()\ndf.head()", F],
    "comprehension": ["names = [n for n in range(2)]", "def f():\n    return names[1]"],
    "augmented": ["n = 0", "n += 1", "def f():\n    return n"],
    "deleted": ["x = 1\ndel x", F],
    "assert that fails": [F, "assert f() == 2"],
    "exit": ["import sys\nsys.exit()", F],
    "input": ["name = input('?')", F],
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_stands_around_a_function_costs_nothing(run, name):
    assert values(run(*HARMLESS[name])) == [1]


#: A second cell between `f` and `after`.
HOSTILE = {
    "endless loop": "while True:\n    pass",
    "except-all loop": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "sleep": "import time\ntime.sleep(1000)",
    "os._exit": "import os\nos._exit(0)",
    "exit in an assignment": "import os\nx = os._exit(1)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "memory": "x = b'x' * (1 << 40)",
    "memory in small pieces": "x = []\nwhile True: x.append(b'x' * 1000000)",
    "recursion": "def g(): return g()\ng()",
    "input": "input()",
    "flood": "while True: print('x' * 100000)",
    "SIGINT ignored": "import signal as s\ns.signal(s.SIGINT, s.SIG_IGN)\nwhile True: pass",
    "SIGINT by default": "import signal as s\ns.signal(s.SIGINT, s.SIG_DFL)\nwhile True: pass",
    "raises what is no Exception": "class B(BaseException): pass\nraise B",
    "raises with a message that raises": (
        "class B(Exception):\n    def __str__(self): raise B\nraise B"
    ),
    "trace": "import sys\nsys.settrace(lambda *a: (_ for _ in ()).throw(KeyError()))",
    "no import": "import builtins\nbuiltins.__import__ = None",
    "no modules": "import sys\nsys.modules.clear()",
    "finaliser": "class D:\n    def __del__(self):\n        while True: pass\nD()",
    "stdout closed": "import sys\nsys.stdout.close()",
    "big power": "x = 9 ** 9 ** 9",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_cell_costs_only_itself(run, name):
    assert values(run(F, HOSTILE[name], AFTER, functions=("f", "after"))) == [1, 2]


@pytest.mark.parametrize(
    "name", ["endless loop", "os._exit", "except-all loop", "exit in an assignment"]
)
def test_a_hostile_cell_that_a_function_seems_to_need_costs_only_itself(run, name):
    needed = "needed = 1\n" + HOSTILE[name].replace("x = ", "needed = ")
    if "loop" in name:
        needed = HOSTILE[name].replace("pass", "needed = 2")
    cells = (F, needed, "def after():\n    try: needed\n    except NameError: pass\n    return 2")
    assert values(run(*cells, functions=("f", "after"))) == [1, 2]
