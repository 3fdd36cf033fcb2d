"""Start a worker; a fresh `python -s -S` runs this file as a script.

It makes this folder importable as a separate package, so that a worker needs neither learncnn's
installation nor its import hooks. It then calls `zygote` (many children), `single` (one), or
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
    """Run `boot.py MODE`; descriptor 3 is the socket to the parent, except in a plain child."""
    gc.disable()  # imports produce no garbage to collect
    if not sys.flags.isolated:
        del sys.path[0]  # this folder, whose modules are imported as a package
    package = ModuleType(PACKAGE)
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[PACKAGE] = package
    os.chdir("/")
    if sys.argv[1] != "plain_process":  # a plain child only has its streams
        import_module(f"{PACKAGE}.layers.fds").close_inherited()
    import_module(f"{PACKAGE}.{sys.argv[1]}").main(3)


if __name__ == "__main__":
    main()
