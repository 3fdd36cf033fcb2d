"""The packages that a worker may import in addition to the standard library."""

from __future__ import annotations

#: torch, and the packages that it may import (its declared requirements).
TORCH_NEEDS = [
    "torch",
    "torchgen",
    "functorch",
    "typing_extensions",
    "sympy",
    "mpmath",
    "networkx",
    "jinja2",
    "markupsafe",
    "filelock",
    "fsspec",
    "nvidia",
    "triton",
    "packaging",
]


#: Package that the reference solutions use; allowed so that a copy of one runs.
ARRAY_API = "array_api_compat"


def packages(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the top-level names that a worker with these libraries may import."""
    return (*libraries, ARRAY_API, *(TORCH_NEEDS if "torch" in libraries else ()))


#: Modules of the standard library that a submission cannot import → the reason.
WITHHELD = {"ensurepip": "it holds pip, which is another package"}
