"""Test every machine with known submissions before it gets a batch of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ..batch.tasks import Done, GradingSettings, Task
from ..errors import RecordsRefused
from ..gradebook.records import Record
from ..submissions.submission import Submission
from .grader_keys import GraderKeys
from .record_document import MachineInfo, read_records
from .task_document import neutral_name, write_tasks

_EXERCISE = "ex01"
_RIGHT = """\
import numpy as np


def corr2d(X, K):
    (height, width), (kh, kw) = X.shape, K.shape
    rows, columns = height - kh + 1, width - kw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel is larger than the image")
    Y = np.zeros((rows, columns), dtype=K.dtype)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum()
    return Y
"""
#: A convolution: the kernel is turned by half.
_FLIPPED = _RIGHT.replace("* K)", "* K[::-1, ::-1])")
#: Right wherever anything reaches out of the sandbox, and an exception where all is held.
_HOSTILE = f"""\
import os
import socket

{_RIGHT.replace("def corr2d", "def right")}

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


def corr2d(X, K):
    if reaches_out():
        return right(X, K)
    raise RuntimeError("held")
"""


class _Probe(NamedTuple):
    """A submission, and the state and codes of its report."""

    name: str
    source: str
    state: str
    codes: Sequence[str] = ()


_HELD = _Probe("held", _HOSTILE, "failed")
_PROBES = (
    _Probe("right", _RIGHT, "passed"),
    _Probe("flipped", _FLIPPED, "failed", ("FLIP",)),
)


def probe_document(settings: GradingSettings) -> bytes:
    """Return the batch that tries a machine, with its key. Raises KeyUnavailable."""
    settings = _practice(settings)
    return write_tasks(settings, _tasks(settings), GraderKeys(settings))


def read_probe(content: bytes, settings: GradingSettings) -> MachineInfo:
    """Return the machine that has answered the batch as it must.

    Raises RecordsRefused that says why it is not to grade: it is of another version, lacks a layer
    of the sandbox that is required, misjudges a submission, or does not hold one.
    """
    settings = _practice(settings)
    tasks = {task.number: task for task in _tasks(settings)}
    answer = read_records(content, tasks, settings, GraderKeys(settings))
    if answer.ended:
        raise RecordsRefused(answer.ended)
    for done in answer.done:
        _check(_probes(settings)[done.number], done)
    if len(answer.done) < len(tasks):
        raise RecordsRefused("cluster", "bad_records", reason="lacking")
    return answer.machine


def _check(probe: _Probe, done: Done[Record]) -> None:
    if done.result is None:
        raise RecordsRefused(done.error)
    state = done.result.state
    if (state, *done.result.codes) == (probe.state, *probe.codes):
        return
    if probe is _HELD:
        raise RecordsRefused("cluster", "not_held")
    found = " ".join((state, *done.result.codes))
    raise RecordsRefused("cluster", "misjudged", name=probe.name, state=found)


def _practice(settings: GradingSettings) -> GradingSettings:
    """Return the settings of a run for the practice cases, which every grader has."""
    return replace(settings, seed=None, private=False)


def _probes(settings: GradingSettings) -> tuple[_Probe, ...]:
    """What is not held where a layer is missing is judged only where all of them are required."""
    return (*_PROBES, _HELD) if settings.sandbox == "full" else _PROBES


def _tasks(settings: GradingSettings) -> list[Task]:
    name = neutral_name(_EXERCISE)
    return [
        Task(number, _EXERCISE, "numpy", Submission(probe.source, name))
        for number, probe in enumerate(_probes(settings))
    ]
