"""Length-prefixed frames of a small JSON header and raw bytes, read as hostile input."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

Json = Any

#: Lengths of the header and the payload in bytes, little-endian.
PREFIX = struct.Struct("<II")
#: Maximum length of a header, in bytes.
HEADER_BYTES = 64 << 10
#: One encoder for all frames, because `json.dumps` would create one per frame. No header contains
#: itself, and the check for that takes as long as the encoding.
_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class FrameError(ValueError):
    """Raised for bytes that are not a frame; the text says which rule they break."""


def frame(header: dict[str, Json], payload: Sequence[Any] = ()) -> bytes:
    """Return one frame; `payload` buffers are joined. Raises FrameError for too long a header."""
    head = _json(header).encode()
    if len(head) > HEADER_BYTES:
        raise FrameError(f"a header of more than {HEADER_BYTES >> 10} KiB")
    parts = [memoryview(part).cast("B") if memoryview(part).nbytes else b"" for part in payload]
    size = sum(len(part) for part in parts)
    return b"".join((PREFIX.pack(len(head), size), head, *parts))


class FrameReader:
    """Cuts a stream into frames; buffers at most one frame beyond the data fed last.

    Sizes are checked as soon as the prefix has arrived, before the rest of the frame.
    """

    def __init__(self, payload_bytes: int) -> None:
        self.payload_bytes = payload_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self._buffer += data

    @property
    def pending(self) -> int:
        """Return the number of buffered bytes that belong to no frame taken so far."""
        return len(self._buffer)

    def take(self) -> tuple[dict[str, Json], bytes] | None:
        """Return the next frame, or None while it is incomplete. Raises FrameError."""
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
    """Return header and payload of the first frame of a complete, trusted stream, and the rest.

    Nothing is copied.
    """
    head, payload = PREFIX.unpack_from(stream)
    start, end = PREFIX.size + head, PREFIX.size + head + payload
    return parse_header(bytes(stream[PREFIX.size : start])), stream[start:end], stream[end:]


def parse_header(data: bytes) -> dict[str, Json]:
    """Return the JSON object that a header encodes. Raises FrameError for anything else.

    NaN and infinities are accepted, because a result may hold them. The parser's own limits refuse
    too deep nesting and excessively long integers.
    """
    try:
        header = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FrameError(f"header is not JSON: {type(error).__name__}") from None
    if type(header) is not dict:
        raise FrameError("header is not an object")
    return header
