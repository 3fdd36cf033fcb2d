"""Implement `doctor --trace-syscalls`: name the system calls that a submission was refused."""

from __future__ import annotations

import platform

from ..answer_key.find import practice_key
from ..course.catalog import ExerciseInfo
from ..errors import SandboxKilled, UsageError
from ..grading.planning import plan
from ..grading.ungraded import explained
from ..i18n.texts import say
from ..runner.runner import Runner
from ..sandbox.layers.syscall_trace import names_of
from ..submissions.framework import framework_of
from ..submissions.submission import Submission, read_submission
from ..workspace.workspace import Workspace
from .checking import STDIN, targets_of


def refused_calls(submission: Submission, info: ExerciseInfo, framework: str) -> tuple[str, ...]:
    """Run every case of a submission and name each system call that the filter refused.

    Raises UsageError if there is no filter, and SandboxKilled.
    """
    key = practice_key(info, framework)
    with Runner((framework,), warm="full", trace=True) as runner:
        try:
            run = runner.run(plan(submission, info, key).job)
        except SandboxKilled as error:
            raise explained(error, runner.limits.memory_mb) from error
    for layer, reason in run.isolation.missing:
        if layer == "seccomp":
            raise UsageError("doctor", "trace_impossible", reason=reason)
    return names_of(run.stdout, platform.machine())


def trace_lines(workspace: Workspace | None, name: str) -> list[str]:
    """Return the refused calls of a named exercise or file, as lines for a terminal."""
    if name == STDIN:
        raise UsageError("checking", "one_file")
    (target,) = targets_of([name], None, False, workspace)
    assert target.path is not None
    submission = read_submission(target.path)
    wanted = target.framework or framework_of(submission.source)
    refused = refused_calls(submission, target.info, target.info.framework(wanted))
    if not refused:
        return [say("doctor", "trace_none")]
    return [say("doctor", "trace_some"), *(f"  {call}" for call in refused)]
