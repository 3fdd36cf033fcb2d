"""A child without a sandbox: an interpreter of its own, which talks over its standard streams.

For systems that have neither fork nor Landlock (Windows, macOS), and where it is asked for. The
process split and the array protocol are all that stands between a submission and its user.
Standard input brings what the grader sends, the first frame being the settings; standard output
takes the answers, and standard error is the file of prints. Uses nothing that is POSIX's alone.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from _thread import get_ident, start_new_thread
from queue import SimpleQueue

from . import warm
from .channel import Channel
from .layers import import_gate, libraries
from .layers.held import Held
from .protocol import frames
from .protocol.settings import LAYERS, PLAIN, WorkerSettings, decode

NO_LAYER = "a plain child has no sandbox"
#: Seconds between two looks at whether a source takes too long to load; see `source/run.py`.
TICK_SECONDS = 0.25
#: Windows finds its own libraries by it.
_KEPT = "SYSTEMROOT"
_CHUNK = 1 << 18


def main(_: int) -> None:
    """Start and serve; a failure to start is sent in a frame of kind `fault`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stream = _over_standard_streams()
    try:
        wanted = decode(bytes(stream.receive()[1]))
        versions = _prepare(wanted)
        from .case_loop import serve
        from .forbidden.dispatcher import OpWatch
    except BaseException:
        text = traceback.format_exc()[-2000:]
        stream.send(frames.frame({"kind": "fault", "text": text}))
        os._exit(1)
    start_new_thread(_tick, (get_ident(),))
    try:
        serve(stream, wanted, _held(), versions, OpWatch())
    finally:
        os._exit(0)


def _over_standard_streams() -> Channel:
    """Take the streams for the protocol; leave an empty input and the prints in their places."""
    requests, answers = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (requests, answers, 2):
            msvcrt.setmode(descriptor, os.O_BINARY)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    received: SimpleQueue[bytes] = SimpleQueue()
    start_new_thread(_pump, (requests, received))
    return Channel(lambda _: received.get(), lambda data: os.write(answers, data))


def _pump(requests: int, received: SimpleQueue[bytes]) -> None:
    """Hand on what the grader sends, and end the process when the grader is gone.

    So a loop that does not end does not outlive the terminal in which it was checked.
    """
    try:
        while data := os.read(requests, _CHUNK):
            received.put(data)
    finally:
        os._exit(0)


def _prepare(settings: WorkerSettings) -> dict[str, str]:
    """Import and warm the libraries; return versions by name. Raises ImportError.

    No collection looks through what was imported, for torch 250 000 objects: the first ones fall
    into the loading of the source.
    """
    sys.path.extend(settings.path)
    import_gate.close(libraries.packages(settings.libraries))
    versions = warm.warm(settings.libraries, settings.warm, settings.device)
    for name in [name for name in os.environ if name.upper() != _KEPT]:
        del os.environ[name]
    sys.dont_write_bytecode = True
    gc.freeze()
    gc.enable()
    return versions


def _held() -> Held:
    """Return what holds: of all that, the process split alone is a boundary."""
    held = Held(["split", PLAIN, "environ", "gate"])
    held.missing += [(layer, NO_LAYER) for layer in LAYERS if layer not in held.in_force]
    return held


def _tick(main_thread: int) -> None:
    """Signal the main thread now and then; it listens while it loads a source.

    In a sandbox the grader sends this signal; Windows cannot send it to another process.
    """
    to_main = getattr(signal, "pthread_kill", None)
    while True:
        time.sleep(TICK_SECONDS)
        if to_main is None:
            signal.raise_signal(signal.SIGINT)
        else:
            to_main(main_thread, signal.SIGINT)
