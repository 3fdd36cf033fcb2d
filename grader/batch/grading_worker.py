"""Provide a bench: warm runners and loaded keys, used for one submission after another."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import (
    SEMICOLON,
    GraderFault,
    KeyUnavailable,
    LearncnnError,
    Messages,
    RunStopped,
    SandboxKilled,
    UsageError,
)
from ..runner.prestart import default_limits
from ..runner.wake_pipe import WakePipe
from .tasks import GradingSettings, Sandbox, Wrap

if TYPE_CHECKING:
    from ..answer_key.key import AnswerKey
    from ..grading.report import Report
    from ..runner.job import Limits
    from ..runner.runner import Runner
    from ..submissions.submission import Submission

LOAD_SECONDS = 10.0
#: Maximum number of cached keys from files, more than a course has in both frameworks.
KEY_FILES = 128
#: Lock held while a key is made, so that other threads then find it in the cache.
_MAKING = Lock()


class Bench(AbstractContextManager["Bench"]):
    """Grades in one thread of this process; its runners start on first use.

    Only `stop` may be called from other threads.
    """

    def __init__(
        self, settings: GradingSettings, keys: Mapping[tuple[str, str], AnswerKey] | None = None
    ) -> None:
        """`keys`, by exercise and framework, replace the ones that the settings select."""
        self._settings = settings
        self._runners: dict[str, Runner] = {}
        self._keys = dict(keys or {})
        #: File → the key read from it.
        self._key_files: dict[str, AnswerKey] = {}
        self._stop = WakePipe()

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process."""
        self._end_runners()
        self._stop.close()

    def stop(self) -> None:
        """Make `grade`, in another thread, raise RunStopped; its submission is killed at once."""
        self._stop.ring()

    def clear_stop(self) -> None:
        """Be ready for the next submission, whether or not the last one was stopped."""
        self._stop.clear()

    def grade(
        self, submission: Submission, exercise: str, framework: str, key_file: str = ""
    ) -> tuple[Report, float]:
        """Return the report and the seconds that its run took.

        `key_file` contains the answer key, if it differs from the one that the settings select.
        Raises SandboxKilled, GraderFault, KeyUnavailable, UsageError if torch is required but
        missing, and RunStopped.
        """
        try:
            return self._grade(submission, exercise, framework, key_file)
        except (LearncnnError, RunStopped):
            raise
        except BaseException:  # a Ctrl-C may have interrupted an exchange with a zygote
            self._end_runners()
            raise

    def _grade(
        self, submission: Submission, exercise: str, framework: str, key_file: str
    ) -> tuple[Report, float]:
        info = load_catalog().exercises[exercise]
        runner = self.runner(framework)
        from ..grading.grading import grade

        key = self._key_in(key_file, framework) if key_file else self.key(info, framework)
        try:
            report, run = grade(submission, info, key, runner)
        except SandboxKilled as error:
            from ..grading.ungraded import explained

            raise explained(error, runner.limits.memory_mb) from error
        missing = report.provenance.missing_layers
        if missing and self._settings.sandbox == "full":
            raise GraderFault("batch", "layer_lost", layers=Messages(n for n, _ in missing))
        return report, run.seconds

    def runner(self, framework: str) -> Runner:
        """The warm runner of a framework."""
        if framework not in self._runners:
            from ..runner.runner import Runner

            limits = limits_of(self._settings, framework)
            device = self._settings.device if framework == "torch" else "cpu"
            self._runners[framework] = Runner(
                (framework,),
                device=device,
                limits=limits,
                warm="full",
                wrap=self._settings.wrap,
                stop=self._stop,
            )
        return self._runners[framework]

    def key(self, info: ExerciseInfo, framework: str) -> AnswerKey:
        """The key of an exercise. Raises KeyUnavailable."""
        if (info.id, framework) not in self._keys:
            self._keys[info.id, framework] = key_of(info, framework, self._settings)
        return self._keys[info.id, framework]

    def _key_in(self, file: str, framework: str) -> AnswerKey:
        """Return the key in a file. Raises DamagedKey, OSError."""
        if file not in self._key_files:
            from ..answer_key.key import on_device
            from ..answer_key.store import load_key

            if len(self._key_files) >= KEY_FILES:
                self._key_files.clear()
            device = self._settings.device if framework == "torch" else "cpu"
            self._key_files[file] = on_device(load_key(Path(file)), device)
        return self._key_files[file]

    def _end_runners(self) -> None:
        while self._runners:
            self._runners.popitem()[1].close()


def key_of(info: ExerciseInfo, framework: str, settings: GradingSettings) -> AnswerKey:
    """Return the key that the settings select. Raises KeyUnavailable."""
    from ..answer_key.find import fresh_key, practice_key
    from ..answer_key.key import on_device

    device = settings.device if framework == "torch" else "cpu"
    if settings.seed is None:
        return on_device(practice_key(info, framework), device)
    from ..quiz.items.item_answers import item_answers

    try:
        with _MAKING:
            return fresh_key(
                info,
                framework,
                seed=settings.seed,
                device=device,
                private=settings.private,
                answers_of=item_answers,
            )
    except KeyUnavailable as error:
        raise KeyUnavailable("batch", "no_solutions", id=info.id) from error


def limits_of(settings: GradingSettings, framework: str) -> Limits:
    """Return the limits of one submission."""
    limits = default_limits(framework)
    if settings.timeout is not None:
        seconds = settings.timeout
        limits = limits._replace(case_seconds=seconds, load_seconds=max(LOAD_SECONDS, seconds))
    if settings.memory_mb is not None:
        limits = limits._replace(memory_mb=settings.memory_mb)
    return limits


def check_sandbox(required: Sandbox) -> None:
    """Raise UsageError if there is no sandbox, or if all layers are required and some are missing.

    Other people's code never runs without a sandbox, whatever is required.
    """
    from ..runner.child_kind import FORCED, can_fork, plain_here
    from ..runner.isolation import check_files, isolation_status, why_plain

    if not can_fork():
        raise UsageError("batch", "plain", reason=why_plain())
    if plain_here():
        raise UsageError("batch", "plain_forced", variable=FORCED)
    check_files()
    if required != "full":
        return
    if missing := [status for status in isolation_status() if not status.available]:
        layers = Messages((f"{s.name} ({s.reason})" for s in missing), SEMICOLON)
        raise UsageError("batch", "sandbox", layers=layers)


def check_wrap(wrap: Wrap | None, device: str) -> None:
    """Raise UsageError, with the way out, if workers must be wrapped but cannot be."""
    if wrap is None:
        return
    from ..errors import CannotWrap
    from ..runner.bubblewrap import try_wrap

    try:
        try_wrap(device)
    except CannotWrap as error:
        raise UsageError(error) from error


def check_device(device: str) -> None:
    """Raise UsageError if a GPU is required and torch can use none."""
    from ..runner.devices import cuda_present

    if device == "cuda" and not cuda_present():
        raise UsageError("checking", "no_cuda")


def check_torch(framework: str) -> None:
    """Raise UsageError if torch is needed and not installed."""
    from ..runner.devices import torch_installed

    if framework == "torch" and not torch_installed():
        raise UsageError("batch", "no_torch")
