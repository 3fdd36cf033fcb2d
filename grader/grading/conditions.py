"""Test conditions: properties of the arguments that may hold in exactly the failing cases.

A condition needs no mutant: the statement is true by itself. It is a function of a case that
returns whether it holds, or None if it does not apply to the case. Its sentence is in
text/diagnosis.toml under `condition`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..answer_key.key import Case

#: Minimum number of cases for which a condition holds, and for which it does not.
INSIDE, OUTSIDE = 3, 3
#: Minimum number of failing cases in which only one of several properties holds, for each of them.
ALONE = 2
#: Maximum length of an argument's value in a sentence, in characters.
_LONGEST = 24


class Condition(NamedTuple):
    """A property that holds in exactly the failing cases."""

    key: str
    values: Mapping[str, str] = {}


def condition_of(
    failing: Sequence[Case], right: Sequence[Case], several: bool = True
) -> Condition | None:
    """Return the first property that holds in all failing cases and in no right one.

    Several properties of which one holds are tried after single ones, if `several` is true.
    """
    if len(failing) < INSIDE or len(right) < OUTSIDE:
        return None
    for key, holds in CONDITIONS.items():
        inside = [holds(case) for case in failing]
        if all(inside) and not any(holds(case) for case in right):
            return Condition(key)
    found = next(_of_arguments(failing, right), None)
    return next(_of_several(failing, right), None) if found is None and several else found


def _of_several(failing: Sequence[Case], right: Sequence[Case]) -> Iterator[Condition]:
    """Return properties of which at least one holds in each failing case, and none in a right one.

    Each has to be the only one in some failing cases, or another set without it would do.
    """
    for key, names in EITHER.items():
        properties = [CONDITIONS[name] for name in names]
        if any(holds(case) for case in right for holds in properties):
            continue
        held = [tuple(holds(case) for holds in properties) for case in failing]
        alone = [sum(row[at] and sum(row) == 1 for row in held) for at in range(len(names))]
        if all(map(any, held)) and min(alone) >= ALONE:
            yield Condition(key)


def degenerate(matched: Sequence[Case], unmatched: Sequence[Case]) -> bool:
    """Return whether one size that is degenerate separates the cases that a mistake explains.

    With one channel or a square image, different mistakes have the same numbers: a mistake that
    fits in exactly these cases is explained by the size and proves nothing.
    """
    return bool(unmatched) and any(
        all(CONDITIONS[key](case) for case in unmatched)
        and not any(CONDITIONS[key](case) for case in matched)
        for key in SIZES
    )


def _of_arguments(failing: Sequence[Case], right: Sequence[Case]) -> Iterator[Condition]:
    """Return an argument that is given, or has one value, in exactly the failing cases."""
    names = dict.fromkeys(name for case in failing for name in case.arguments)
    for name in names:
        inside = {_plain(case.arguments.get(name)) for case in failing}
        outside = {_plain(case.arguments.get(name)) for case in right}
        if len(inside) == 1 and None not in inside and not inside & outside:
            yield Condition("argument", {"name": name, "value": inside.pop() or ""})
        given = [_given(case, name) for case in failing]
        if all(given) and not any(_given(case, name) for case in right):
            yield Condition("given", {"name": name})


def _plain(value: object) -> str | None:
    """Return a small plain value as it is written in code; None for anything else."""
    if isinstance(value, (bool, int, str)):
        text = repr(value)
        return text if len(text) <= _LONGEST else None
    return None


def _given(case: Case, name: str) -> bool:
    return case.arguments.get(name) is not None


def _pair(value: Any) -> tuple[int, int] | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value, value
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(n, int) for n in value):
        return value
    return None


def _shape(case: Case, *names: str) -> tuple[int, ...] | None:
    """Return the shape of the first argument that is an array, or that is a shape itself."""
    for name in names:
        value = case.arguments.get(name)
        if isinstance(value, np.ndarray):
            return tuple(value.shape)
        if name.endswith("shape") and isinstance(value, tuple):
            return value
    return None


def _kernel(case: Case) -> tuple[int, int] | None:
    name = "k" if "n" in case.arguments else "kernel_size"
    if (size := _pair(case.arguments.get(name))) is not None:
        return size
    shape = _shape(case, "K", "weight", "filters")
    return (shape[-2], shape[-1]) if shape and len(shape) >= 2 else None


def _image(case: Case) -> tuple[int, int] | None:
    if (size := _pair(case.arguments.get("n"))) is not None:
        return size
    shape = _shape(case, "X", "input", "image", "input_shape")
    return (shape[-2], shape[-1]) if shape and len(shape) >= 2 else None


def _stride(case: Case) -> tuple[int, int] | None:
    """Return the stride in effect; for pooling, the default is the window."""
    if (given := _pair(case.arguments.get("stride"))) is not None:
        return given
    return _kernel(case) if "pool" in case.function else (1, 1)


def _padding(case: Case) -> tuple[int, int]:
    return _pair(case.arguments.get("padding")) or (0, 0)


def _remainder(case: Case) -> bool:
    kernel, image, stride = _kernel(case), _image(case), _stride(case)
    if kernel is None or image is None or stride is None or 0 in stride:
        return False
    total: Any = case.arguments.get("total_padding", 0)
    sizes = zip(image, kernel, stride, _padding(case), strict=True)
    return any((n + 2 * p + total - k) % s for n, k, s, p in sizes)


def _differ(pair: tuple[int, int] | None) -> bool:
    return pair is not None and pair[0] != pair[1]


def _kernel_not_square(case: Case) -> bool:
    return _differ(_kernel(case))


def _image_not_square(case: Case) -> bool:
    return _differ(_image(case))


def _overlap(case: Case) -> bool:
    kernel, stride = _kernel(case), _stride(case)
    return bool(kernel and stride) and any(s < k for s, k in zip(stride, kernel, strict=True))  # type: ignore[arg-type]


def _stride_not_window(case: Case) -> bool:
    return "pool" in case.function and _kernel(case) != _stride(case)


def _untiled(case: Case) -> bool:
    return _stride_not_window(case) or _remainder(case) or _padding(case) != (0, 0)


def _not_of(case: Case, side: int) -> bool:
    return _kernel(case) not in (None, (side, side))


def _kernel_even(case: Case) -> bool:
    return any(side % 2 == 0 for side in _kernel(case) or ())


def _strided(case: Case) -> bool:
    return "stride" in case.arguments and _stride(case) != (1, 1)


def _padded(case: Case) -> bool:
    return _padding(case) != (0, 0)


def _one_padding_0(case: Case) -> bool:
    return sorted(map(bool, _padding(case))) == [False, True]


def _a_pair(case: Case) -> bool:
    return any(
        isinstance(case.arguments.get(name), tuple) for name in ("stride", "padding", "kernel_size")
    )


def _size(case: Case, axis: int, dimensions: int, *names: str) -> int:
    shape = _shape(case, *names)
    return shape[axis] if shape and len(shape) == dimensions else 1


def _images(case: Case) -> bool:
    return _size(case, 0, 4, "input", "grad_output", "input_shape") > 1


def _channels(case: Case) -> bool:
    return max(_size(case, 1, 4, "input", "input_shape"), _size(case, 0, 3, "X", "K")) > 1


def _filters(case: Case) -> bool:
    return max(_size(case, 0, 4, "weight"), _size(case, 0, 3, "filters")) > 1


def _arrays(case: Case) -> list[Any]:
    return [value for value in case.arguments.values() if isinstance(value, np.ndarray)]


def _negative(case: Case) -> bool:
    return any(array.dtype.kind in "if" and bool((array < 0).any()) for array in _arrays(case))


def _of_dtype(*names: str) -> Callable[[Case], bool]:
    return lambda case: any(array.dtype.name in names for array in _arrays(case))


def _not_finite(case: Case) -> bool:
    return any(a.dtype.kind == "f" and not np.isfinite(a).all() for a in _arrays(case))


def _dimensions(case: Case) -> bool:
    arrays = _arrays(case)
    return bool(arrays) and arrays[0].ndim != 2


#: From the most to the least informative; the first that fits is stated.
CONDITIONS: Mapping[str, Callable[[Case], bool]] = {
    "kernel_not_square": _kernel_not_square,
    "image_not_square": _image_not_square,
    "remainder": _remainder,
    "one_padding_0": _one_padding_0,
    "no_padding": lambda case: _padding(case) == (0, 0) and "padding" in case.arguments,
    "padding": _padded,
    "padding_differs": lambda case: _differ(_padding(case)),
    "stride_differs": lambda case: "stride" in case.arguments and _differ(_stride(case)),
    "stride_not_window": _stride_not_window,
    "overlap": _overlap,
    "stride": _strided,
    "pair": _a_pair,
    "images": _images,
    "channels": _channels,
    "filters": _filters,
    "grey": _of_dtype("uint8"),
    "whole": _of_dtype("uint8", "int32", "int64"),
    "float32": _of_dtype("float32"),
    "not_finite": _not_finite,
    "negative": _negative,
    "not_matrix": _dimensions,
    "untiled": lambda case: "pool" in case.function and _untiled(case),
    "kernel_even": _kernel_even,
    "not_2_by_2": lambda case: "pool" in case.function and _not_of(case, 2),
    "not_3_by_3": lambda case: "pool" not in case.function and _not_of(case, 3),
}

#: Conditions of which at least one holds; tried after the single ones.
EITHER: Mapping[str, tuple[str, ...]] = {
    "side_not_square": ("kernel_not_square", "image_not_square"),
    "stride_or_padding": ("stride", "padding"),
    "remainder_or_padding": ("remainder", "padding"),
    "remainder_or_overlap": ("remainder", "overlap"),
    "kernel_or_padding": ("kernel_not_square", "padding"),
    "kernel_or_stride": ("kernel_not_square", "stride"),
    "image_or_padding": ("image_not_square", "padding"),
    "kernel_padding_or_stride": ("kernel_not_square", "padding", "stride"),
    "remainder_overlap_or_padding": ("remainder", "overlap", "padding"),
}

#: Conditions that fail for a degenerate size only: equal sides, or one of a kind.
SIZES = ("kernel_not_square", "image_not_square", "images", "channels", "filters")
