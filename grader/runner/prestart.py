"""Start the worker of a `check` before anything else is loaded: it takes as long as all the rest.

Which library it needs is guessed with a glance at the command's words and at learncnn.toml. A
wrong guess costs nothing but time: the runner is closed and the right one is started.
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

#: torch itself takes a few hundred MiB.
MEMORY_MB = {"numpy": 512, "torch": 1024}
#: Seconds that a check waits for a case and for the source to load. A loop that does not end is
#: shown while the student still looks; `grade` allows what `Limits` says.
CHECK_SECONDS, CHECK_LOAD_SECONDS = 2.0, 5.0
#: Bytes of prints kept when one case is run for them.
CASE_PRINTS = 1 << 20
#: A GPU's large cases are hundreds of MiB each, on their way there and back.
GPU_MEMORY_MB, GPU_ANSWER_BYTES, GPU_KEPT_BYTES = 8192, 1 << 29, 1 << 33
#: Options that make the default worker the wrong one, or no worker needed.
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
    except Exception:  # whatever it is, the check itself will say it
        return


def take(framework: str, device: str, limits: Limits) -> Runner | None:
    """The worker that was begun, if it is of this kind."""
    return _begun.pop((framework, device, limits), None)


def discard() -> None:
    """End a worker that was not taken."""
    while _begun:
        _begun.popitem()[1].close()


def default_limits(framework: str, device: str = "cpu") -> Limits:
    """The limits of grading where options say nothing else."""
    from .job import Limits

    if device == "cuda":
        return Limits(
            memory_mb=GPU_MEMORY_MB, answer_bytes=GPU_ANSWER_BYTES, kept_bytes=GPU_KEPT_BYTES
        )
    return Limits(memory_mb=MEMORY_MB[framework])


def check_limits(framework: str, device: str = "cpu") -> Limits:
    """The limits of a check whose options say nothing else.

    A GPU keeps its seconds: the first call of each operator loads its code.
    """
    limits = default_limits(framework, device)._replace(second_try=False, losses_in_a_row=1)
    if device == "cuda":
        return limits
    return limits._replace(case_seconds=CHECK_SECONDS, load_seconds=CHECK_LOAD_SECONDS)


def _framework(words: Sequence[str]) -> str:
    """What the nearest learncnn.toml says, or numpy."""
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
