"""Measure how time grows with the length of a text, if it exceeds noise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

#: Maximum growth of time when a text doubles; linear is 2, quadratic 4.
MAX_RATIO = 3.0
#: Length of the first texts that are measured, in characters.
FIRST = 1 << 12
#: Time in seconds below which a text of `FIRST` characters is not measured further; a quadratic
#: scanner takes several times as long.
NOISE = 2e-3
#: Minimum time of the shortest text of a comparison, in seconds.
LEAST = 1e-3
#: Length in characters of the longest first text of a comparison; a scanner that is faster than
#: `LEAST` even there only seemed slow on a busy machine. Readers refuse texts much longer.
LONGEST = 1 << 17
#: Time in seconds above which one measurement is enough.
PLAIN = 0.1


def texts(
    words: Sequence[str], prefixes: Sequence[str], suffixes: Sequence[str]
) -> Iterator[Callable[[int], str]]:
    """Yield functions that make a text of a given length by repeating words or pairs of them."""
    for unit in [*words, *(a + b for a in words for b in words if a != b)]:
        for prefix in prefixes:
            for suffix in suffixes:
                yield (
                    lambda size, parts=(prefix, unit, suffix): (
                        parts[0] + parts[1] * (size // len(parts[1])) + parts[2]
                    )
                )


def seconds(scan: Callable[[str], object], text: str, tries: int = 3) -> float:
    """Return the processor time of a scan, in seconds: the best of several tries."""
    best = float("inf")
    for _ in range(tries):
        start = time.thread_time()
        scan(text)
        best = min(best, time.thread_time() - start)
        if best > PLAIN:
            break
    return best


def growth(scan: Callable[[str], object], text_of: Callable[[int], str]) -> float:
    """Return the mean factor by which time grows when a text doubles, from n over 2n to 4n."""
    size = FIRST >> 2
    while seconds(scan, text_of(size)) < LEAST:
        size *= 2
        if size > LONGEST:
            return 1.0
    one, _, four = (seconds(scan, text_of(size * times)) for times in (1, 2, 4))
    return (four / one) ** 0.5


def superlinear(scan: Callable[[str], object], text_of: Callable[[int], str]) -> bool:
    """Return whether time grows faster than the text in each of two measurements."""
    if seconds(scan, text_of(FIRST), 1) < NOISE:
        return False
    return all(growth(scan, text_of) > MAX_RATIO for _ in range(2))
