"""The zygote's heap on huge pages: a fork copies one entry of a page table instead of 512.

A child that writes gets small pages of its own, as usual, once the huge one is split. With torch's
150 MB a submission takes a tenth less time; numpy's 20 MB are not worth the splitting.
"""

from __future__ import annotations

from collections.abc import Iterator

from .layers import libc

#: 2 MiB: of x86-64, and of aarch64 with pages of 4 KiB. Elsewhere nothing is gained or lost.
SIZE = 1 << 21


def collapse() -> int:
    """Move what is there already; returns the bytes of ranges that the kernel agreed to."""
    moved = 0
    for start, end in list(_ranges()):
        try:
            libc.madvise(start, end - start, libc.MADV_COLLAPSE)
        except OSError:  # an older kernel, or no huge page is free
            continue
        moved += end - start
    return moved


def _ranges() -> Iterator[tuple[int, int]]:
    """Whole huge pages within the heap and the nameless private mappings."""
    try:
        with open("/proc/self/maps", encoding="ascii", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        addresses, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights != "rw-p" or name not in ([], ["[heap]"]):
            continue
        first, last = (int(address, 16) for address in addresses.split("-"))
        start, end = -(-first // SIZE) * SIZE, last // SIZE * SIZE
        if start < end:
            yield start, end
