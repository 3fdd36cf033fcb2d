"""Fill the holes of the zygote's heap, so that a child's objects lie together.

After libraries were imported the allocators have free blocks all over the heap. Each that a
child takes lies on a page it shares with the zygote, which it must copy first. Without holes
what a child allocates lies side by side on pages of its own: torch's children copy a fifth fewer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .layers import libc

#: Pools of Python's allocator, and the sizes of block that it hands out of them.
_POOL = 16 << 10
_CLASSES = range(16, 513, 16)
#: What malloc keeps lists of: every multiple of 16, then ever wider ranges.
_SIZES = (*(1 << n for n in range(16, 9, -1)), 768, 640, *range(496, 15, -16))
#: Number of neighbours in a row that shows that they come from memory never used before.
_NEIGHBOURS = 16
#: Maximum size taken where an allocator behaves otherwise, in bytes.
_LIMIT = 1 << 20
#: bytes() has so much around its content, and the null behind it.
_BYTES_HEAD = 33

_kept: list[object] = []


def fill() -> None:
    """Take every hole and keep it."""
    for size in _CLASSES:
        _take(size, partial(_object, size), max(4, _POOL // size // 2))
    for size in _SIZES:
        _take(size, partial(libc.malloc, size), _NEIGHBOURS)


def _object(size: int) -> int:
    """The address of a new object whose block has `size` bytes."""
    if size == 16:
        _kept.append(object())
    else:
        _kept.append(1 << 40 | len(_kept) if size == 32 else bytes(size - _BYTES_HEAD))
    return id(_kept[-1])


def _take(size: int, allocate: Callable[[], int], enough: int) -> None:
    """Allocate until `enough` blocks in a row lie behind each other."""
    run, last = 0, 0
    for _ in range(_LIMIT // size):
        address = allocate()
        run = run + 1 if 0 < address - last <= size + 16 else 0
        if run == enough:
            return
        last = address
