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
    _row(
        "RuntimeError",
        r"index (?P<index>-?\d+) is out of bounds for dimension (?P<axis>\d+)"
        r" with size (?P<size>\d+)",
        "out_of_bounds",
    ),
    _row("IndexError", r"too many indices", "too_many_indices"),
    _row("IndexError", r"list (?:assignment )?index out of range", "list_index"),
    _row("IndexError", r"axis -?\d+ is out of bounds for array of dimension", "no_such_axis"),
    _row("IndexError", r"Dimension out of range", "no_such_axis"),
    _row("TypeError", r"must be Tensor, not |expected np\.ndarray \(got Tensor\)", "other_library"),
    _row(
        "TypeError",
        r"got an unexpected keyword argument '(?:axis|dim|keepdims|keepdim)'",
        "other_library",
    ),
    _row(
        "AttributeError",
        r"'(?:numpy\.ndarray|Tensor)' object has no attribute '\w+'",
        "other_library",
    ),
    _row(
        "TypeError",
        r"unsupported operand type\(s\) for .*(?:'list' and '(?:float|int|list)'"
        r"|'(?:float|int)' and 'list')",
        "list_arithmetic",
    ),
    _row("TypeError", r"bad operand type for unary -: 'list'", "list_arithmetic"),
    _row(
        "RuntimeError IndexError",
        r"expected target dtype to be Long|expected scalar type Long"
        r"|index tensor of type LongTensor|used as indices must be"
        r"|Expected dtype int32/int64 for index",
        "labels_not_ints",
    ),
    _row(
        "IndexError RuntimeError",
        r"Target -?\d+ is out of bounds|Class values must be smaller",
        "label_without_class",
    ),
    _row("ValueError", r"Expected input batch_size .* to match target batch_size", "batch_sizes"),
    _row("RuntimeError", r"does not require grad and does not have a grad_fn", "no_graph"),
    _row("RuntimeError", r"grad can be implicitly created only for scalar", "loss_not_number"),
    _row("RuntimeError", r"Trying to backward through the graph a second time", "backward_twice"),
    _row("RuntimeError", r"Can't call numpy\(\) on Tensor that requires grad", "needs_detach"),
    _row(
        "RuntimeError",
        r"leaf Variable that requires grad is being used in an in-place",
        "parameter_in_place",
    ),
    _row("RuntimeError", r"expected input.* to have \d+ channels, but got", "channels"),
    _row(
        "RuntimeError", r"Kernel size can't be greater than actual input size", "kernel_too_large"
    ),
    _row("ValueError", r"assignment destination is read-only", "read_only"),
    _row(
        "ValueError",
        r"all input arrays must have the same shape|all the input array",
        "joined_shapes",
    ),
    _row(
        "RuntimeError",
        r"stack expects each tensor to be equal size|Tensors must have same number of dimensions"
        r"|Sizes of tensors must match",
        "joined_shapes",
    ),
    _row(
        "RuntimeError",
        r"1D tensors expected|size mismatch, got input|must be a matrix|expected to be matrices",
        "matrix_axes",
    ),
    _row("ValueError", r"step must be greater than zero", "negative_step"),
    _row("KeyError", r"", "no_such_key"),
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
        "AttributeError",
        r"'\w+' object has no attribute '(?P<name>\w+)'",
        "no_such_attribute",
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
