"""Stand for an array that is too large to store with a report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unkept:
    """The shape and dtype of an array that is too large to store with a report."""

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{self.dtype} {list(self.shape)}"
