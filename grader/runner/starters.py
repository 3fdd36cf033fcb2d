"""Provide the starter of children for each kind.

A kind is imported only where it is used, because not every system can import all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ..sandbox.protocol.settings import WorkerSettings

if TYPE_CHECKING:
    from _socket import socket

    from .any_child import AnyChild
    from .child_kind import Kind
    from .plain_child import PlainChild
    from .wake_pipe import WakePipe

    #: A process that was started before its settings were known.
    Begun = tuple[int, socket] | PlainChild


class Starter(Protocol):
    """Provides children; the next one may be requested ahead."""

    def request(self, forbidden: Sequence[str] = (), *, large: bool = False) -> None: ...
    def take(self) -> AnyChild: ...
    def close(self) -> None: ...
    @property
    def ahead(self) -> int: ...


def starter_of(
    kind: Kind,
    settings: WorkerSettings,
    begun: Begun | None,
    wrap: tuple[str, ...],
    stop: WakePipe | None,
) -> Starter:
    """Return a starter of a kind, which takes over a `begun` process. Raises ZygoteLost."""
    if kind == "plain":
        from .plain_starting import PlainStarting

        assert not isinstance(begun, tuple)
        return PlainStarting(settings, begun, stop)
    stopping = -1 if stop is None else stop.fileno()
    if kind == "spawn":
        from .spawning import Spawning

        return Spawning(settings, stopping)
    from .forking import Forking

    assert begun is None or isinstance(begun, tuple)
    return Forking(settings, begun, wrap, stopping)
