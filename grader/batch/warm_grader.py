"""Define `learncnn.Grader`, which grades submissions with workers that stay warm."""

from __future__ import annotations

import weakref
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ..course.catalog import load_catalog
from .bench_threads import BenchThreads
from .call_options import Source, check_framework, settings_of, submission_of
from .grading_worker import Bench, check_sandbox, check_torch
from .tasks import Sandbox, cores, framework_for

if TYPE_CHECKING:
    from ..grading.report import Report


class Grader(AbstractContextManager["Grader"]):
    """Grade submissions with a worker that stays warm: after the first one each takes milliseconds.

    >>> import learncnn
    >>> source = "def corr2d(X, K):\\n    return X[::-1]"
    >>> with learncnn.Grader() as grader:
    ...     for name in ("ex01", "corr2d"):
    ...         report = grader.grade(source, name)
    ...         print(report.exercise, report.state)
    ex01 failed
    ex01 failed

    May be used from several threads at once: up to `jobs` submissions (by default one for each
    processor) are graded at the same time, each in a process of its own, and further ones wait.
    A worker is started when all others are busy, so one thread needs one. A Ctrl-C in the main
    thread stops the submission that it waits for; the grader can be used again.

    The options are those of `learncnn.grade`, for all submissions. Raises UsageError for an option
    that makes no sense, or a layer of the sandbox that is required and missing.
    """

    def __init__(
        self,
        *,
        jobs: int | None = None,
        framework: str | None = None,
        seed: str | None = None,
        device: str = "cpu",
        timeout: float | None = None,
        memory_mb: int | None = None,
        require_sandbox: Sandbox = "basic",
    ) -> None:
        settings = settings_of(framework, seed, device, timeout, memory_mb, require_sandbox)
        check_sandbox(require_sandbox)
        self._framework = framework
        self._threads = BenchThreads(lambda: Bench(settings), max(1, jobs or cores()))
        # A grader that is discarded without `close` also ends its processes, without waiting.
        weakref.finalize(self, self._threads.end, wait=False).atexit = False

    def grade(self, source: Source, exercise: str, *, framework: str | None = None) -> Report:
        """Grade one submission in the sandbox and return its report.

        `source`, `exercise`, `framework` and the errors are those of `learncnn.grade`. Raises
        UsageError after `close`.
        """
        check_framework(framework)
        info = load_catalog().resolve(exercise)
        submission = submission_of(source, info)
        library = framework_for(info, submission.source, framework or self._framework)
        check_torch(library)
        report = self._threads.submit(lambda bench: bench.grade(submission, info.id, library)[0])
        try:
            return report.result()
        except BaseException:  # a Ctrl-C, or an exception raised by another signal handler
            report.cancel()
            raise

    def close(self) -> None:
        """Stop runs in other threads and end every process; may be called again."""
        self._threads.end()

    def __exit__(self, *_: object) -> None:
        self.close()
