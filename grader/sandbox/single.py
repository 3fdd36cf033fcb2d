"""A worker for one submission, in an interpreter of its own.

For platforms without fork and for CUDA, whose context does not survive one. The protocol with
the grader is the same; only the start is slower. Descriptor `fd` is the channel, and the
settings are its first frame; on Windows the socket comes through standard input.
"""

from __future__ import annotations

import os
import sys
import traceback

from . import frames, lock, settings, zygote
from .serve import Channel, channel, serve


def main(fd: int) -> None:
    """Start, lock and serve; a failure to start is told in a frame of kind `fault`."""
    stream = _windows_channel() if os.name == "nt" else channel(fd)
    try:
        _, payload = stream.receive()
        wanted = settings.decode(payload)
        prepared, versions = zygote.start(wanted)
        sys.dont_write_bytecode = True
        if os.name == "nt":
            held = lock.Held(missing=[(name, "Windows") for name in wanted.layers])
        else:
            null = os.open(os.devnull, os.O_RDWR)
            held = lock.lock(wanted, prepared, null, 1, fd, wanted.parent)
    except BaseException:
        text = traceback.format_exc()[-2000:]
        stream.send(frames.frame({"kind": "fault", "text": text}))
        os._exit(1)
    try:
        serve(stream, wanted, held, versions)
    finally:
        os._exit(0)


def _windows_channel() -> Channel:
    import socket

    size = int.from_bytes(sys.stdin.buffer.read(4), "little")
    shared = socket.fromshare(sys.stdin.buffer.read(size))  # type: ignore[attr-defined,unused-ignore]
    return Channel(shared.recv, shared.send)
