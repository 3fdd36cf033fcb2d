"""Server-sent events: what is said to every open page of a learner."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

from ..errors import UsageError
from ..i18n.texts import language, speaking

#: Maximum number of pages that listen at once; each keeps a connection open.
MAX_STREAMS = 256
#: Events that a page may be behind before it is let go; it connects again, and asks for the rest.
MAX_BEHIND = 200
#: Seconds after which something is sent, so that a page that is gone is noticed.
ALIVE_SECONDS = 15


class Event:
    """Something that happened: its data, made once in each language in which it is told."""

    def __init__(self, kind: str, make: Callable[[], Mapping[str, Any]]) -> None:
        self.kind = kind
        self._make = make
        self._made: dict[str, Mapping[str, Any]] = {}

    def data(self) -> Mapping[str, Any]:
        """Return the data in the language in use."""
        spoken = language()
        if spoken not in self._made:
            self._made[spoken] = self._make()
        return self._made[spoken]

    def text(self) -> str:
        """Return the event as it is sent."""
        content = json.dumps(self.data(), ensure_ascii=False, separators=(",", ":"))
        return f"event: {self.kind}\ndata: {content}\n\n"


class EventStreams:
    """The open pages of one learner."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._closed = False

    def publish(self, event: Event) -> None:
        """Tell every page; may be called from any thread, also after the server has ended."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._tell, event)

    def subscribe(self) -> AsyncIterator[str]:
        """Return what to send to a page from now on. Raises UsageError if too many listen."""
        if len(self._queues) >= MAX_STREAMS:
            raise UsageError("serve", "too_many", limit=MAX_STREAMS)
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        if self._closed:
            queue.put_nowait(None)
        self._queues.add(queue)
        return self._told(queue, language())

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        for queue in self._queues:
            queue.put_nowait(None)

    def _tell(self, event: Event) -> None:
        for queue in self._queues:
            queue.put_nowait(event if queue.qsize() < MAX_BEHIND else None)

    async def _told(self, queue: asyncio.Queue[Event | None], spoken: str) -> AsyncIterator[str]:
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), ALIVE_SECONDS)
                except asyncio.TimeoutError:
                    yield ": alive\n\n"
                    continue
                if event is None:
                    return
                with speaking(spoken):
                    text = event.text()
                yield text
        finally:
            self._queues.discard(queue)
