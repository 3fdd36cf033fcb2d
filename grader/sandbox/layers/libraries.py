"""Which packages a worker may import beside the standard library."""

from __future__ import annotations

#: What torch imports of others, sooner or later (its declared requirements).
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


#: What the references are written with, so that one that is copied runs as it does for us.
ARRAY_API = "array_api_compat"


def packages(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Top-level names that a worker with these libraries may import."""
    return (*libraries, ARRAY_API, *(TORCH_NEEDS if "torch" in libraries else ()))


#: Modules of the standard library that a submission cannot import, and why.
WITHHELD = {"ensurepip": "it holds pip, which is another package"}
