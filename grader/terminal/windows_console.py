"""Enable escape sequences in the Windows console."""

from __future__ import annotations

import ctypes
from typing import Any

_STDOUT = -11  # STD_OUTPUT_HANDLE
_PROCESS_ESCAPES = 0x0004  # ENABLE_VIRTUAL_TERMINAL_PROCESSING


def escapes_work() -> bool:
    """Enable escape sequences on standard output; return False if the console lacks them.

    Consoles before Windows 10 lack them.
    """
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009  (Windows' ctypes alone)
    handle = kernel.GetStdHandle(_STDOUT)
    mode = ctypes.c_uint32()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return True  # not a console but a file or a pipe
    return bool(kernel.SetConsoleMode(handle, mode.value | _PROCESS_ESCAPES))
