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
from .probe_sources import hostile_source, mistaken_source, right_source
from .record_document import MachineInfo, read_records
from .task_document import neutral_name, write_tasks

_EXERCISE = "ex01"
#: Name of the probe that tries to reach out of the sandbox.
_HELD = "held"


class _Probe(NamedTuple):
    """A submission, and the expected state and codes of its report."""

    name: str
    source: str
    state: str
    codes: Sequence[str] = ()


def probe_document(settings: GradingSettings) -> bytes:
    """Return the batch that tests a machine, with its key. Raises KeyUnavailable."""
    settings = _practice(settings)
    keys = GraderKeys(settings)
    return write_tasks(settings, _tasks(_probes(settings, keys)), keys)


def read_probe(content: bytes, settings: GradingSettings) -> MachineInfo:
    """Check a machine's answer to the probe, and return the machine's description.

    Raises RecordsRefused, with the reason, for a machine that must not grade: it has another
    version, lacks a required layer of the sandbox, misjudges a submission, or fails to confine one.
    """
    settings = _practice(settings)
    keys = GraderKeys(settings)
    probes = _probes(settings, keys)
    tasks = {task.number: task for task in _tasks(probes)}
    answer = read_records(content, tasks, settings, keys)
    if answer.ended:
        raise RecordsRefused(answer.ended)
    for done in answer.done:
        _check(probes[done.number], done)
    if len(answer.done) < len(tasks):
        raise RecordsRefused("cluster", "bad_records", reason="lacking")
    return answer.machine


def _check(probe: _Probe, done: Done[Record]) -> None:
    if done.result is None:
        raise RecordsRefused(done.error)
    state = done.result.state
    if (state, *done.result.codes) == (probe.state, *probe.codes):
        return
    if probe.name == _HELD:
        raise RecordsRefused("cluster", "not_held")
    found = " ".join((state, *done.result.codes))
    raise RecordsRefused("cluster", "misjudged", name=probe.name, state=found)


def _practice(settings: GradingSettings) -> GradingSettings:
    """Return the settings of a run changed to the practice cases, which every grader has."""
    return replace(settings, seed=None, private=False)


def _probes(settings: GradingSettings, keys: GraderKeys) -> tuple[_Probe, ...]:
    """Return the probes; the hostile one is included only if all layers are required."""
    key = keys.key(_EXERCISE, "numpy")
    judged = (
        _Probe("right", right_source(key), "passed"),
        _Probe("flipped", mistaken_source(key, "FLIP"), "failed", ("FLIP",)),
    )
    held = _Probe(_HELD, hostile_source(key), "failed")
    return (*judged, held) if settings.sandbox == "full" else judged


def _tasks(probes: Sequence[_Probe]) -> list[Task]:
    name = neutral_name(_EXERCISE)
    return [
        Task(number, _EXERCISE, "numpy", Submission(probe.source, name))
        for number, probe in enumerate(probes)
    ]
