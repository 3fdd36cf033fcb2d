"""Find the paths of a worker's interpreter, program and libraries."""

from __future__ import annotations

import os
import sys

from ..errors import GraderFault
from ..sandbox import __file__ as _sandbox_init
from ..sandbox.layers.libraries import packages

#: Environment variables passed on because a library may need them to load (conda, nix).
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "CUDA_VISIBLE_DEVICES")
#: The same on Windows: conda's libraries are on the path, torch finds its own by the others.
_KEPT_ON_WINDOWS = (
    "PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "PROGRAMFILES",
    "CUDA_PATH",
    "CUDA_VISIBLE_DEVICES",
)


def command(mode: str) -> list[str]:
    """Return a worker's command, which excludes the user site, `site` and the current folder.

    Its environment is ours alone, see `environment`, so it need not be ignored (`-I`), which would
    exclude the seed of hashes.
    """
    if not sys.executable:
        raise GraderFault("this Python does not know its own executable, so no worker can start")
    assert _sandbox_init is not None
    boot = os.path.join(os.path.dirname(os.path.abspath(_sandbox_init)), "boot.py")
    python = sys.executable
    if sys.platform == "win32":  # a virtual environment's interpreter only starts this one
        python = getattr(sys, "_base_executable", python)
    return [python, "-s", "-S", "-X", "utf8", boot, mode]


def environment(device: str) -> dict[str, str]:
    """Return a worker's environment: one thread, no GPU unless requested, nothing of the user's."""
    names = _KEPT_ON_WINDOWS if sys.platform == "win32" else _KEPT
    kept = {name: os.environ[name] for name in names if name in os.environ}
    if device != "cuda":
        kept["CUDA_VISIBLE_DEVICES"] = ""
    return kept | {
        "LANG": "C.UTF-8",
        # The order of a set of strings is the same in every process and run.
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
        "TORCH_DEVICE_BACKEND_AUTOLOAD": "0",
    }


def library_path(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders on this interpreter's path that contain the libraries.

    The current folder is never among them.

    Raises GraderFault if a library is not installed.
    """
    here = os.getcwd()
    candidates = [os.path.abspath(p) for p in sys.path if p and os.path.isdir(p)]
    candidates = [p for p in dict.fromkeys(candidates) if p != here]
    path = [p for p in candidates if any(_holds(p, name) for name in packages(libraries))]
    for name in libraries:
        if not any(_holds(folder, name) for folder in path):
            path.append(_by_import_system(name))
    return tuple(path)


def _holds(folder: str, name: str) -> bool:
    place = os.path.join(folder, name)
    return os.path.isdir(place) or os.path.isfile(f"{place}.py")


def _by_import_system(name: str) -> str:
    """Find a library that an import hook provides (an editable install)."""
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is None or not spec.origin:
        raise GraderFault(f"{name} is not installed for {sys.executable}")
    return os.path.dirname(os.path.dirname(spec.origin))
