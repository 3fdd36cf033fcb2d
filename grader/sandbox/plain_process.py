"""Run a child without a sandbox: a separate interpreter that talks over its standard streams.

It is used on systems that have neither fork nor Landlock (Windows, macOS), and on request. Only
the process split and the array protocol separate a submission from its user. Standard input
carries the grader's frames, the first with the settings; standard output carries the answers, and
standard error is the output file. The module uses no POSIX-only function.
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
#: Seconds between checks whether a source takes too long to load; see `source/run.py`.
TICK_SECONDS = 0.25
#: Environment variable by which Windows finds its libraries.
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
        from .source import alarm
    except BaseException:
        text = traceback.format_exc()[-2000:]
        stream.send(frames.frame({"kind": "fault", "text": text}))
        os._exit(1)
    alarm.listen()
    start_new_thread(_tick, (get_ident(),))
    try:
        serve(stream, wanted, _held(), versions, OpWatch())
    finally:
        os._exit(0)


def _over_standard_streams() -> Channel:
    """Reserve the streams for the protocol; replace them by an empty input and the output file."""
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
    """Forward what the grader sends, and end the process when the grader is gone.

    An endless loop therefore does not outlive the terminal in which it was checked.
    """
    try:
        while data := os.read(requests, _CHUNK):
            received.put(data)
    finally:
        os._exit(0)


def _prepare(settings: WorkerSettings) -> dict[str, str]:
    """Import and warm the libraries; return versions by name. Raises ImportError.

    The imported objects, for torch 250 000, are frozen so that garbage collections skip them; the
    first collections happen while the source is loaded.
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
    """Return the layers in force: only the process split is a boundary here."""
    held = Held(["split", PLAIN, "environ", "gate"])
    held.missing += [(layer, NO_LAYER) for layer in LAYERS if layer not in held.in_force]
    return held


def _tick(main_thread: int) -> None:
    """Signal the main thread at intervals; it reacts while it loads a source.

    In a sandbox the grader sends this signal; Windows cannot send it to another process.
    """
    to_main = getattr(signal, "pthread_kill", None)
    while True:
        time.sleep(TICK_SECONDS)
        if to_main is None:
            signal.raise_signal(signal.SIGINT)
        else:
            to_main(main_thread, signal.SIGINT)
