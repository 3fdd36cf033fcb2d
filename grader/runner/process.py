"""Start a process that inherits the given descriptors and nothing else from the grader.

Imports little, because a check's worker is started before all other imports.
"""

from __future__ import annotations

import _socket
import fcntl
import os

from ..errors import GraderFault
from .worker_paths import command, environment

#: Descriptor numbers of a worker's socket to the grader, and of a child's file of inputs.
SOCKET, INPUTS = 3, 4
#: Number of descriptors that must be available: a child's are temporarily moved to 200 and above.
OPEN_FILES = 256
#: SIGINT and SIGPIPE by their POSIX numbers, because `signal` imports a dozen modules.
_DEFAULT_SIGNALS = [2, 13]
#: Argument of personality(2) that only reads it.
_UNCHANGED = 0xFFFFFFFF


def begin_zygote(
    device: str, wrap: tuple[str, ...] = (), *, fixed: bool = False
) -> tuple[int, _socket.socket]:
    """Start a zygote that waits for its settings; return its process id and the socket to it.

    `wrap` is a prefix of its command; the process id is then the wrapper's. With `fixed`, addresses
    are not randomised, if the system allows it, so that code cannot choose by them.
    """
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    before = _fix_addresses() if fixed else None
    try:
        return launch("zygote", device, theirs.fileno(), wrap=wrap), ours
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
        if before is not None:
            from ..sandbox.layers import libc

            libc.personality(before)


def _fix_addresses() -> int | None:
    """Let the processes that this thread starts keep their addresses from run to run.

    Returns the previous setting, or None if the system refuses it, as in many containers.
    """
    from ..sandbox.layers import libc

    try:
        before = libc.personality(_UNCHANGED)
        libc.personality(before | libc.ADDR_NO_RANDOMIZE)
    except OSError:
        return None
    return before


def launch(
    mode: str,
    device: str,
    socket: int,
    output: int = -1,
    inputs: int = -1,
    wrap: tuple[str, ...] = (),
) -> int:
    """Start `boot.py mode` with `socket` as descriptor 3; return the process id.

    Standard output and error go to `output`, or nowhere; `inputs` becomes descriptor 4. The
    process gets a new process group, so that only the grader receives a Ctrl-C from the
    terminal.
    """
    open_files()
    # Move it above the target numbers, so that no descriptor overwrites another.
    socket_up = fcntl.fcntl(socket, fcntl.F_DUPFD_CLOEXEC, 10)
    null = os.open(os.devnull, os.O_RDWR)
    null_up = fcntl.fcntl(null, fcntl.F_DUPFD_CLOEXEC, 10)
    output_up = fcntl.fcntl(null if output < 0 else output, fcntl.F_DUPFD_CLOEXEC, 10)
    inputs_up = fcntl.fcntl(null if inputs < 0 else inputs, fcntl.F_DUPFD_CLOEXEC, 10)
    arguments = [*wrap, *command(mode)]
    try:
        return os.posix_spawn(
            arguments[0],
            arguments,
            environment(device),
            file_actions=[
                (os.POSIX_SPAWN_DUP2, null_up, 0),
                (os.POSIX_SPAWN_DUP2, output_up, 1),
                (os.POSIX_SPAWN_DUP2, output_up, 2),
                (os.POSIX_SPAWN_DUP2, socket_up, SOCKET),
                (os.POSIX_SPAWN_DUP2, inputs_up, INPUTS),
            ],
            setpgroup=0,
            setsigdef=_DEFAULT_SIGNALS,
        )
    except OSError as error:
        raise GraderFault(f"a worker cannot be started: {error}") from error
    finally:
        for fd in (socket_up, null, null_up, output_up, inputs_up):
            os.close(fd)


def open_files() -> int:
    """Return the number of files that this process and its children may open.

    Raises the limit to the required number if the system allows it.
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit, setrlimit
    except ImportError:
        return OPEN_FILES
    soft, hard = getrlimit(RLIMIT_NOFILE)
    if soft == RLIM_INFINITY or soft >= OPEN_FILES:
        return OPEN_FILES
    most = OPEN_FILES if hard == RLIM_INFINITY else min(OPEN_FILES, hard)
    try:
        setrlimit(RLIMIT_NOFILE, (most, hard))
    except (OSError, ValueError):
        return soft
    return most


def end(pid: int) -> None:
    """Kill a child of this process and reap it."""
    from signal import SIGKILL

    try:
        os.kill(pid, SIGKILL)
    except ProcessLookupError:
        return
    wait(pid)


def wait(pid: int) -> None:
    """Reap a child of this process, unless it was reaped elsewhere."""
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        return


def watchable(pid: int) -> int:
    """Return a pidfd of a child of this process, -1 if there is none."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def inputs_file() -> tuple[int, int]:
    """Open an anonymous sealable file twice: for writing, and for a child to read.

    Returns (-1, -1) if the system has no such files.
    """
    if not hasattr(os, "memfd_create"):
        return -1, -1
    try:
        ours = os.memfd_create("learncnn-inputs", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError:  # not supported by this kernel or container: inputs go through the socket
        return -1, -1
    try:
        return ours, os.open(f"/proc/self/fd/{ours}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # without /proc: inputs go through the socket
        os.close(ours)
        return -1, -1


def output_file() -> int:
    """Return an anonymous file for what a submission prints."""
    if hasattr(os, "memfd_create"):
        try:
            return os.memfd_create("learncnn-output")
        except OSError:  # not supported by this kernel or container
            pass
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
