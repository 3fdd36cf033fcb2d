"""The command `learncnn`, also as `python -m learncnn`.

A check's worker is begun before anything else is loaded here: both then load at once.
"""

import atexit
import gc
import os
import sys

from learncnn.grader.runner import prestart


def main() -> None:
    """Run the command line."""
    # Modules are no garbage; looking through them again and again as they load only takes time.
    gc.set_threshold(50_000)
    prestart.begin(sys.argv[1:])
    from learncnn.cli import main as command_line

    try:
        command_line()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        atexit._run_exitfuncs()
        # Everything is closed; taking numpy's modules apart one by one would only take time.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)


if __name__ == "__main__":
    main()
