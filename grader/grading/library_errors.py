"""Explain terse errors of numpy, torch and Python in terms of the student's line.

A row has the exception's types, a regular expression for its message, and the key of its sentence
in text/diagnosis.toml under `library`; named groups are the sentence's values. The first matching
row applies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ..sandbox.protocol.outcome import Raised


class Explained(NamedTuple):
    """The explanation of an exception: the key of a sentence, and its values."""

    key: str
    values: dict[str, str]


_SHAPE = r"[(\[][\d, ]*[)\]]"
#: Rows; the expressions are compiled where they are needed, since few submissions raise.
PATTERNS: Sequence[tuple[str, str, str]] = (
    (
        "TypeError",
        r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer",
        "float_as_size",
    ),
    ("TypeError", r"slice indices must be integers", "float_as_index"),
    ("IndexError", r"only integers, slices .* are valid indices", "float_as_index"),
    (
        "TypeError",
        r"(?:empty|zeros|ones|full)\(\).*must be tuple of ints.*found .*float",
        "float_as_size",
    ),
    (
        "RuntimeError",
        r"value cannot be converted to type .*int\S* without overflow",
        "not_finite_as_int",
    ),
    ("TypeError", r"'(?:float|int)' object is not subscriptable", "number_indexed"),
    ("TypeError", r"'int' object is not iterable", "int_as_pair"),
    ("TypeError", r"cannot unpack non-iterable int object", "int_as_pair"),
    (
        "TypeError",
        r"'(?:float|numpy\.(?:float|u?int)\d+)' object is not iterable",
        "number_iterated",
    ),
    ("TypeError", r"iteration over a 0-d (?:array|tensor)", "number_iterated"),
    (
        "TypeError",
        r"unsupported operand type\(s\) for .*'(?:tuple|int)' and '(?:tuple|int)'",
        "pair_as_int",
    ),
    ("TypeError", r"'tuple' object cannot be interpreted as an integer", "pair_as_int"),
    ("TypeError", r"can't multiply sequence by non-int of type 'tuple'", "pair_as_int"),
    ("TypeError", r"can only concatenate tuple", "pair_as_int"),
    (
        "TypeError",
        r"can't multiply sequence by non-int of type '(?:numpy\.)?float\d*'",
        "float_as_size",
    ),
    (
        "TypeError",
        r"not supported between instances of '(?:tuple' and 'int|int' and 'tuple)'",
        "pair_as_int",
    ),
    ("TypeError", r"unsupported operand type\(s\) for .*'NoneType'", "none_used"),
    ("TypeError", r"'NoneType' object is not", "none_used"),
    ("AttributeError", r"'NoneType' object has no attribute '(?P<name>\w+)'", "none_used"),
    (
        "TypeError",
        r"only (?:0-dimensional|length-1|size-1|integer scalar) arrays can be converted",
        "array_as_number",
    ),
    (
        "ValueError RuntimeError",
        r"(?:truth value of an array|Boolean value of Tensor)",
        "array_as_truth",
    ),
    ("ValueError", r"setting an array element with a sequence.*inhomogeneous shape", "ragged"),
    ("ValueError", r"setting an array element with a sequence", "array_into_cell"),
    (
        "ValueError",
        rf"operands could not be broadcast together with shapes (?P<a>{_SHAPE}) (?P<b>{_SHAPE})",
        "broadcast",
    ),
    (
        "ValueError",
        rf"could not broadcast input array from shape (?P<a>{_SHAPE}) into shape (?P<b>{_SHAPE})",
        "broadcast_into",
    ),
    (
        "RuntimeError",
        r"The size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\)",
        "broadcast",
    ),
    ("ValueError", r"matmul: .*size (?P<b>\d+) is different from (?P<a>\d+)", "matmul"),
    ("ValueError", rf"shapes (?P<a>{_SHAPE}) and (?P<b>{_SHAPE}) not aligned", "matmul"),
    ("ValueError", r"shape-mismatch for sum", "summed_axes"),
    (
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \((?P<a>\w+) and (?P<b>\w+)\)",
        "matmul",
    ),
    (
        "ValueError",
        rf"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>{_SHAPE})",
        "reshape",
    ),
    (
        "RuntimeError",
        r"shape '(?P<shape>\[[\d, -]*\])' is invalid for input of size (?P<size>\d+)",
        "reshape",
    ),
    ("ValueError", r"not enough values to unpack \(expected (?P<n>\d+)", "unpack"),
    ("ValueError", r"too many values to unpack \(expected (?P<n>\d+)", "unpack"),
    (
        "IndexError",
        r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)",
        "out_of_bounds",
    ),
    (
        "RuntimeError",
        r"index (?P<index>-?\d+) is out of bounds for dimension (?P<axis>\d+)"
        r" with size (?P<size>\d+)",
        "out_of_bounds",
    ),
    (
        "ValueError IndexError RuntimeError",
        r"zero-size array to reduction operation|(?:argmax|argmin) of an empty sequence"
        r"|(?:max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)"
        r"|Expected reduction dim .*(?:non-zero size|numel\(\) == 0)",
        "empty_extreme",
    ),
    (
        "ValueError RuntimeError",
        r"negative dimensions? (?:are not allowed|-\d)|Dimension size must be non-negative",
        "negative_size",
    ),
    ("RuntimeError", r"mean\(\): could not infer output dtype", "mean_of_ints"),
    ("IndexError", r"too many indices", "too_many_indices"),
    ("IndexError", r"list (?:assignment )?index out of range", "list_index"),
    ("IndexError", r"axis -?\d+ is out of bounds for array of dimension", "no_such_axis"),
    ("IndexError", r"Dimension out of range", "no_such_axis"),
    ("TypeError", r"must be Tensor, not |expected np\.ndarray \(got Tensor\)", "other_library"),
    (
        "TypeError",
        r"got an unexpected keyword argument '(?:axis|dim|keepdims|keepdim)'",
        "other_library",
    ),
    (
        "AttributeError",
        r"'(?:numpy\.ndarray|Tensor)' object has no attribute '\w+'",
        "other_library",
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for .*(?:'list' and '(?:float|int|list)'"
        r"|'(?:float|int)' and 'list')",
        "list_arithmetic",
    ),
    ("TypeError", r"bad operand type for unary -: 'list'", "list_arithmetic"),
    (
        "RuntimeError IndexError",
        r"expected target dtype to be Long|expected scalar type Long"
        r"|index tensor of type LongTensor|used as indices must be"
        r"|Expected dtype int32/int64 for index",
        "labels_not_ints",
    ),
    (
        "IndexError RuntimeError",
        r"Target -?\d+ is out of bounds|Class values must be smaller",
        "label_without_class",
    ),
    ("ValueError", r"Expected input batch_size .* to match target batch_size", "batch_sizes"),
    ("RuntimeError", r"does not require grad and does not have a grad_fn", "no_graph"),
    ("RuntimeError", r"grad can be implicitly created only for scalar", "loss_not_number"),
    ("RuntimeError", r"Trying to backward through the graph a second time", "backward_twice"),
    ("RuntimeError", r"Can't call numpy\(\) on Tensor that requires grad", "needs_detach"),
    (
        "RuntimeError",
        r"leaf Variable that requires grad is being used in an in-place",
        "parameter_in_place",
    ),
    ("RuntimeError", r"expected input.* to have \d+ channels, but got", "channels"),
    ("RuntimeError", r"Kernel size can't be greater than actual input size", "kernel_too_large"),
    ("ValueError", r"assignment destination is read-only", "read_only"),
    (
        "ValueError",
        r"all input arrays must have the same shape|all the input array",
        "joined_shapes",
    ),
    (
        "RuntimeError",
        r"stack expects each tensor to be equal size|Tensors must have same number of dimensions"
        r"|Sizes of tensors must match",
        "joined_shapes",
    ),
    (
        "RuntimeError",
        r"1D tensors expected|size mismatch, got input|must be a matrix|expected to be matrices",
        "matrix_axes",
    ),
    ("ValueError", r"step must be greater than zero", "negative_step"),
    ("KeyError", r"", "no_such_key"),
    ("NameError UnboundLocalError", r"'(?P<name>\w+)' is not defined", "undefined"),
    (
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        "before_assignment",
    ),
    (
        "AttributeError",
        r"module '(?P<module>(?:numpy|torch)[\w.]*)' has no attribute '(?P<name>\w+)'",
        "no_such_function",
    ),
    (
        "AttributeError",
        r"'\w+' object has no attribute '(?P<name>\w+)'",
        "no_such_attribute",
    ),
    (
        "TypeError AttributeError",
        r"Cannot cast ufunc '\w+' output from dtype\('(?P<a>\w+)'\) to dtype\('(?P<b>\w+)'\)",
        "cast_in_place",
    ),
    (
        "RuntimeError",
        r"result type (?P<a>\w+) can't be cast to the desired output type (?P<b>\w+)",
        "cast_in_place",
    ),
    ("RuntimeError", r"expected (?:m1 and m2|scalar type)", "mixed_dtypes"),
    (
        "OverflowError ValueError",
        r"cannot convert float (?:infinity|NaN) to integer",
        "not_finite_as_int",
    ),
    ("ZeroDivisionError", r"", "division_by_zero"),
    ("RecursionError", r"", "recursion"),
    ("TypeError", r"missing \d+ required positional argument", "signature"),
    ("TypeError", r"got an unexpected keyword argument '(?P<name>\w+)'", "signature"),
    ("TypeError", r"takes .* positional arguments? but", "signature"),
)


def own_check(error: Raised) -> bool:
    """Return whether a student's own `raise` or `assert` stops the function."""
    return re.match(r"(?:raise|assert)\b", error.text.strip()) is not None


def _item_of_int(error: Raised) -> bool:
    """Return whether an item of a pair was taken from an int, rather than a slice or a cell."""
    taken = "'int' object is not subscriptable" in error.message
    return taken and re.search(r"\[ *-?[01] *\]", error.text) is not None


def key_of(error: Raised | None) -> str:
    """Return the key of the sentence about an exception; empty if there is none."""
    meaning = explained(error) if error else None
    return meaning.key if meaning else ""


@lru_cache(maxsize=256)
def explained(error: Raised) -> Explained | None:
    """Return the explanation of an exception; None if its message is clear enough.

    The result is cached, because one line often stops many cases.
    """
    if own_check(error):
        return Explained("own_check", {})
    names = {error.type.rpartition(".")[2], *error.bases}
    for types, message, key in PATTERNS:
        if names.isdisjoint(types.split()):
            continue
        if found := re.search(message, error.message, re.DOTALL):
            values = {name: value or "" for name, value in found.groupdict().items()}
            return Explained("int_as_pair" if _item_of_int(error) else key, values)
    return None
