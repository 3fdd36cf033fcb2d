"""Explain terse errors of numpy, torch and Python in terms of the student's line.

A row has the exception's type, a regular expression for its message, and the key of its sentence
in text/diagnosis.toml under `library`; named groups are the sentence's values. The first matching
row applies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ..sandbox.protocol.outcome import Raised


class Explained(NamedTuple):
    """The explanation of an exception: the key of a sentence, and its values."""

    key: str
    values: dict[str, str]


def _row(types: str, message: str, key: str) -> tuple[frozenset[str], re.Pattern[str], str]:
    return frozenset(types.split()), re.compile(message, re.DOTALL), key


_SHAPE = r"[(\[][\d, ]*[)\]]"
PATTERNS: Iterable[tuple[frozenset[str], re.Pattern[str], str]] = (
    _row(
        "TypeError",
        r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer",
        "float_as_size",
    ),
    _row("TypeError", r"slice indices must be integers", "float_as_index"),
    _row("IndexError", r"only integers, slices .* are valid indices", "float_as_index"),
    _row(
        "TypeError",
        r"(?:empty|zeros|ones|full)\(\).*must be tuple of ints.*found .*float",
        "float_as_size",
    ),
    _row(
        "RuntimeError",
        r"value cannot be converted to type .*int\S* without overflow",
        "not_finite_as_int",
    ),
    _row("TypeError", r"'float' object is not subscriptable", "number_indexed"),
    _row("TypeError", r"'int' object is not (?:subscriptable|iterable)", "int_as_pair"),
    _row("TypeError", r"cannot unpack non-iterable int object", "int_as_pair"),
    _row(
        "TypeError",
        r"'(?:float|numpy\.(?:float|u?int)\d+)' object is not iterable",
        "number_iterated",
    ),
    _row("TypeError", r"iteration over a 0-d (?:array|tensor)", "number_iterated"),
    _row(
        "TypeError",
        r"unsupported operand type\(s\) for .*'(?:tuple|int)' and '(?:tuple|int)'",
        "pair_as_int",
    ),
    _row("TypeError", r"'tuple' object cannot be interpreted as an integer", "pair_as_int"),
    _row("TypeError", r"can't multiply sequence by non-int of type 'tuple'", "pair_as_int"),
    _row("TypeError", r"can only concatenate tuple", "pair_as_int"),
    _row(
        "TypeError",
        r"can't multiply sequence by non-int of type '(?:numpy\.)?float\d*'",
        "float_as_size",
    ),
    _row(
        "TypeError",
        r"not supported between instances of '(?:tuple' and 'int|int' and 'tuple)'",
        "pair_as_int",
    ),
    _row("TypeError", r"unsupported operand type\(s\) for .*'NoneType'", "none_used"),
    _row("TypeError", r"'NoneType' object is not", "none_used"),
    _row("AttributeError", r"'NoneType' object has no attribute '(?P<name>\w+)'", "none_used"),
    _row(
        "TypeError",
        r"only (?:0-dimensional|length-1|size-1|integer scalar) arrays can be converted",
        "array_as_number",
    ),
    _row(
        "ValueError RuntimeError",
        r"(?:truth value of an array|Boolean value of Tensor)",
        "array_as_truth",
    ),
    _row("ValueError", r"setting an array element with a sequence.*inhomogeneous shape", "ragged"),
    _row("ValueError", r"setting an array element with a sequence", "array_into_cell"),
    _row(
        "ValueError",
        rf"operands could not be broadcast together with shapes (?P<a>{_SHAPE}) (?P<b>{_SHAPE})",
        "broadcast",
    ),
    _row(
        "ValueError",
        rf"could not broadcast input array from shape (?P<a>{_SHAPE}) into shape (?P<b>{_SHAPE})",
        "broadcast_into",
    ),
    _row(
        "RuntimeError",
        r"The size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\)",
        "broadcast",
    ),
    _row("ValueError", r"matmul: .*size (?P<b>\d+) is different from (?P<a>\d+)", "matmul"),
    _row("ValueError", rf"shapes (?P<a>{_SHAPE}) and (?P<b>{_SHAPE}) not aligned", "matmul"),
    _row("ValueError", r"shape-mismatch for sum", "summed_axes"),
    _row(
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \((?P<a>\w+) and (?P<b>\w+)\)",
        "matmul",
    ),
    _row(
        "ValueError",
        rf"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>{_SHAPE})",
        "reshape",
    ),
    _row(
        "RuntimeError",
        r"shape '(?P<shape>\[[\d, -]*\])' is invalid for input of size (?P<size>\d+)",
        "reshape",
    ),
    _row("ValueError", r"not enough values to unpack \(expected (?P<n>\d+)", "unpack"),
    _row("ValueError", r"too many values to unpack \(expected (?P<n>\d+)", "unpack"),
    _row(
        "IndexError",
        r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)",
        "out_of_bounds",
    ),
    _row("IndexError", r"too many indices", "too_many_indices"),
    _row("NameError UnboundLocalError", r"'(?P<name>\w+)' is not defined", "undefined"),
    _row(
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        "before_assignment",
    ),
    _row(
        "AttributeError",
        r"module '(?P<module>(?:numpy|torch)[\w.]*)' has no attribute '(?P<name>\w+)'",
        "no_such_function",
    ),
    _row(
        "TypeError AttributeError",
        r"Cannot cast ufunc '\w+' output from dtype\('(?P<a>\w+)'\) to dtype\('(?P<b>\w+)'\)",
        "cast_in_place",
    ),
    _row(
        "RuntimeError",
        r"result type (?P<a>\w+) can't be cast to the desired output type (?P<b>\w+)",
        "cast_in_place",
    ),
    _row("RuntimeError", r"expected (?:m1 and m2|scalar type)", "mixed_dtypes"),
    _row(
        "OverflowError ValueError",
        r"cannot convert float (?:infinity|NaN) to integer",
        "not_finite_as_int",
    ),
    _row("ZeroDivisionError", r"", "division_by_zero"),
    _row("RecursionError", r"", "recursion"),
    _row("TypeError", r"missing \d+ required positional argument", "signature"),
    _row("TypeError", r"got an unexpected keyword argument '(?P<name>\w+)'", "signature"),
    _row("TypeError", r"takes .* positional arguments? but", "signature"),
)


def explained(error: Raised) -> Explained | None:
    """Return the explanation of an exception; None if its message is clear enough."""
    for types, message, key in PATTERNS:
        if error.type.rpartition(".")[2] not in types and not types & set(error.bases):
            continue
        if found := message.search(error.message):
            values = {name: value or "" for name, value in found.groupdict().items()}
            return Explained(key, values)
    return None
