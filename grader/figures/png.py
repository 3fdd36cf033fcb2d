"""Encode a grey image as a PNG inside the page, so that no other file is loaded."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

from ..sandbox.protocol.values import Array


def png_uri(pixels: Array) -> str:
    """Return an image [H, W] of values 0…1 as a `data:` URI."""
    height, width = pixels.shape
    grey = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    content = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)
    return "data:image/png;base64," + base64.b64encode(content).decode()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
