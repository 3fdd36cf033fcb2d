"""Fork children from a zygote, which has already imported the libraries."""

from __future__ import annotations

import _socket
import json
import os
import struct
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import GraderFault, RunStopped, ZygoteLost
from ..sandbox.protocol.settings import WorkerSettings
from .child import Child, close
from .process import begin_zygote, end, inputs_file, output_file, wait, watchable

if TYPE_CHECKING:
    from ..sandbox.ending import Ending

#: Seconds to wait for the zygote, because a cold import of torch from a slow disk is slow.
START_SECONDS = 180.0
_NUMBER = struct.Struct("<Q")
_CLOSE_SECONDS = 2.0


class Forking:
    """Starts the zygote at once, unless it was started before, without waiting for it.

    The constructor raises ZygoteLost if the zygote ended before it received its settings.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        begun: tuple[int, _socket.socket] | None = None,
        wrap: tuple[str, ...] = (),
        stop: int = -1,
    ) -> None:
        """`stop` becomes readable when waiting for a child must end."""
        self._pid, self._control = begun or begin_zygote(
            settings.device, wrap, fixed=settings.warm == "full"
        )
        self._wrapped = bool(wrap)
        self._stop = stop
        self._warm = False
        #: Requested forks without a reply yet: the grader's ends of the child's descriptors.
        self._asked: deque[tuple[_socket.socket, int, int]] = deque()
        self._ready: deque[Child] = deque()
        try:
            self._control.settimeout(START_SECONDS)
            self._control.send(settings.encode())
        except OSError:
            error = self._lost("it ended at once")
            self.close()
            raise error from None
        except BaseException:
            self.close()
            raise

    def request(self, forbidden: Sequence[str] = (), *, large: bool = False) -> None:
        """Ask for a child; returns before it exists. Raises ZygoteLost.

        `forbidden` are the operators that its submission is expected to be denied; the zygote
        replaces them for later children too. With `large`, the child gets a file of inputs.
        """
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        output = output_file()
        inputs, read = inputs_file() if large else (-1, -1)
        self._asked.append((ours, output, inputs))
        given = [fd for fd in (output, theirs.fileno(), read) if fd >= 0]
        rights = struct.pack(f"@{len(given)}i", *given)
        names = json.dumps(list(forbidden)).encode()
        try:
            self._control.sendmsg([b"F", names], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
        except OSError as error:
            raise self._lost(str(error)) from error
        finally:
            theirs.close()
            close(read)

    def take(self) -> Child:
        """Return the next requested child, or request one now.

        Raises ZygoteLost, GraderFault, and RunStopped if another thread stops the run meanwhile;
        the child can then still be taken.
        """
        if not self._ready and not self._asked:
            self.request()
        while not self._ready:
            if self._stop >= 0:
                self._wait_unless_stopped()
            self._hear()
        child = self._ready.popleft()
        child.stop = self._stop
        return child

    @property
    def ahead(self) -> int:
        """Return the number of requested children that were not taken."""
        return len(self._asked) + len(self._ready)

    def close(self) -> None:
        """Kill every child and the zygote, and wait until they are gone."""
        for channel, output, inputs in self._asked:
            channel.close()
            close(output, inputs)
        for child in self._ready:
            child.close()
        self._asked.clear()
        self._ready.clear()
        if self._pid and self._warm:
            self._end_gently()
        if self._pid:
            end(self._pid)
            self._pid = 0
        self._control.close()

    def _end_gently(self) -> None:
        """Let the zygote reap its children, so that init inherits none."""
        pidfd = watchable(self._pid)
        if pidfd < 0:
            return
        try:
            self._control.send(b"Q")
            if _readable(_CLOSE_SECONDS, pidfd):
                wait(self._pid)
                self._pid = 0
        except OSError:
            return
        finally:
            os.close(pidfd)

    def _wait_unless_stopped(self) -> None:
        """Wait for a message of the zygote. Raises RunStopped."""
        if self._stop in _readable(START_SECONDS, self._control.fileno(), self._stop):
            raise RunStopped

    def _hear(self) -> tuple[bytes, bytes]:
        """Return the zygote's next message as (kind, rest), after storing any replies to forks."""
        try:
            data, ancillary = self._receive()
        except TimeoutError:
            raise GraderFault(f"the worker did not start in {START_SECONDS:.0f} s") from None
        except OSError as error:
            raise self._lost(str(error)) from error
        kind, rest = data[:1], data[1:]
        if kind == b"E":
            text = rest.decode("utf-8", "replace").strip()
            raise GraderFault(f"the worker cannot start: {text}")
        if kind == b"C":
            self._warm = True
            channel, output, inputs = self._asked.popleft()
            channel.setblocking(False)
            (pid,) = _NUMBER.unpack(rest)
            pidfd = struct.unpack("@i", ancillary[0][2])[0] if ancillary else -1
            child = Child(pid, channel, output, inputs, pidfd, self._kill, self._how)
            self._ready.append(child)
        elif not kind:
            raise self._lost("it closed its socket")
        return kind, rest

    def _lost(self, reason: str) -> ZygoteLost:
        """Reap a zygote that has ended, and return the exception for it."""
        from ..sandbox.ending import SENT, UNKNOWN, wait_for_end

        found = wait_for_end(self._pid) if self._pid else UNKNOWN
        self._pid = 0
        killed = found.cause == "outside"
        if self._wrapped:  # bubblewrap reports a signal inside as a shell does
            killed = killed or found.how in {f"exit {128 + number}" for number in SENT}
        return ZygoteLost(f"{reason} ({found.how})" if found.how else reason, killed=killed)

    def _receive(self) -> tuple[bytes, list[tuple[int, int, bytes]]]:
        space = _socket.CMSG_SPACE(4)
        try:
            data, ancillary, _, _ = self._control.recvmsg(1 << 16, space)
        except ConnectionResetError:
            # It ended with unread requests; the error is reported once, before its last messages.
            data, ancillary, _, _ = self._control.recvmsg(1 << 16, space)
        return data, ancillary

    def _kill(self, pid: int) -> None:
        self._ask(b"K", pid)

    def _how(self, pid: int) -> Ending:
        from ..sandbox.ending import UNKNOWN, Ending

        if not self._ask(b"S", pid):
            return UNKNOWN
        while True:
            try:
                kind, rest = self._hear()
            except (ZygoteLost, GraderFault):
                return UNKNOWN
            if kind == b"S":
                return Ending(*json.loads(rest))

    def _ask(self, kind: bytes, pid: int) -> bool:
        try:
            self._control.send(kind + _NUMBER.pack(pid))
        except OSError:
            return False
        return True


def _readable(seconds: float, *descriptors: int) -> set[int]:
    """Return the descriptors that become readable first; none after `seconds`."""
    from select import POLLIN, poll

    waiting = poll()
    for descriptor in descriptors:
        waiting.register(descriptor, POLLIN)
    return {descriptor for descriptor, _ in waiting.poll(seconds * 1000)}
