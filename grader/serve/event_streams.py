"""Send events to every open page of a learner (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

from ..errors import UsageError
from ..i18n.texts import language, speaking

#: Maximum number of simultaneous streams; each keeps a connection open.
MAX_STREAMS = 256
#: Maximum number of unsent events of a page; beyond it, the page must connect again and reload.
MAX_BEHIND = 200
#: Seconds between keep-alive messages, which detect closed pages.
ALIVE_SECONDS = 15


class Event:
    """An event; its data is built once per language in use."""

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
        """Return the event in the format of the stream."""
        content = json.dumps(self.data(), ensure_ascii=False, separators=(",", ":"))
        return f"event: {self.kind}\ndata: {content}\n\n"


class EventStreams:
    """The open pages of one learner."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._closed = False

    def publish(self, event: Event) -> None:
        """Send an event to every page; callable from any thread, even after the server ended."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._tell, event)

    def subscribe(self) -> AsyncIterator[str]:
        """Return the stream for a page, from now on. Raises UsageError if there are too many."""
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
