"""Run the zygote, which imports the libraries once and forks a child for each submission.

It talks to the grader over a SOCK_SEQPACKET socket and sees only file descriptors, process ids
and names of operators; a submission goes directly from the grader to the child.

Grader to zygote: the settings; then `F` + JSON names with [output, channel] or [output, channel,
inputs] to fork, where the names are the operators that the submission is probably forbidden to
use; `S` + process id to ask how a child ended, `K` + process id to kill one, `Q` to reap all and
end. Zygote to grader: `W` + JSON versions once it is warm, or `E` + text if it cannot start; `C` +
process id, with [pidfd] if there is one, after a fork; `S` + JSON [how, cause] for how one ended.
"""

from __future__ import annotations

import _socket
import gc
import json
import os
import signal
import struct
import sys
import traceback

from . import consulting, warm
from .channel import over
from .ending import Ending, ending, wait_for_end
from .forbidden import source_scan
from .forbidden.dispatcher import OpWatch
from .layers import import_gate, libc, libraries, limits, lockdown, own_process, readable
from .layers.fds import CHANNEL, INPUTS, Given
from .protocol import settings

NUMBER = struct.Struct("<Q")
_FDS = 3
_REMEMBERED = 256
_MESSAGE = 1 << 16


def main(fd: int) -> None:
    """Serve the grader on descriptor `fd` until it closes the socket or asks to end."""
    control = _socket.socket(fileno=fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        wanted = settings.decode(control.recv(1 << 18))
        _die_with(wanted.parent)
        prepared, versions = start(wanted, often=True)
        warm.settle(thoroughly=wanted.warm == "full")
        gc.enable()  # only now, because the first collection would visit all that was imported
    except BaseException:
        control.send(b"E" + traceback.format_exc().encode()[-2000:])
        os._exit(1)
    control.send(b"W" + json.dumps(versions).encode())
    _loop(control, wanted, prepared, versions)


def start(
    wanted: settings.WorkerSettings, *, often: bool = False
) -> tuple[lockdown.Prepared, dict[str, str]]:
    """Import, warm and measure; pass `often` if many children will be forked."""
    rules = list(readable.rules(wanted.libraries, wanted.path))
    if wanted.gpu:
        from .layers import gpu

        rules += gpu.rules()
    elif "mounts" in wanted.layers:
        own_process.keep()
    sys.path.extend(wanted.path)
    if "gate" in wanted.layers:
        import_gate.close(libraries.packages(wanted.libraries))
    with warm.no_fork_hooks():
        versions = warm.warm(wanted.libraries, wanted.warm, wanted.device)
        from . import case_loop  # noqa: F401  (needs numpy, which is found only now)
        from .source import alarm
    consulting.install()
    alarm.listen()
    if often and wanted.warm == "full":
        from .rehearsal import rehearse

        rehearse(wanted)
    return lockdown.prepare(wanted, rules), versions


def _die_with(parent: int) -> None:
    """End when the grader ends. The closed socket shows this too, but not during a long import."""
    if parent:
        try:
            libc.prctl(libc.PR_SET_PDEATHSIG, int(signal.SIGKILL))
        except OSError:
            return
        if os.getppid() != parent:
            os._exit(0)
    try:
        libc.prctl(libc.PR_SET_DUMPABLE, 0)
    except OSError:
        return


def _loop(
    control: _socket.socket,
    wanted: settings.WorkerSettings,
    prepared: lockdown.Prepared,
    versions: dict[str, str],
) -> None:
    ended: dict[int, Ending] = {}
    limit = limits.processor(wanted.cpu_seconds) if "rlimits" in wanted.layers else float("inf")
    me = os.getpid()
    watch, last = OpWatch(), b"F[]"
    while True:
        try:
            data, ancillary, _, _ = control.recvmsg(_MESSAGE, _socket.CMSG_SPACE(_FDS * 4))
        except InterruptedError:
            continue
        _reap(ended, limit)
        if not data:
            os._exit(0)
        if data[:1] == b"F":
            if data != last:
                names = tuple(json.loads(data[1:]))
                watch.forbid(names)
                source_scan.words(names)  # kept for the children
                warm.settle(thoroughly=wanted.warm == "full")
                last = data
            rights = ancillary[0][2]
            output, channel, *inputs = struct.unpack(f"@{len(rights) // 4}i", rights)
            child = os.fork()
            if child == 0:
                # Opened in each child, because children could pass data through a shared open file.
                null = os.open(os.devnull, os.O_RDONLY)
                given = Given(null, output, channel, *inputs)
                _child(control, wanted, prepared, versions, given, me, watch)
            ended.pop(child, None)  # an earlier process had the same id
            _answer_fork(control, child)
            for descriptor in (output, channel, *inputs):
                os.close(descriptor)
        elif data[:1] == b"S":
            (child,) = NUMBER.unpack(data[1:])
            if child not in ended:
                ended[child] = wait_for_end(child, limit)
            control.send(b"S" + json.dumps(ended[child]).encode())
        elif data[:1] == b"Q":
            _reap(ended, limit, flags=0)
            os._exit(0)
        elif data[:1] == b"K":
            (child,) = NUMBER.unpack(data[1:])
            if child not in ended:
                _kill(child)
        while len(ended) > _REMEMBERED:
            del ended[next(iter(ended))]


def _child(
    control: _socket.socket,
    wanted: settings.WorkerSettings,
    prepared: lockdown.Prepared,
    versions: dict[str, str],
    given: Given,
    parent: int,
    watch: OpWatch,
) -> None:
    """Run a forked child; never returns."""
    from .case_loop import serve

    try:
        control.detach()
        try:
            held = lockdown.lock(wanted, prepared, given, parent)
        except BaseException:
            os.write(given.output, traceback.format_exc().encode()[-2000:])
            raise
        serve(over(CHANNEL, INPUTS if given.inputs >= 0 else -1), wanted, held, versions, watch)
    finally:
        os._exit(0)


def _answer_fork(control: _socket.socket, child: int) -> None:
    try:
        pidfd = os.pidfd_open(child)
    except (AttributeError, OSError):  # Linux before 5.3
        control.send(b"C" + NUMBER.pack(child))
        return
    rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack("@i", pidfd))]
    control.sendmsg([b"C" + NUMBER.pack(child)], rights)
    os.close(pidfd)


def _reap(ended: dict[int, Ending], limit: float, flags: int = os.WNOHANG) -> None:
    while True:
        try:
            found, status, usage = os.wait4(-1, flags)
        except ChildProcessError:
            return
        if not found:
            return
        ended[found] = ending(status, usage.ru_utime + usage.ru_stime, limit)


def _kill(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return
