"""Explain submissions whose process was killed from outside, and decide when that ends a run."""

from __future__ import annotations

from ..errors import GraderFault, Message, SandboxKilled
from ..runner.killed import IN_A_ROW


def explained(error: SandboxKilled, memory_mb: int) -> SandboxKilled:
    """Return the same error with a message: what happened, the cause, the way out."""
    key = "memory" if error.memory else "machine" if error.everywhere else "alone"
    return SandboxKilled(
        "killed",
        "submission",
        how=error.how,
        everywhere=error.everywhere,
        memory=error.memory,
        cause=Message("killed", key, memory=memory_mb),
    )


def run_ended(last: Message) -> GraderFault:
    """Return the error that ends a run; `last` is why the last submission was not graded."""
    return GraderFault("killed", "run", count=IN_A_ROW, last=last)
