"""Run a worker for one submission, in a separate interpreter.

It is used on platforms without fork, and with CUDA, whose context does not survive a fork. The
protocol with the grader is the same; only the start is slower. The settings are the channel's first
frame. The file of inputs, if there is one, is already open at its descriptor.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback

from . import zygote
from .channel import over
from .layers import lockdown
from .layers.fds import INPUTS, Given
from .protocol import frames, settings


def main(fd: int) -> None:
    """Start, lock and serve; a failure to start is sent in a frame of kind `fault`."""
    stream = over(fd, INPUTS)
    try:
        _, payload = stream.receive()
        wanted = settings.decode(bytes(payload))
        prepared, versions = zygote.start(wanted)
        gc.freeze()  # garbage collections while the source is loaded skip the libraries
        gc.enable()
        sys.dont_write_bytecode = True
        null = os.open(os.devnull, os.O_RDONLY)
        held = lockdown.lock(wanted, prepared, Given(null, 1, fd, INPUTS), wanted.parent)
        from .case_loop import serve
        from .forbidden.dispatcher import OpWatch
    except BaseException:
        text = traceback.format_exc()[-2000:]
        stream.send(frames.frame({"kind": "fault", "text": text}))
        os._exit(1)
    try:
        serve(stream, wanted, held, versions, OpWatch())
    finally:
        os._exit(0)
