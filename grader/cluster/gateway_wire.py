"""Define the frames between the grader and its gateway over a socket pair.

A frame consists of two lengths in bytes (unsigned 32-bit, big-endian), a header in JSON, and a
payload, which is a document. The grader reads the gateway's frames as hostile input.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import Message

_LENGTHS = struct.Struct("!II")
#: Maximum size of a header, in bytes; the addresses of ten thousand machines fit.
MAX_HEADER = 1 << 20
#: Maximum size of a payload, in bytes; a records document of 64 submissions has about 150 000.
MAX_PAYLOAD = 64 << 20
#: Maximum length of a reason, in characters.
MAX_WHY = 500


class GatewayFrame(NamedTuple):
    """A header, whose field `is` names the kind of frame, and a payload."""

    header: dict[str, Any]
    payload: bytes = b""

    @property
    def kind(self) -> str:
        """Return the kind of frame."""
        return str(self.header.get("is"))

    @property
    def why(self) -> Message:
        """Return the reason of a failure, as one line of printable text."""
        text = str(self.header.get("why"))[:MAX_WHY]
        return Message("".join(char if char.isprintable() else " " for char in text))


def packed(header: dict[str, Any], payload: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    text = json.dumps(header).encode()
    return _LENGTHS.pack(len(text), len(payload)) + text + payload


class GatewayReader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, content: bytes) -> Iterator[GatewayFrame]:
        """Add `content`, and yield the complete frames. Raises ValueError for an invalid one."""
        self._buffer += content
        while len(self._buffer) >= _LENGTHS.size:
            header, payload = _LENGTHS.unpack_from(self._buffer)
            if header > MAX_HEADER or payload > MAX_PAYLOAD:
                raise ValueError(f"a frame of {header} and {payload} bytes")
            start = _LENGTHS.size + header
            if len(self._buffer) < start + payload:
                return
            text = bytes(self._buffer[_LENGTHS.size : start])
            document = bytes(self._buffer[start : start + payload])
            del self._buffer[: start + payload]
            yield GatewayFrame(_header(text), document)


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except RecursionError as error:
        raise ValueError("a header that is too deep") from error
    if not isinstance(header, dict):
        raise ValueError("a header that is no object")
    return header
