"""Represent a child without a sandbox: a process, two pipes, an output file."""

from __future__ import annotations

import io
import subprocess
import tempfile
import time
from contextlib import suppress
from typing import IO, Any, cast

from ..errors import GraderFault, Lost, RunStopped
from ..sandbox.ending import LINGER_SECONDS, SENT, Cause, Ending
from ..sandbox.protocol.frames import FrameError, FrameReader
from .pipes import Pipes
from .wake_pipe import WakePipe
from .worker_paths import command, environment

#: Seconds between checks that the process is alive and the run is not stopped.
_LOOK_SECONDS = 0.1
#: Windows: no console window, and no Ctrl-C from the terminal.
_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "CREATE_NEW_PROCESS_GROUP", 0
)


class PlainChild:
    """A child owned by the code that took it; `close` kills it and closes every descriptor."""

    inputs = -1

    def __init__(self, device: str) -> None:
        """Start the interpreter. Raises GraderFault."""
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (open until `close`)
        try:
            self.process = subprocess.Popen(
                command("plain_process"),
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._output,
                env=environment(device),
                creationflags=_FLAGS,
                start_new_session=not _FLAGS,
            )
        except OSError as error:
            self._output.close()
            raise GraderFault(f"a worker cannot be started: {error}") from error
        requests, answers = self.process.stdin, self.process.stdout
        self.pipes = Pipes(cast(io.FileIO, requests), cast(io.FileIO, answers))
        #: Pipe that another thread rings to stop the run.
        self.stop: WakePipe | None = None
        self._ended_by_us = False
        self._closed = False

    def talk(self, answer_bytes: int) -> PipeTalk:
        """Start the talk with the child."""
        return PipeTalk(self, answer_bytes)

    def how_ended(self) -> Ending:
        """Return how the process ended, and who ended it; kill it if it is still running."""
        try:
            code = self.process.wait(LINGER_SECONDS)
        except subprocess.TimeoutExpired:
            code = self._end()
        if code >= 0:  # Windows: the code of an exception is above 2³¹
            return Ending(f"exit {code}" if code < 1 << 31 else f"exception {code:#x}", "itself")
        cause: Cause = "itself"
        if -code in SENT:
            cause = "grader" if self._ended_by_us else "outside"
        return Ending(f"signal {-code}", cause)

    def printed(self, start: int, limit: int) -> tuple[bytes, bool]:
        """Return what the child printed from `start` on, and whether that reached the limit.

        The process is ended first, because it shares the file position with the grader.
        """
        self._end()
        size = self._output.seek(0, io.SEEK_END)
        self._output.seek(start)
        return self._output.read(limit), size >= limit

    def close(self) -> None:
        """Kill the process, and wait until it is gone."""
        if self._closed:
            return
        self._closed = True
        self._end()
        self.pipes.close()
        self._output.close()

    def _end(self) -> int:
        if self.process.poll() is None:
            self._ended_by_us = True
            with suppress(OSError):  # Windows: the process is already ending
                self.process.kill()
        return self.process.wait()


class PipeTalk:
    """Talk with one hostile child over pipes: bounded frames, a deadline for each message."""

    def __init__(self, child: PlainChild, answer_bytes: int) -> None:
        self._child = child
        self._pipes = child.pipes
        self._reader = FrameReader(answer_bytes)

    def say(self, *messages: bytes) -> None:
        """Queue frames to be sent."""
        for message in messages:
            self._pipes.send(message)

    def hear(self, seconds: float, *, nudge: bool = False) -> tuple[dict[str, Any], bytes]:
        """Return the next frame. Raises Lost, and RunStopped if another thread stops the run.

        The time limit applies to the whole message. The child interrupts slow loading itself.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                taken = self._reader.take()
            except FrameError as error:
                raise Lost("protocol", str(error)) from None
            if taken is not None:
                return taken
            left = deadline - time.monotonic()
            if left <= 0:
                raise Lost("timeout")
            if self._child.stop is not None and self._child.stop.rung:
                raise RunStopped
            self._receive(min(left, _LOOK_SECONDS))

    def surplus(self) -> bool:
        """Return whether the child has sent more than was received."""
        return bool(self._reader.pending or self._pipes.receive(0))

    def _receive(self, seconds: float) -> None:
        data = self._pipes.receive(seconds)
        if data is None and self._child.process.poll() is not None:
            # The process has ended, though another one may still hold the pipe open.
            data = self._pipes.receive(_LOOK_SECONDS) or b""
        if data == b"":
            raise Lost("crashed")
        if data:
            self._reader.feed(data)
