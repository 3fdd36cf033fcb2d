"""The first lines of a worker: run as a script by a fresh `python -I -S`.

Makes this folder importable as a package of its own, so that a worker needs neither learncnn's
installation nor its import hooks, and hands over to `zygote` (many children), `single` (one), or
`plain_process` (one, without a sandbox, on any system).
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from types import ModuleType

PACKAGE = "learncnn_sandbox"


def main() -> None:
    """`boot.py MODE`; file descriptor 3 is the socket to the parent, but for a plain child."""
    gc.disable()  # while importing: nothing of it becomes garbage
    package = ModuleType(PACKAGE)
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[PACKAGE] = package
    os.chdir("/")
    if sys.argv[1] != "plain_process":  # which has its streams alone, and maybe no POSIX beneath it
        import_module(f"{PACKAGE}.layers.fds").close_inherited()
    import_module(f"{PACKAGE}.{sys.argv[1]}").main(3)


if __name__ == "__main__":
    main()
