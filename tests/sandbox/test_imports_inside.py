"""What can be imported inside the sandbox is what the same interpreter imports outside."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from learncnn.grader.errors import CannotWrap
from learncnn.grader.runner.bubblewrap import try_wrap
from learncnn.grader.runner.job import Call, Job, Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.runner.worker_paths import library_path
from learncnn.grader.sandbox.layers.readable import stdlib_folders

LIMITS = Limits(load_seconds=120.0, memory_mb=2048, answer_bytes=8 << 20)

#: Imports NAMES one after another; `f` gives their failures as JSON, in bytes.
PROBE = """
import json, sys, warnings
import numpy as np
warnings.simplefilter("ignore")

def failure(name):
    try:
        __import__(name)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return ""

failures = {name: failure(name) for name in NAMES}

def f():
    return np.frombuffer(json.dumps(failures).encode(), dtype="uint8").copy()
"""

#: Modules that are not asked for: importing one does something, or it is no part of the library.
NOT_ASKED = {
    "*.__main__": "imported it runs a program",
    "antigravity": "imported it opens a browser",
    "idlelib.idle": "imported it opens a window",
    "test": "Python's own tests",
    "test.*": "Python's own tests",
    "*.test": "a module's own tests",
    "*.test.*": "a module's own tests",
    "*.tests": "a module's own tests",
    "*.tests.*": "a module's own tests",
    "*.idle_test*": "a module's own tests",
    "ctypes.macholib.*": "for macOS alone",
    "numpy.conftest": "for numpy's own tests",
    "numpy._pyinstaller.*": "for PyInstaller, with numpy's own tests",
}

#: Modules that can be imported outside alone, and why that is meant.
DIFFERENT = {
    "ensurepip": "it holds pip, which is another package",
    "ensurepip.*": "it holds pip, which is another package",
    "idlelib.*": "IDLE reads its settings from the user's own folder while it is imported",
    "numpy.distutils.*": "it builds packages: it looks for compilers and setuptools",
    "numpy.f2py._backends._distutils": "it imports numpy.distutils",
}


def matches(name: str, patterns: dict[str, str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def public_modules() -> Iterator[str]:
    """Every public module of the standard library, with the submodules of packages."""
    for name in sorted(sys.stdlib_module_names):
        if not name.startswith("_"):
            yield name
            for folder in stdlib_folders():
                yield from submodules(Path(folder) / name, name)


def submodules(folder: Path, prefix: str) -> Iterator[str]:
    """Every module beneath a package's folder, by its files: nothing is imported."""
    for module in pkgutil.iter_modules([str(folder)]):
        name = f"{prefix}.{module.name}"
        yield name
        if module.ispkg:
            yield from submodules(folder / module.name, name)


def names() -> list[str]:
    numpy = submodules(Path(np.__file__).parent, "numpy")
    return [name for name in (*public_modules(), *numpy) if not matches(name, NOT_ASKED)]


def outside(asked: list[str], home: Path) -> dict[str, str]:
    """The failures in a plain process that has the same folders on its path."""
    path = list(library_path(("numpy",)))
    program = f"import sys\nsys.path.extend({path})\nNAMES = {asked}\n{PROBE}"
    program += "\nsys.stderr.write(f().tobytes().decode())"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(home)},
        cwd="/",
    )
    found: dict[str, str] = json.loads(done.stderr.splitlines()[-1])
    return found


def inside(
    asked: list[str], warm: Literal["quick", "full"], wrap: Literal["bwrap"] | None = None
) -> dict[str, str]:
    source = f"NAMES = {asked}\n{PROBE}"
    with Runner(limits=LIMITS, warm=warm, wrap=wrap) as runner:
        run = runner.run(Job(source, "ex01.py", (Call("case", "f", {}, 0),)))
    assert run.load_error is None, run.load_error
    if wrap is None:  # within namespaces no signal of the grader's death is needed
        assert run.isolation.missing == ()
    value = run.outcomes["case"].value
    assert isinstance(value, np.ndarray), run.outcomes["case"]
    found: dict[str, str] = json.loads(value.tobytes())
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return outside(names(), tmp_path_factory.mktemp("home"))


def lost(expected: dict[str, str], found: dict[str, str]) -> dict[str, str]:
    """What can be imported outside alone, but for the differences that are meant."""
    return {
        name: why
        for name, why in found.items()
        if why and not expected[name] and not matches(name, DIFFERENT)
    }


@pytest.mark.parametrize("warm", ["quick", "full"], ids=["quickly warm", "fully warm"])
def test_what_is_imported_outside_is_imported_inside(
    expected: dict[str, str], warm: Literal["quick", "full"]
) -> None:
    assert lost(expected, inside(list(expected), warm)) == {}


def test_within_bubblewrap_too(expected: dict[str, str]) -> None:
    try:
        try_wrap("cpu")
    except CannotWrap as error:
        pytest.skip(str(error))
    assert lost(expected, inside(list(expected), "quick", "bwrap")) == {}


def test_what_differs_on_purpose_differs(expected: dict[str, str]) -> None:
    """A line of the list that is not needed any more is found."""
    importable = [name for name, why in expected.items() if not why]
    found = inside(importable, "quick")
    for pattern in DIFFERENT:
        concerned = [name for name in importable if fnmatch(name, pattern)]
        assert not concerned or any(found[name] for name in concerned), pattern
