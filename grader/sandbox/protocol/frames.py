"""Length-prefixed frames: a small JSON header and raw bytes. The reader expects hostile input."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

Json = Any

#: Length of the header and of the payload, little-endian.
PREFIX = struct.Struct("<II")
HEADER_BYTES = 64 << 10
#: `json.dumps` would make an encoder anew for each frame. No header holds itself, and to look
#: for that takes as long as to encode it.
_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class FrameError(ValueError):
    """Bytes that are no frame; the text says which rule they broke."""


def frame(header: dict[str, Json], payload: Sequence[Any] = ()) -> bytes:
    """One frame; `payload` are buffers, joined. Raises FrameError for a header too long."""
    head = _json(header).encode()
    if len(head) > HEADER_BYTES:
        raise FrameError(f"a header of more than {HEADER_BYTES >> 10} KiB")
    parts = [memoryview(part).cast("B") if memoryview(part).nbytes else b"" for part in payload]
    size = sum(len(part) for part in parts)
    return b"".join((PREFIX.pack(len(head), size), head, *parts))


class FrameReader:
    """Cuts a stream into frames; holds at most one frame's bytes beyond what was fed last.

    Sizes are checked as soon as the prefix is there, before the frame is waited for.
    """

    def __init__(self, payload_bytes: int) -> None:
        self.payload_bytes = payload_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self._buffer += data

    @property
    def pending(self) -> int:
        """Bytes that are not part of a frame taken so far."""
        return len(self._buffer)

    def take(self) -> tuple[dict[str, Json], bytes] | None:
        """The next frame, None while it is incomplete. Raises FrameError."""
        if len(self._buffer) < PREFIX.size:
            return None
        head, payload = PREFIX.unpack_from(self._buffer)
        if head > HEADER_BYTES:
            raise FrameError("header too long")
        if payload > self.payload_bytes:
            raise FrameError("payload too long")
        start, end = PREFIX.size + head, PREFIX.size + head + payload
        if len(self._buffer) < end:
            return None
        header = parse_header(bytes(self._buffer[PREFIX.size : start]))
        body = bytes(memoryview(self._buffer)[start:end])
        del self._buffer[:end]
        return header, body


def cut(stream: memoryview) -> tuple[dict[str, Json], memoryview, memoryview]:
    """The first frame of a trusted stream that is there as a whole, uncopied, and the rest."""
    head, payload = PREFIX.unpack_from(stream)
    start, end = PREFIX.size + head, PREFIX.size + head + payload
    return parse_header(bytes(stream[PREFIX.size : start])), stream[start:end], stream[end:]


def parse_header(data: bytes) -> dict[str, Json]:
    """A JSON object from at most `HEADER_BYTES`; raises FrameError for anything else.

    NaN and infinities are let through, for a result may hold them; nesting too deep and
    integers of absurd length are refused by the parser's own limits.
    """
    try:
        header = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FrameError(f"header is not JSON: {type(error).__name__}") from None
    if type(header) is not dict:
        raise FrameError("header is not an object")
    return header
