"""Run the command `learncnn`, also as `python -m learncnn`.

A check's worker is started before anything else is imported, so that both load in parallel.
"""

import gc
import sys

from learncnn.grader.runner import prestart


def main() -> None:
    """Run the command line."""
    # Loading modules creates no garbage, so frequent collections meanwhile only take time.
    gc.set_threshold(50_000)
    prestart.begin(sys.argv[1:])
    from learncnn.cli import main as command_line

    try:
        command_line()
    finally:
        # Skip the collection of all objects at interpreter exit, which takes a tenth of a check.
        gc.freeze()


if __name__ == "__main__":
    main()
