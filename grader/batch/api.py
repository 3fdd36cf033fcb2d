"""Define the public functions that grade one submission, or yield results for many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..course.catalog import load_catalog
from ..errors import GraderFault, LearncnnError, SandboxKilled
from .call_options import Source, settings_of, submission_of
from .grading_worker import check_sandbox, check_torch
from .pool import Pool
from .tasks import Done, Sandbox, Task, framework_for
from .warm_grader import Grader

if TYPE_CHECKING:
    from ..grading.report import Report


@dataclass(frozen=True)
class Graded:
    """One of many results: the index of its source, and a report or why there is none."""

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

    >>> import learncnn
    >>> report = learncnn.grade("def corr2d(X, K):\\n    return K", "ex01")
    >>> report.state, report.score, report.max_score
    ('failed', 0.0, 10)

    `source` is source text, the bytes of a file, or a path (a `Path`) of a .py or .ipynb;
    `exercise` is any name the command line takes (`"ex01"`, `3`'s text, `"corr2d"`). `seed` draws
    new cases from the installed solutions instead of the practice cases; `framework` is that
    which the source imports unless it is given.

    Raises SubmissionError for a file that cannot be read, UsageError for an unknown exercise, an
    option that makes no sense or a missing library, KeyUnavailable without solutions,
    SandboxKilled if its process was killed from outside twice, GraderFault for our own faults. A
    submission that is wrong, or does not even load, is a report and not an exception.

    For more than one submission use `learncnn.Grader`, whose workers stay warm, or `grade_many`.
    """
    with Grader(
        jobs=1,
        framework=framework,
        seed=seed,
        device=device,
        timeout=timeout,
        memory_mb=memory_mb,
        require_sandbox=require_sandbox,
    ) as grader:
        return grader.grade(source, exercise)


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
    """Grade pairs (source, exercise) in `jobs` processes, by default one for each processor.

    >>> import learncnn
    >>> sources = ["def corr2d(X, K):\\n    return K", "def corr2d(:", ""]
    >>> graded = learncnn.grade_many((source, "ex01") for source in sources)
    >>> for each in sorted(graded, key=lambda each: each.index):
    ...     print(each.index, each.report.state if each.report else type(each.error).__name__)
    0 failed
    1 not_loaded
    2 EmptySubmission

    Yields each as it is done, not in order. `sources` may be endless: pairs are taken when there
    is room.

    What is wrong with one source is that one's `error`. Raises UsageError and GraderFault for what
    concerns all: three sources one after another that the machine has killed are such a fault.
    """
    settings = settings_of(framework, seed, device, timeout, memory_mb, require_sandbox)
    check_sandbox(require_sandbox)
    under_way: dict[int, Source] = {}
    refused: list[Graded] = []

    def tasks() -> Iterator[Task]:
        for index, (source, exercise) in enumerate(sources):
            try:
                info = load_catalog().resolve(exercise)
                submission = submission_of(source, info)
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


def _error(done: Done[Report]) -> GraderFault | None:
    if done.killed:
        return SandboxKilled(done.error, everywhere=done.killed == "everywhere")
    return GraderFault(done.error) if done.error else None
