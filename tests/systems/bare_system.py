"""Run learncnn, or a plain child of it, without any POSIX-only function.

    python bare_system.py main WORDS…      the command line
    python bare_system.py boot MODE        a child, as `boot.py MODE`

The standard library and other packages keep their modules, because they have other code on
Windows. learncnn gets an `os`, a `signal`, a `select` and a `_socket` with only what Windows has,
no fcntl, resource, termios and the like, no files in /proc, /dev, /sys and /etc, and
`sys.platform` is win32. Paths stay those of POSIX, because changing `os.name` would break them.
"""

import ctypes
import importlib
import os
import runpy
import select
import signal
import sys
import types
from pathlib import Path

#: Modules that are imported before anything is removed.
PRELOADED = """asyncio bisect codecs compileall concurrent.futures contextlib copy ctypes.util
dataclasses datetime decimal difflib doctest email.message encodings.idna fractions getpass glob
gzip hashlib heapq html html.parser http.client importlib.metadata importlib.resources inspect io
json linecache locale logging lzma mimetypes multiprocessing.connection numbers pathlib pickle
platform pprint queue random selectors shutil signal socket sqlite3 ssl statistics string subprocess
tarfile tempfile textwrap threading traceback typing unicodedata urllib.parse urllib.request uuid
webbrowser xml.etree.ElementTree zipfile numpy"""
#: Packages that are imported only for the command line, because a child has few.
OTHER_PACKAGES = """click click.shell_completion click.testing nbformat
markdown_it fsrs simpleeval watchfiles array_api_compat.numpy jinja2"""

#: Names that `os` lacks on Windows: documented as `Availability: Unix` or `not Windows`.
OS_WITHOUT = """WCONTINUED WCOREDUMP WEXITED WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED
WIFSTOPPED WNOHANG WNOWAIT WSTOPPED WSTOPSIG WTERMSIG WUNTRACED O_ASYNC O_CLOEXEC O_DIRECT
O_DIRECTORY O_DSYNC O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_RSYNC O_SYNC
O_TMPFILE chown chroot confstr copy_file_range ctermid dup3 environb eventfd fchdir fchmod
fchown fdatasync fork forkpty fpathconf fstatvfs get_blocking getegid getenvb geteuid getgid
getgrouplist getgroups getloadavg getpgid getpgrp getpriority getrandom getresgid getresuid getsid
getuid initgroups killpg lchown lockf login_tty makedev major memfd_create minor mkfifo mknod nice
openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate posix_spawn posix_spawnp pread
preadv pwrite pwritev readv register_at_fork sched_get_priority_max sched_getaffinity
sched_setaffinity sched_yield sendfile set_blocking setegid seteuid setgid setgroups setns
setpgid setpriority setregid setresgid setresuid setreuid setsid setuid splice statvfs sync
sysconf tcgetpgrp tcsetpgrp uname unshare wait wait3 wait4 waitid writev EX_OK POSIX_SPAWN_DUP2
MFD_CLOEXEC MFD_ALLOW_SEALING"""
SIGNALS = "SIGABRT SIGFPE SIGILL SIGINT SIGSEGV SIGTERM SIG_DFL SIG_IGN"
SIGNAL_WITHOUT = """ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL alarm getitimer pause pidfd_send_signal
pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo"""
MODULES = """fcntl resource termios tty pty pwd grp posix syslog readline crypt spwd nis
_posixsubprocess"""
FOLDERS = ("/proc/", "/dev/", "/sys/", "/etc/")


def take_away() -> None:
    """Remove everything that Windows lacks from the modules that learncnn will import."""
    for module in (os, signal, select, sys.modules.get("_socket"), sys.modules.get("socket")):
        if module is not None:
            _keep_for_others(module)
    _delete(os, OS_WITHOUT.split())
    os.supports_dir_fd = os.supports_fd = os.supports_follow_symlinks = set()
    signals = [name for name in vars(signal) if name.startswith("SIG")]
    _delete(signal, [name for name in signals if name not in SIGNALS.split()])
    _delete(signal, SIGNAL_WITHOUT.split())
    _delete(select, ["poll", "epoll", "EPOLLIN", "POLLIN", "POLLOUT", "POLLHUP", "POLLERR"])
    select.select = _no_select
    for name in ("_socket", "socket"):
        if name in sys.modules:
            _delete(sys.modules[name], ["AF_UNIX", "SOCK_SEQPACKET", "SCM_RIGHTS", "CMSG_SPACE"])
    for name in MODULES.split():
        sys.modules[name] = None  # type: ignore[assignment]
    devnull = os.devnull

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str):
            path = arguments[0]
            if path != devnull and path.startswith(FOLDERS):
                raise FileNotFoundError(2, "no such folder on this system", path)

    sys.addaudithook(refuse)
    kernel = types.SimpleNamespace(
        GetStdHandle=lambda number: number,
        GetConsoleMode=lambda handle, mode: 0,  # no handle is a console
        GetUserDefaultUILanguage=lambda: int(os.environ.get("TEST_UI_LANGUAGE", "0x0409"), 16),
    )
    ctypes.windll = types.SimpleNamespace(kernel32=kernel)  # type: ignore[attr-defined]
    os.O_BINARY = 0x8000  # type: ignore[attr-defined]
    console = types.ModuleType("msvcrt")
    vars(console).update(setmode=lambda *_: 0, getwch=lambda: sys.stdin.read(1))
    sys.modules["msvcrt"] = console
    sys.platform = "win32"


def _keep_for_others(module: types.ModuleType) -> None:
    """Give every other loaded module a private copy of `module`."""
    copy = types.ModuleType(module.__name__)
    vars(copy).update(vars(module))
    this = sys.modules["__main__"]
    for name, other in list(sys.modules.items()):
        if other is None or other is this or name.startswith("learncnn"):
            continue
        for key, value in list(getattr(other, "__dict__", {}).items()):
            if value is module:
                setattr(other, key, copy)


def _delete(module: types.ModuleType, names: list[str]) -> None:
    for name in names:
        if hasattr(module, name):
            delattr(module, name)


def _no_select(*_: object) -> None:
    raise OSError(10038, "select works on sockets alone on this system")


def main() -> None:
    what, *words = sys.argv[1:]
    if what == "boot":
        sys.path += os.environ["TEST_PATH"].split(os.pathsep)
    for name in [*PRELOADED.split(), *(OTHER_PACKAGES.split() if what == "main" else ())]:
        importlib.import_module(name)
    here = os.path.abspath(__file__)
    if what == "boot":
        boot, mode = words
        sys.argv = [boot, mode]
        take_away()
        runpy.run_path(boot, run_name="__main__")
        return
    take_away()
    from learncnn.grader.runner import plain_child, worker_paths

    def command(mode: str) -> list[str]:
        boot = worker_paths.command(mode)[-2]
        return [sys.executable, "-I", "-S", "-X", "utf8", here, "boot", boot, mode]

    def environment(device: str) -> dict[str, str]:
        path = os.pathsep.join(p for p in sys.path if p.endswith("-packages"))
        return {**worker_paths.environment(device), "TEST_PATH": path}

    plain_child.command, plain_child.environment = command, environment
    sys.argv = ["learncnn", *words]
    note = os.environ.get("TEST_MODULES")
    try:
        from learncnn.__main__ import main as learncnn

        learncnn()
    finally:
        if note:
            loaded = [name for name in sys.modules if name.startswith("learncnn")]
            Path(note).write_text("\n".join(sorted(loaded)))


if __name__ == "__main__":
    main()
