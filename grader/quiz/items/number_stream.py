"""Generate whole numbers from a name, the same on every machine and every Python version.

Python does not promise that `random.Random.choice` or `shuffle` give the same results in every
version, so the stream is defined here. Block i is SHA-256(key ‖ i as 8 bytes, big-endian), cut
into four 64-bit big-endian words. `below(n)` takes words until one is under the largest multiple
of n that fits in 64 bits, and returns it modulo n, so every result is equally likely. The key is
SHA-256 of "learncnn-quiz-1" and the parts as text, each prefixed with its length in bytes
(`4:step`), joined by the byte 0. Shuffling is Fisher-Yates from the last element down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

try:  # as `random` does, because hashlib loads OpenSSL, which is slow
    from _sha2 import sha256  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256

T = TypeVar("T")

#: Part of every key; change it if the scheme of this module changes.
SCHEME = "learncnn-quiz-1"


def keyed(*parts: object) -> NumberStream:
    """Return the stream named by `parts`, which are compared as text.

    Different lists of parts give different streams.
    """
    # A length before each part keeps ("ab", "c") and ("a", "bc") apart.
    # A name from the command line or from JSON may hold a lone surrogate.
    encoded = [str(part).encode("utf-8", "surrogatepass") for part in (SCHEME, *parts)]
    return NumberStream(sha256(b"\0".join(b"%d:%s" % (len(e), e) for e in encoded)).digest())


class NumberStream:
    """A stream of equally likely whole numbers."""

    def __init__(self, key: bytes) -> None:
        self._words = _words(key)

    def below(self, n: int) -> int:
        """Return a number in [0, n). Raises ValueError unless 0 < n < 2**63."""
        if not 0 < n < 2**63:
            raise ValueError(f"cannot draw below {n}")
        limit = 2**64 - 2**64 % n
        return next(word for word in self._words if word < limit) % n

    def pick(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self.below(len(values))]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Return the values in a drawn order."""
        result = list(values)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


def _words(key: bytes) -> Iterator[int]:
    block = 0
    while True:
        digest = sha256(key + block.to_bytes(8, "big")).digest()
        for start in range(0, 32, 8):
            yield int.from_bytes(digest[start : start + 8], "big")
        block += 1
