"""Import and exercise the libraries once, so that a child finds everything in memory.

All of this runs before any submission and without knowledge of one.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import huge, no_compiler
from .forbidden import compilers, copies, dispatcher, engine, numpy_functions, operators
from .layers import own_process

#: Standard modules that students import. Loaded early they cost a child nothing, and they are
#: available even if the library cannot be read after root was dropped.
_STANDARD = [
    "abc",
    "bisect",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "math",
    "numbers",
    "operator",
    "random",
    "statistics",
    "string",
    "time",
    "traceback",
    "typing",
]


@contextmanager
def no_fork_hooks() -> Iterator[None]:
    """Discard the fork hooks that are registered by imports inside this context.

    Such hooks reset locks and reseed random generators. The zygote has one thread and `case_loop`
    seeds a child; running the hooks would make every child write to 235 pages.
    """
    register = getattr(os, "register_at_fork", None)
    if register is None:  # Windows
        yield
        return
    os.register_at_fork = lambda **_: None
    try:
        yield
    finally:
        os.register_at_fork = register


def warm(libraries: tuple[str, ...], level: str, device: str) -> dict[str, str]:
    """Import the libraries, single-threaded; return versions by name. Raises ImportError."""
    versions = {"python": ".".join(map(str, sys.version_info[:3]))}
    numpy = importlib.import_module("numpy")
    versions["numpy"] = numpy.__version__
    _warm_numpy(numpy, full=level == "full")
    if "torch" in libraries:
        torch = importlib.import_module("torch")
        no_compiler.install(torch)
        versions["torch"] = torch.__version__
        _warm_torch(torch, full=level == "full", device=device)
    if level == "full":
        for name in _STANDARD:
            importlib.import_module(name)
    return versions


def settle(*, thoroughly: bool) -> None:
    """Let forked children share the heap. Raises RuntimeError if a fork would be unsafe."""
    sys.dont_write_bytecode = True
    if thoroughly:
        gc.collect()
    gc.freeze()
    if thoroughly and "torch" in sys.modules:
        huge.collapse()
    try:
        threads = own_process.threads()
    except OSError:
        return
    if threads != 1:
        raise RuntimeError(f"the worker has {threads} threads; it must have one to be forked")


def _warm_numpy(np: Any, *, full: bool) -> None:
    """Call `repr` and `pad`, which load modules on first use, and find what may be forbidden."""
    a = np.arange(12.0).reshape(3, 4)
    a @ a.T
    np.pad(a, 1)
    repr(a)
    for name in numpy_functions.places():
        numpy_functions.slots(name)
    if not full:
        return
    np.einsum("ij,kj->ik", a, a, optimize=True)
    np.linalg.inv(np.eye(3))
    np.linalg.svd(a)
    np.fft.rfft2(a)
    np.lib.stride_tricks.sliding_window_view(a, (2, 2))
    np.random.default_rng(0).normal(size=3)
    np.random.seed(0)


def _warm_torch(torch: Any, *, full: bool, device: str) -> None:
    """Run a forward and a backward pass: the first one reads /proc, which no child may do."""
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.manual_seed(0)
    where = torch.device(device)
    x = torch.ones(1, 1, 4, 4, device=where, requires_grad=True)
    w = torch.ones(1, 1, 2, 2, device=where, requires_grad=True)
    torch.nn.functional.conv2d(x, w).sum().backward()
    (x[0, 0].detach() @ x[0, 0].detach()).sum().item()
    repr(w)
    if not full:
        return
    for name in operators.FAMILIES:
        dispatcher.kernels(name)
        copies.functions(name)
    compilers.install(torch)
    engine.withhold_nodes(torch)
    torch.einsum("ij,kj->ik", x[0, 0], x[0, 0])
    torch.nn.functional.unfold(x, 2)
    torch.nn.functional.max_pool2d(x, 2)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 2), torch.nn.Flatten(), torch.nn.Linear(18, 2)
    )
    model.to(where)
    label = torch.zeros(1, dtype=torch.int64, device=where)
    for optimizer in (torch.optim.SGD, torch.optim.Adam):
        loss = torch.nn.functional.cross_entropy(model(x.detach()), label)
        stepper = optimizer(model.parameters(), lr=0.1)
        stepper.zero_grad()
        loss.backward()
        stepper.step()
    torch.manual_seed(0)
