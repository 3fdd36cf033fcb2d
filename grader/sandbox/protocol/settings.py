"""What the trusted side tells a worker before any submission: paths, libraries and limits."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

#: Every layer that can be switched off singly; tests alone do so. The process split cannot be.
LAYERS = (
    "fds",
    "environ",
    "uid",
    "rlimits",
    "no_new_privs",
    "dumpable",
    "pdeathsig",
    "landlock",
    "seccomp",
    "gate",
)


#: Listed among the layers in force by a child that has no sandbox, so that no report of it looks
#: like one of a sandboxed child.
PLAIN = "plain"


class WorkerSettings(NamedTuple):
    """Knows no exercise, no source and no expected value; see security.md, I1."""

    #: Folders with the libraries, in the parent's order; the worker starts with the standard
    #: library alone.
    path: tuple[str, ...]
    libraries: tuple[str, ...]
    device: str
    layers: tuple[str, ...]
    warm: str
    memory_mb: int
    stdout_bytes: int
    answer_bytes: int
    cpu_seconds: int
    #: The grader's process id if the worker should die with it, else 0.
    parent: int
    #: Refused system calls are named among the prints; for looking into a refusal.
    trace: bool = False

    @property
    def gpu(self) -> bool:
        """Whether the weaker profile holds, without which no GPU's driver works."""
        return self.device == "cuda"

    def encode(self) -> bytes:
        return json.dumps(self._asdict()).encode()


def decode(data: bytes) -> WorkerSettings:
    """The inverse of `Settings.encode`; the sender is the trusted side."""
    fields: dict[str, Any] = json.loads(data)
    for name, value in fields.items():
        if type(value) is list:
            fields[name] = tuple(value)
    return WorkerSettings(**fields)
