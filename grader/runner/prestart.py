"""Start the worker of a `check` before all other imports, because it takes as long as they do.

The library is guessed from the command's words and learncnn.toml. A wrong guess costs only time:
the runner is closed and the right one is started.
"""

from __future__ import annotations

import os
from itertools import pairwise

TYPE_CHECKING = False  # `typing` itself is loaded only once the worker is under way
if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Sequence

    from .job import Limits
    from .plain_child import PlainChild
    from .runner import Runner

#: Memory limit by library, in MiB; torch itself takes a few hundred.
MEMORY_MB = {"numpy": 512, "torch": 1024}
#: Seconds that a check allows for a case and for loading the source, so that an endless loop is
#: reported while the student is watching; `grade` uses the defaults of `Limits`.
CHECK_SECONDS, CHECK_LOAD_SECONDS = 2.0, 5.0
#: Maximum bytes of output kept when one case is run to show its output.
CASE_PRINTS = 1 << 20
#: Limits for large cases on a GPU, each with hundreds of MiB of inputs and of results.
GPU_MEMORY_MB, GPU_ANSWER_BYTES, GPU_KEPT_BYTES = 8192, 1 << 29, 1 << 33
#: Options with which the default worker is wrong or not needed.
_OTHERWISE = ("-h", "--help", "--timeout", "--device", "--case")

_begun: dict[tuple[str, str, Limits], Runner] = {}


def begin(words: Sequence[str]) -> None:
    """Start a worker if `words` are those of a check with default settings; never fails."""
    if "check" not in words or "author" in words:
        return
    # Judging compares small arrays; starting threads for each core would slow numpy's import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if any(word.startswith(_OTHERWISE) for word in words):
        return
    try:
        framework = _framework(words)
        if framework == "torch":
            from .devices import GPU_FILES

            if any(map(os.path.exists, GPU_FILES)):
                return
        from .child_kind import plain_here

        begun: tuple[int, socket] | PlainChild
        if plain_here():
            from .plain_child import PlainChild

            begun = PlainChild("cpu")
        else:
            from .process import begin_zygote

            begun = begin_zygote("cpu")
        from .runner import Runner

        limits = check_limits(framework)
        _begun[framework, "cpu", limits] = Runner((framework,), limits=limits, begun=begun)
    except Exception:  # the check itself will report any error
        return


def take(framework: str, device: str, limits: Limits) -> Runner | None:
    """Return the started worker, if it is of this kind."""
    return _begun.pop((framework, device, limits), None)


def discard() -> None:
    """End the started worker if it was not taken."""
    while _begun:
        _begun.popitem()[1].close()


def default_limits(framework: str, device: str = "cpu") -> Limits:
    """Return the default limits of grading."""
    from .job import Limits

    if device == "cuda":
        return Limits(
            memory_mb=GPU_MEMORY_MB, answer_bytes=GPU_ANSWER_BYTES, kept_bytes=GPU_KEPT_BYTES
        )
    return Limits(memory_mb=MEMORY_MB[framework])


def check_limits(framework: str, device: str = "cpu") -> Limits:
    """Return the default limits of a check.

    On a GPU the seconds stay those of grading: the first call of each operator loads its code.
    """
    limits = default_limits(framework, device)._replace(second_try=False, losses_in_a_row=1)
    if device == "cuda":
        return limits
    return limits._replace(case_seconds=CHECK_SECONDS, load_seconds=CHECK_LOAD_SECONDS)


def _framework(words: Sequence[str]) -> str:
    """Return the framework in the nearest learncnn.toml, or numpy."""
    folder = os.getcwd()
    for before, word in pairwise(words):
        if before == "--root":
            folder = os.path.abspath(word)
    while True:
        try:
            with open(os.path.join(folder, "learncnn.toml"), encoding="utf-8") as file:
                text = file.read(4096).replace(" ", "")
                return "torch" if 'framework="torch"' in text else "numpy"
        except OSError:
            pass
        parent = os.path.dirname(folder)
        if parent == folder:
            return "numpy"
        folder = parent
