"""The public functions: one submission, or an iterator over many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import GraderFault, LearncnnError, SandboxKilled, UsageError
from ..submissions.deadline import deadline
from ..submissions.submission import Submission, parse_submission, read_submission
from .grading_worker import Bench, check_device, check_sandbox, check_torch
from .pool import Pool
from .tasks import Done, GradingSettings, Sandbox, Task, framework_for

if TYPE_CHECKING:
    from ..grading.report import Report

Source = str | bytes | PathLike[str]


@dataclass(frozen=True)
class Graded:
    """One of many: its place among the sources, and a report or why there is none."""

    index: int
    source: Source
    report: Report | None
    error: LearncnnError | None = None
    seconds: float = 0.0


def grade(
    source: Source,
    exercise: str,
    *,
    framework: str | None = None,
    seed: str | None = None,
    device: str = "cpu",
    timeout: float | None = None,
    memory_mb: int | None = None,
    require_sandbox: Sandbox = "basic",
) -> Report:
    """Grade one submission in the sandbox and return its report.

    `source` is source text, the bytes of a file, or a path (a `Path`) of a .py or .ipynb;
    `exercise` is any name the command line takes (`"ex01"`, `3`'s text, `"corr2d"`). `seed` draws
    new cases from the installed solutions instead of the practice cases; `framework` is that
    which the source imports unless it is given.

    Raises SubmissionError for a file that cannot be read, UsageError for an unknown exercise, an
    option that makes no sense or a missing library, KeyUnavailable without solutions,
    SandboxKilled if its process was killed from outside twice, GraderFault for our own faults. A
    submission that is wrong, or does not even load, is a report and not an exception.
    """
    settings = _settings(framework, seed, device, timeout, memory_mb, require_sandbox)
    info = load_catalog().resolve(exercise)
    submission = _submission(source, info)
    library = framework_for(info, submission.source, framework)
    check_sandbox(require_sandbox)
    check_torch(library)
    with Bench(settings) as bench:
        return bench.grade(submission, info.id, library)[0]


def grade_many(
    sources: Iterable[tuple[Source, str]],
    *,
    jobs: int | None = None,
    framework: str | None = None,
    seed: str | None = None,
    device: str = "cpu",
    timeout: float | None = None,
    memory_mb: int | None = None,
    require_sandbox: Sandbox = "basic",
) -> Iterator[Graded]:
    """Grade pairs (source, exercise) in `jobs` processes (one for each core); yields as each is
    done, not in order. `sources` may be endless: pairs are taken when there is room.

    What is wrong with one source is that one's `error`. Raises UsageError and GraderFault for what
    concerns all: three sources one after another that the machine has killed are such a fault.
    """
    settings = _settings(framework, seed, device, timeout, memory_mb, require_sandbox)
    check_sandbox(require_sandbox)
    under_way: dict[int, Source] = {}
    refused: list[Graded] = []

    def tasks() -> Iterator[Task]:
        for index, (source, exercise) in enumerate(sources):
            try:
                info = load_catalog().resolve(exercise)
                with deadline(info.folder):
                    submission = _submission(source, info)
                library = framework_for(info, submission.source, framework)
                check_torch(library)
            except LearncnnError as error:
                refused.append(Graded(index, source, None, error))
                continue
            under_way[index] = source
            yield Task(index, info.id, library, submission)

    pool: Pool[Report] = Pool(settings, jobs=jobs)
    with pool:
        for done in pool.results(tasks()):
            error = _error(done)
            source = under_way.pop(done.number)
            yield Graded(done.number, source, done.result, error, done.seconds)
            while refused:
                yield refused.pop()
    yield from refused


def _settings(
    framework: str | None,
    seed: str | None,
    device: str,
    timeout: float | None,
    memory_mb: int | None,
    sandbox: Sandbox,
) -> GradingSettings:
    """Return settings that make sense: a slip must not weaken the sandbox, nor cost points."""
    for name, value, known in (
        ("framework", framework, (None, "numpy", "torch")),
        ("device", device, ("cpu", "cuda")),
        ("require_sandbox", sandbox, ("full", "basic")),
    ):
        if value not in known:
            choices = ", ".join(map(repr, known))
            raise UsageError("batch", "choice", name=name, value=value, known=choices)
    for name, number, least in (("timeout", timeout, 0.01), ("memory_mb", memory_mb, 32)):
        if number is not None and not number >= least:
            raise UsageError("batch", "least", name=name, value=number, least=least)
    check_device(device)
    return GradingSettings(device, seed, False, timeout, memory_mb, sandbox)


def _error(done: Done[Report]) -> GraderFault | None:
    if done.killed:
        return SandboxKilled(done.error, everywhere=done.killed == "everywhere")
    return GraderFault(done.error) if done.error else None


def _submission(source: Source, info: ExerciseInfo) -> Submission:
    if isinstance(source, str):
        return parse_submission(source.encode("utf-8", "surrogatepass"), f"{info.folder}.py")
    if isinstance(source, bytes):
        notebook = source.lstrip()[:1] == b"{"
        return parse_submission(source, f"{info.folder}{'.ipynb' if notebook else '.py'}")
    if isinstance(source, PathLike):
        return read_submission(Path(source))
    raise UsageError("batch", "source", source=source)
