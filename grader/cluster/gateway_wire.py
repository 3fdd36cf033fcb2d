"""Define the frames between the grader and its gateway over a socket pair.

A frame is two lengths in bytes (unsigned 32-bit, big-endian), then a header in JSON and a payload,
which is a document. The grader reads the gateway's frames as hostile input.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import Message

_LENGTHS = struct.Struct("!II")
#: Maximum size of a header, in bytes: the addresses of some ten thousand machines.
MAX_HEADER = 1 << 20
#: Maximum size of a payload, in bytes; a records document of 64 submissions has about 150 000.
MAX_PAYLOAD = 64 << 20
#: Maximum length of a reason, in characters.
MAX_WHY = 500


class GatewayFrame(NamedTuple):
    """A header, which has a word `is` for what it is, and a payload."""

    header: dict[str, Any]
    payload: bytes = b""

    @property
    def kind(self) -> str:
        """What the frame is."""
        return str(self.header.get("is"))

    @property
    def why(self) -> Message:
        """Why something did not go well, as a text of one line."""
        text = str(self.header.get("why"))[:MAX_WHY]
        return Message("".join(char if char.isprintable() else " " for char in text))


def packed(header: dict[str, Any], payload: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    text = json.dumps(header).encode()
    return _LENGTHS.pack(len(text), len(payload)) + text + payload


class GatewayReader:
    """Makes frames of bytes as they come."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, content: bytes) -> Iterator[GatewayFrame]:
        """Yield the frames that are complete. Raises ValueError for what is no frame."""
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
