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


def packages(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Top-level names that a worker with these libraries may import."""
    return (*libraries, *(TORCH_NEEDS if "torch" in libraries else ()))
