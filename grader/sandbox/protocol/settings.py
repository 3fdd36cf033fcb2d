"""The settings that a worker receives before any submission: paths, libraries and limits."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

#: Layers that can be switched off one by one, which only tests do. The process split cannot be.
LAYERS = (
    "fds",
    "environ",
    "mounts",
    "uid",
    "rlimits",
    "no_new_privs",
    "dumpable",
    "pdeathsig",
    "landlock",
    "seccomp",
    "gate",
)


#: Listed among the layers in force by a child without a sandbox, so that its reports differ from
#: those of a sandboxed child.
PLAIN = "plain"


class WorkerSettings(NamedTuple):
    """Settings without any exercise, source or expected value; see security.md, I1."""

    #: Folders with the libraries, in the parent's order; the worker starts with only the standard
    #: library.
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
    #: Whether refused system calls are reported in the output, to investigate a refusal.
    trace: bool = False

    @property
    def gpu(self) -> bool:
        """Return whether the weaker profile applies, which a GPU's driver needs."""
        return self.device == "cuda"

    def encode(self) -> bytes:
        return json.dumps(self._asdict()).encode()


def decode(data: bytes) -> WorkerSettings:
    """Return the settings that `WorkerSettings.encode` encoded; the sender is trusted."""
    fields: dict[str, Any] = json.loads(data)
    for name, value in fields.items():
        if type(value) is list:
            fields[name] = tuple(value)
    return WorkerSettings(**fields)
