"""Errors that a user can cause or act on; cli.py alone turns them into exit codes."""

from __future__ import annotations


class LearncnnError(Exception):
    """Base of all errors with a message meant for a person: it names the thing and the way out."""


class UsageError(LearncnnError):
    """A name, option or setting that does not exist or does not fit."""


class WorkspaceError(LearncnnError):
    """The workspace is missing, from a newer version, or cannot be written."""


class SubmissionError(LearncnnError):
    """A student's file cannot be read as a submission."""


class SlowFileError(SubmissionError):
    """A student's file took too long to read; it is left out, and may be tried again."""


class EmptySubmission(SubmissionError):
    """A student's file holds no code."""


class KeyUnavailable(LearncnnError):
    """No answer key can be had: no practice key, or the solutions are not installed."""


class GradebookError(LearncnnError):
    """The gradebook is missing, foreign, of another version, locked, full or out of reach."""


class NoGradebook(GradebookError):
    """There is no gradebook, or no such course in it."""


class GraderFault(LearncnnError):
    """The grader itself failed; never blamed on the student."""


class SandboxKilled(GraderFault):
    """A submission whose process was killed from outside, twice: it has no verdict.

    `how` is the signal, `everywhere` whether a program of the grader's own was killed in its place
    as well, so that the machine is to blame, `memory` whether the kernel ended processes for lack
    of memory meanwhile.
    """

    def __init__(
        self, message: str, *, how: str = "", everywhere: bool = True, memory: bool = False
    ) -> None:
        super().__init__(message)
        self.how = how
        self.everywhere = everywhere
        self.memory = memory
