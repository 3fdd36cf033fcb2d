"""Provide one warm runner for tests that do not need their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learncnn.grader.runner.job import Call, Job, Limits, Run
from learncnn.grader.runner.runner import Runner

QUICK = Limits(case_seconds=0.5, load_seconds=1.0, memory_mb=128)


def job(source: str, *cases: Any, function: str = "f", **options: Any) -> Job:
    """Return a job that calls `function` once per case, a tuple of positional arguments."""
    calls = tuple(
        Call(f"case{i}", function, {f"a{n}": value for n, value in enumerate(case)}, len(case))
        for i, case in enumerate(cases or ((),))
    )
    return Job(source=source, filename="ex01.py", calls=calls, **options)


def kinds(run: Run) -> list[str]:
    """Return the kinds of all outcomes in order, or the kind of the failure to load."""
    if run.load_error is not None:
        return [f"load {run.load_error.kind}"]
    return [outcome.kind for outcome in run.outcomes.values()]


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner(limits=QUICK) as shared:
        yield shared


@pytest.fixture(scope="session")
def torch_runner() -> Iterator[Runner]:
    pytest.importorskip("torch")
    limits = Limits(case_seconds=10, load_seconds=10, memory_mb=1024)
    with Runner(("numpy", "torch"), limits=limits) as shared:
        yield shared


@pytest.fixture
def ask(runner: Runner) -> Callable[..., Any]:
    """Run an expression in a child; return its value, or the outcome if there is no value."""

    def asked(expression: str, setup: str = "") -> Any:
        outcome = runner.run(job(f"{setup}\ndef f():\n    return {expression}\n")).outcomes["case0"]
        return outcome.value if outcome.kind == "value" else outcome

    return asked


@pytest.fixture
def image() -> Any:
    return np.arange(12.0).reshape(3, 4)


@pytest.fixture
def no_leftovers() -> Iterator[None]:
    """Fail if the test leaves a descriptor of this process open."""
    before = set(Path("/proc/self/fd").iterdir())
    yield
    assert set(Path("/proc/self/fd").iterdir()) == before
