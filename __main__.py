"""Run the command `learncnn`, also as `python -m learncnn`.

A check's worker is started before anything else is imported, so that both load in parallel.
"""

import atexit
import gc
import os
import sys

from learncnn.grader.runner import prestart


def main() -> None:
    """Run the command line."""
    # Loading modules creates no garbage, so frequent collections meanwhile only take time: a
    # check makes 50 000 objects, and one collection of them takes a twentieth of it.
    gc.set_threshold(100_000)
    codes: list[int] = []
    atexit.register(_end_now, codes)
    prestart.begin(sys.argv[1:])
    from learncnn.cli import main as command_line

    try:
        command_line()
    except SystemExit as end:
        if isinstance(end.code, int):
            codes.append(end.code)
        raise


def _end_now(codes: list[int]) -> None:
    """End this process with a code, if there is one; the hook that is registered first runs last.

    Taking apart every module that was imported would take another twentieth of a check.
    """
    if not codes:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return  # Python itself reports what it cannot write
    os._exit(codes[0])


if __name__ == "__main__":
    main()
