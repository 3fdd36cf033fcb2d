"""Read and check the parameters of a figure block one by one, and return them as plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import FigureError, Messages
from ..sandbox.protocol.values import Array
from .scenes import scene
from .sliding import Pair, Slide

#: Pattern of arrays given by name: `"arange(3, 3)"`, `"ones(2, 2)"`, `"scene"`.
_MADE = re.compile(r"(arange|ones|zeros)\((\d{1,2}(?:, ?\d{1,2}){0,3})\)|(scene)")
#: Maximum number of rows or columns with numbers, because more do not fit on a phone.
MAX_SIDE = 12


class Parameters:
    """The parameters that an author gave a figure.

    Every kind reads its own keys and then calls `finish`. All methods that read a key raise
    FigureError if it is missing without a default, or has an invalid value.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._left = dict(table)
        #: The parameters read so far, with defaults filled in, as plain data for JSON.
        self.read: dict[str, Any] = {}

    def has(self, key: str) -> bool:
        """Return whether a key was given and is not read yet."""
        return key in self._left

    def is_list(self, key: str) -> bool:
        """Return whether a list was given for a key that is not read yet."""
        return isinstance(self._left.get(key), list)

    def array(self, key: str, *dimensions: int) -> Array:
        """Return an array whose number of dimensions is one of `dimensions`."""
        value = self._take(key)
        if isinstance(value, str) and (found := _MADE.fullmatch(value)):
            made = _made(found)
        else:
            made = _given(key, value)
        if made.ndim not in dimensions or made.size == 0:
            known = " | ".join(str(n) for n in dimensions)
            raise FigureError("figure", "dimensions", name=key, found=made.ndim, known=known)
        self.read[key] = value if value == "scene" else made.tolist()
        return made

    def numbers(self, key: str, default: Sequence[float] | None = None) -> list[float]:
        """Return a list of numbers."""
        value = self._take(key, default)
        if not isinstance(value, (list, tuple)) or not value or not all(map(_is_number, value)):
            raise FigureError("figure", "numbers", name=key)
        self.read[key] = list(value)
        return [float(v) for v in value]

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number."""
        value = self._take(key, default)
        if not _is_number(value):
            raise FigureError("figure", "number", name=key)
        self.read[key] = value
        return float(value)

    def integer(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """Return an integer of at least `least`."""
        value = self._take(key, default)
        if type(value) is not int or value < least:
            raise FigureError("figure", "integer", name=key, least=least)
        self.read[key] = value
        return value

    def pair(self, key: str, default: int | Pair | None = None, *, least: int = 0) -> Pair:
        """Return an int or a pair of ints as (vertical, horizontal)."""
        value = self._take(key, default)
        both = (value, value) if type(value) is int else value
        if not isinstance(both, (list, tuple)) or len(both) != 2:
            raise FigureError("figure", "pair", name=key)
        if not all(type(v) is int and v >= least for v in both):
            raise FigureError("figure", "integer", name=key, least=least)
        self.read[key] = list(both)
        return (both[0], both[1])

    def index(self, key: str, shape: Pair) -> Pair:
        """Return the index of an element of an array of this shape; by default the first."""
        found = self.pair(key, 0)
        if found[0] >= shape[0] or found[1] >= shape[1]:
            raise FigureError("figure", "index", name=key, index=list(found), shape=list(shape))
        return found

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """Return one of the words in `known`."""
        value = self._take(key, default)
        if value not in known:
            raise FigureError("figure", "choice", name=key, known=" | ".join(known))
        self.read[key] = value
        return str(value)

    def words(self, key: str, known: Sequence[str], *, most: int) -> list[str]:
        """Return a list of words in `known`."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not set(map(str, value)) <= set(known):
            raise FigureError("figure", "choice", name=key, known=" | ".join(known))
        if len(value) > most:
            raise FigureError("figure", "too_many", most=most)
        self.read[key] = value
        return value

    def text(self, key: str) -> str:
        """Return a non-empty text that the reader sees."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise FigureError("figure", "text", name=key)
        self.read[key] = value
        return value.strip()

    def array_lists(self, key: str) -> list[list[int]]:
        """Return lists of integers, such as the maps that each map reads."""
        value = self._take(key)
        rows = value if isinstance(value, list) else []
        if not rows or not all(isinstance(row, list) and row for row in rows):
            raise FigureError("figure", "lists", name=key)
        if not all(type(n) is int and 0 <= n < 2 * MAX_SIDE for row in rows for n in row):
            raise FigureError("figure", "lists", name=key)
        self.read[key] = rows
        return rows

    def matrices(self, key: str) -> list[Array]:
        """Return a list of arrays, one for each layer."""
        value = self._take(key)
        if not isinstance(value, list) or not value:
            raise FigureError("figure", "array", name=key)
        self.read[key] = value
        return [_given(key, one) for one in value]

    def switch(self, key: str, default: bool) -> bool:
        """Return a boolean."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise FigureError("figure", "switch", name=key)
        self.read[key] = value
        return value

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        """Return a list of tables, such as a network's layers."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
            raise FigureError("figure", "tables", name=key)
        self.read[key] = value
        return value

    def slide(self, size: Pair, kernel: Pair, *, stride: int | Pair = 1) -> Slide:
        """Return the window with the given `padding` and `stride`, checked to be drawable."""
        padding, stride = self.pair("padding", 0), self.pair("stride", stride, least=1)
        return checked(Slide(size, kernel, padding, stride))

    def keep(self, key: str, computed: Any) -> None:
        """Add a computed value to `read`, for interactive figures."""
        self.read[key] = computed

    def finish(self) -> None:
        """Raise FigureError if a key was given that the kind does not have."""
        if self._left:
            known = Messages(sorted(self.read))
            raise FigureError("figure", "unknown_key", name=min(self._left), known=known)

    def _take(self, key: str, default: Any = None) -> Any:
        if key in self._left:
            return self._left.pop(key)
        if default is None:
            raise FigureError("figure", "lacks", name=key)
        return default


def checked(slide: Slide) -> Slide:
    """Return a sliding window. Raises FigureError if it does not fit or is too large to draw."""
    if not slide.fits:
        raise FigureError(
            "figure", "too_small", kernel=list(slide.kernel), padded=list(slide.padded)
        )
    if max(slide.padded) > MAX_SIDE:
        raise FigureError("figure", "too_large", size=list(slide.padded), most=MAX_SIDE)
    return slide


def _is_number(value: object) -> bool:
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and bool(np.isfinite(value))
    )


def _made(found: re.Match[str]) -> Array:
    if found[3]:
        return scene()
    shape = [int(n) for n in found[2].split(",")]
    if found[1] == "arange":
        return np.arange(float(np.prod(shape))).reshape(shape)
    return np.full(shape, float(found[1] == "ones"))


def _given(key: str, value: Any) -> Array:
    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise FigureError("figure", "array", name=key) from None
    if isinstance(value, (str, bool)) or not np.isfinite(array).all():
        raise FigureError("figure", "array", name=key)
    return array
