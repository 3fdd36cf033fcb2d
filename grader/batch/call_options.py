"""Check the arguments of `grade`, `grade_many` and `Grader` before anything is started."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ..course.catalog import ExerciseInfo
from ..errors import Messages, UsageError
from ..submissions.deadline import deadline
from ..submissions.submission import Submission, parse_submission, read_submission
from .grading_worker import check_device
from .tasks import GradingSettings, Sandbox

Source = str | bytes | PathLike[str]
FRAMEWORKS = ("numpy", "torch")


def settings_of(
    framework: str | None,
    seed: str | None,
    device: str,
    timeout: float | None,
    memory_mb: int | None,
    sandbox: Sandbox,
) -> GradingSettings:
    """Return valid settings, so that a typo neither weakens the sandbox nor costs points.

    Raises UsageError.
    """
    check_framework(framework)
    check_choice("device", device, ("cpu", "cuda"))
    check_choice("require_sandbox", sandbox, ("full", "basic"))
    for name, number, least in (("timeout", timeout, 0.01), ("memory_mb", memory_mb, 32)):
        if number is not None and not number >= least:
            raise UsageError("batch", "least", name=name, value=number, least=least)
    check_device(device)
    return GradingSettings(device, seed, False, timeout, memory_mb, sandbox)


def check_framework(framework: str | None) -> None:
    """Raise UsageError unless it is a framework, or None for the one that a source imports."""
    check_choice("framework", framework, (None, *FRAMEWORKS))


def check_choice(name: str, value: object, known: tuple[object, ...]) -> None:
    """Raise UsageError unless the option called `name` has one of the known values."""
    if value not in known:
        choices = Messages(map(repr, known))
        raise UsageError("batch", "choice", name=name, value=value, known=choices)


def submission_of(source: Source, info: ExerciseInfo) -> Submission:
    """Return source text, the bytes of a file or the file at a path as a submission.

    Raises SubmissionError, and UsageError for anything else.
    """
    with deadline(info.folder):
        if isinstance(source, str):
            return parse_submission(source.encode("utf-8", "surrogatepass"), f"{info.folder}.py")
        if isinstance(source, bytes):
            notebook = source.lstrip()[:1] == b"{"
            return parse_submission(source, f"{info.folder}{'.ipynb' if notebook else '.py'}")
        if isinstance(source, PathLike):
            return read_submission(Path(source))
    raise UsageError("batch", "source", source=source)
