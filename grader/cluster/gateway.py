"""Control the gateway from the grader: start the process, send batches, receive its frames.

A machine may have taken over the process, so the grader does not trust what it sends, and limits
the time and the memory that reading it takes.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

from ..errors import GraderFault
from .cluster_address import ClusterAddress
from .gateway_wire import GatewayFrame, GatewayReader, packed

#: Program of the process, which removes the current folder from `sys.path`, because it may contain
#: files of students.
_PROGRAM = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from learncnn.grader.cluster.gateway_process import main; main(int(sys.argv[1]))"
)
#: Make glibc return memory early and share it among threads, which halves the memory in use with
#: large batches.
_MALLOC = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "65536"}
#: Maximum times of the gateway to be ready, to receive what is sent, and to end, in seconds.
_START_SECONDS, _SEND_SECONDS, _END_SECONDS = 60.0, 35.0, 5.0


class Gateway:
    """The gateway's process, started on creation. Raises GraderFault if that fails."""

    def __init__(self, address: ClusterAddress) -> None:
        ours, theirs = socket.socketpair()
        quiet = None if os.environ.get("LEARNCNN_DEBUG") else subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=quiet,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, **_MALLOC},
                # Only the grader handles a Ctrl-C on the terminal.
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise GraderFault("cluster", "no_gateway", reason=error) from error
        finally:
            theirs.close()
        ours.settimeout(_SEND_SECONDS)
        self._address = address
        self._connection = ours
        self._reader = GatewayReader()
        self._send(packed(address.to_json()))

    def wait_until_ready(self) -> list[str]:
        """Wait until it is connected; return texts on what could not be confined.

        Raises GraderFault if it cannot connect.
        """
        end = time.monotonic() + _START_SECONDS
        while (left := end - time.monotonic()) > 0:
            for frame in self.frames(left):
                if frame.kind == "ready":
                    return [str(each)[:200] for each in frame.header.get("lacking", [])]
        raise GraderFault("cluster", "no_scheduler", address=self._address.text, reason="timeout")

    def run(self, batch: int, machine: str, content: bytes) -> None:
        """Send a batch to a machine. Raises GraderFault if the gateway is gone."""
        self._send(packed({"is": "run", "batch": batch, "machine": machine}, content))

    def drop(self, batch: int) -> None:
        """Cancel a batch; an answer may arrive nonetheless."""
        self._send(packed({"is": "drop", "batch": batch}))

    def frames(self, seconds: float) -> Iterator[GatewayFrame]:
        """Yield the frames that have arrived; wait up to `seconds` for the first.

        Raises GraderFault if the gateway is gone, has lost the scheduler, or sends invalid frames.
        """
        ready, _, _ = select.select([self._connection], [], [], seconds)
        if not ready:
            return
        try:
            content = self._connection.recv(1 << 20)
            frames = list(self._reader.feed(content))
        except (OSError, ValueError) as error:
            raise GraderFault("cluster", "gateway_lost", reason=error) from error
        if not content:
            raise GraderFault("cluster", "gateway_lost", reason=self._status())
        for frame in frames:
            if frame.kind == "ended":
                address = self._address.text
                raise GraderFault("cluster", "no_scheduler", address=address, reason=frame.why)
            yield frame

    def close(self) -> None:
        """End the process; may be called repeatedly."""
        self._connection.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """Return the id of its process."""
        return self._process.pid

    def _send(self, content: bytes) -> None:
        try:
            self._connection.sendall(content)
        except OSError as error:
            for frame in self.frames(0):  # raises the reason if the gateway has sent it
                del frame
            raise GraderFault("cluster", "gateway_lost", reason=error) from error

    def _status(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        code = self._process.poll()
        return "closed" if code is None else f"signal {-code}" if code < 0 else f"exit {code}"
