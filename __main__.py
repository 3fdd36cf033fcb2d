"""The command `learncnn`, also as `python -m learncnn`.

A check's worker is begun before anything else is loaded here: both then load at once.
"""

import gc
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
    finally:
        # Nor is what is left garbage: Python would look through all of it once more as it ends,
        # which takes a tenth of a check.
        gc.freeze()


if __name__ == "__main__":
    main()
