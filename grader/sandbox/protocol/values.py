"""Convert plain data to a small JSON tree with raw array bytes, and back from hostile input.

`pack` turns a value into a JSON-ready tree, a list of array specs and the arrays;
`unpack` checks sizes before it allocates anything. There is no pickle and no eval: the
tree can carry None, bool, int, float, complex, str, lists, tuples, dicts, numpy scalars and
numpy arrays of a fixed set of dtypes, within `Bounds`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

#: NDArray[Any] of `numpy.typing`, without importing that module.
Array = np.ndarray[Any, np.dtype[Any]]
Json = Any

DTYPES = frozenset(
    {
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    }
)

#: Name → dtype.
BY_NAME = {name: np.dtype(name) for name in DTYPES}
#: Dtype → name, because `dtype.name` is slow.
_NAMES = {dtype: name for name, dtype in BY_NAME.items()}


#: Limit on the length of an axis, for arrays that another axis makes empty.
LONGEST_AXIS = 1 << 40
#: Types of the keys of a dict.
_PLAIN = frozenset({str, int, float, bool, type(None)})


class ValuesError(ValueError):
    """Raised for a value or message outside the format; the text says which rule it breaks."""


class Bounds(NamedTuple):
    """Maximum numbers of what one message may hold."""

    #: Scalars of numpy count as arrays: a list of lists may consist of them.
    arrays: int = 2048
    dimensions: int = 8
    total_bytes: int = 64 << 20
    nodes: int = 4096
    depth: int = 8
    text: int = 4096


DEFAULT_BOUNDS = Bounds()


def pack(value: object, bounds: Bounds = DEFAULT_BOUNDS) -> tuple[Json, list[Json], list[Array]]:
    """Return (tree, specs, arrays); each array is native-endian and C-contiguous.

    A spec is `[dtype, shape, layout]`; layout is `C`, `F` (Fortran order) or `S` (strided: the
    receiver rebuilds it as every second element of a wider buffer, so it stays non-contiguous).
    Raises ValuesError for anything that is not plain data or is out of bounds.
    """
    specs: list[Json] = []
    arrays: list[Array] = []
    budget = _Budget(bounds)

    def node(item: object, depth: int) -> Json:
        budget.spend_node(depth)
        kind = type(item)
        if item is None or kind is bool:
            return item
        if kind is int:
            return budget.checked_int(item)
        if kind is float:
            return item
        if kind is complex:
            assert isinstance(item, complex)
            return {"c": [item.real, item.imag]}
        if kind is str:
            return budget.checked_text(item)
        if kind is list or kind is tuple:
            assert isinstance(item, (list, tuple))
            return {"l" if kind is list else "t": [node(child, depth + 1) for child in item]}
        if kind is dict:
            assert isinstance(item, dict)
            return {"d": [[key(k, depth + 1), node(v, depth + 1)] for k, v in item.items()]}
        if kind is np.ndarray:
            assert isinstance(item, np.ndarray)
            return {"a": add(item)}
        if isinstance(item, np.generic) and _name(item.dtype) in DTYPES:
            return {"s": add(np.asarray(item))}
        raise ValuesError(f"type {type_name(item)}")

    def key(item: object, depth: int) -> Json:
        if isinstance(item, np.generic) and type(item.item()) in _PLAIN:
            item = item.item()
        if type(item) not in _PLAIN:
            raise ValuesError(f"a dict key of type {type_name(item)}")
        return node(item, depth)

    def add(array: Array) -> int:
        name = _name(array.dtype)
        if name not in DTYPES:
            raise ValuesError(f"dtype {name[:40]}")
        budget.spend_array(array.shape, array.dtype.itemsize)
        specs.append([name, list(array.shape), _layout(array)])
        native = array.dtype.newbyteorder("=")
        arrays.append(np.array(array, dtype=native, order="C", ndmin=array.ndim))
        return len(arrays) - 1

    return node(value, 0), specs, arrays


def unpack(
    tree: Json, specs: Json, payload: memoryview | bytes, bounds: Bounds = DEFAULT_BOUNDS
) -> object:
    """Rebuild the value; every array is a fresh, writable copy. Raises ValuesError.

    Sizes are checked against `bounds` and against `len(payload)` before anything is allocated.
    """
    arrays = list(_read_arrays(specs, memoryview(payload), bounds))
    used = [False] * len(arrays)
    budget = _Budget(bounds)

    def node(item: Json, depth: int) -> object:
        budget.spend_node(depth)
        if item is None or isinstance(item, (bool, float)):
            return item
        if isinstance(item, int):
            return budget.checked_int(item)
        if isinstance(item, str):
            return budget.checked_text(item)
        if not isinstance(item, dict) or len(item) != 1:
            raise ValuesError("malformed value")
        ((tag, body),) = item.items()
        if tag in ("a", "s"):
            return take(body, scalar=tag == "s")
        if not isinstance(body, list):
            raise ValuesError("malformed value")
        if tag == "l":
            return [node(child, depth + 1) for child in body]
        if tag == "t":
            return tuple(node(child, depth + 1) for child in body)
        if tag == "d":
            return dict(pair(child, depth + 1) for child in body)
        if tag == "c" and len(body) == 2 and all(type(part) is float for part in body):
            return complex(body[0], body[1])
        raise ValuesError("malformed value")

    def pair(item: Json, depth: int) -> tuple[object, object]:
        if not isinstance(item, list) or len(item) != 2:
            raise ValuesError("malformed dict")
        key = node(item[0], depth)
        if type(key) not in _PLAIN:
            raise ValuesError("dict key is not plain")
        return key, node(item[1], depth)

    def take(index: Json, *, scalar: bool) -> object:
        if type(index) is not int or not 0 <= index < len(arrays) or used[index]:
            raise ValuesError("bad array index")
        used[index] = True
        array = arrays[index]
        if not scalar:
            return array
        if array.ndim:
            raise ValuesError("a scalar has no dimensions")
        return array[()]

    value = node(tree, 0)
    if not all(used):
        raise ValuesError("unused array")
    return value


def rebuild(tree: Json, specs: Json, payload: memoryview | bytes) -> object:
    """Rebuild a value from a trusted sender, a third as long as `unpack`, which checks bounds.

    Every array is a fresh, writable copy. Raises LookupError, TypeError or ValueError for damaged
    data.
    """
    arrays: list[Array] = []
    offset = 0
    for name, shape, layout in specs:
        array: Array = np.ndarray(shape, BY_NAME[name], payload, offset)
        arrays.append(_laid_out(array, layout))
        offset += array.nbytes

    def node(item: Json) -> Any:
        if type(item) is not dict:
            return item
        ((tag, body),) = item.items()
        if tag == "a":
            return arrays[body]
        if tag == "s":
            return arrays[body][()]
        if tag == "d":
            return {node(key): node(child) for key, child in body}
        if tag == "c":
            return complex(*body)
        children = map(node, body)
        return list(children) if tag == "l" else tuple(children)

    return node(tree)


def walk_arrays(value: object) -> Iterator[Array]:
    """Yield all arrays in `value`, in reading order."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)):
        for child in value:
            yield from walk_arrays(child)
    elif isinstance(value, dict):
        for child in value.values():
            yield from walk_arrays(child)


def type_name(item: object) -> str:
    """Return a short name of the type of `item`; a metaclass cannot make this fail or grow."""
    kind = type(item)
    try:
        module, name = (
            type.__getattribute__(kind, "__module__"),
            type.__getattribute__(kind, "__qualname__"),
        )
    except Exception:
        return "unknown"
    if type(module) is not str or type(name) is not str:
        return "unknown"
    return (name if module == "builtins" else f"{module}.{name}")[:80]


class _Budget:
    """Counts what a message may still hold; raises ValuesError when a bound is exceeded."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.nodes = bounds.nodes
        self.arrays = bounds.arrays
        self.bytes = bounds.total_bytes

    def spend_node(self, depth: int) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            raise ValuesError(f"more than {self.bounds.nodes} items")
        if depth > self.bounds.depth:
            raise ValuesError(f"nested deeper than {self.bounds.depth}")

    def spend_array(self, shape: Sequence[int], itemsize: int) -> int:
        self.arrays -= 1
        if self.arrays < 0:
            raise ValuesError(f"more than {self.bounds.arrays} arrays")
        if len(shape) > self.bounds.dimensions:
            raise ValuesError(f"more than {self.bounds.dimensions} dimensions")
        size = math.prod(shape) * itemsize
        self.bytes -= size
        if self.bytes < 0:
            raise ValuesError(f"more than {self.bounds.total_bytes >> 20} MiB")
        if max(shape, default=0) >= LONGEST_AXIS:
            raise ValuesError("an axis that is too long")
        return size

    def checked_int(self, item: object) -> int:
        assert isinstance(item, int)
        if item.bit_length() > 4096:
            raise ValuesError("an integer of more than 4096 bits")
        return item

    def checked_text(self, item: object) -> str:
        assert isinstance(item, str)
        if len(item) > self.bounds.text:
            raise ValuesError(f"a string longer than {self.bounds.text}")
        try:
            item.encode()
        except UnicodeEncodeError:
            raise ValuesError("a string that is not Unicode text") from None
        return item


def _name(dtype: np.dtype[Any]) -> str:
    """Return a dtype's name; `_NAMES` has no entry for other byte orders and `longlong`."""
    return _NAMES.get(dtype) or dtype.name


def _layout(array: Array) -> str:
    if array.flags.c_contiguous:
        return "C"
    return "F" if array.flags.f_contiguous else "S"


def _read_arrays(specs: Json, payload: memoryview, bounds: Bounds) -> Iterator[Array]:
    if not isinstance(specs, list):
        raise ValuesError("malformed array specs")
    budget = _Budget(bounds)
    offset = 0
    for spec in specs:
        dtype, shape, layout = _checked_spec(spec)
        size = budget.spend_array(shape, dtype.itemsize)
        if offset + size > len(payload):
            raise ValuesError("payload too short")
        flat = np.frombuffer(payload[offset : offset + size], dtype=dtype)
        if dtype == np.bool_:  # a byte that is neither 0 nor 1 is not a valid bool
            flat = flat.view(np.uint8) != 0
        yield _laid_out(flat.reshape(shape), layout)
        offset += size
    if offset != len(payload):
        raise ValuesError("payload too long")


def _checked_spec(spec: Json) -> tuple[np.dtype[Any], tuple[int, ...], str]:
    if not isinstance(spec, list) or len(spec) != 3:
        raise ValuesError("malformed array spec")
    dtype, shape, layout = spec
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise ValuesError("unknown dtype")
    if not isinstance(shape, list) or len(shape) > 64:
        raise ValuesError("malformed shape")
    if not all(type(n) is int and 0 <= n < LONGEST_AXIS for n in shape):
        raise ValuesError("malformed shape")
    if layout not in ("C", "F", "S"):
        raise ValuesError("unknown layout")
    return BY_NAME[dtype], tuple(shape), layout


def _laid_out(array: Array, layout: str) -> Array:
    if layout == "F":
        return np.array(array, order="F")
    if layout == "S" and array.ndim:
        wide = np.zeros((*array.shape[:-1], array.shape[-1] * 2), array.dtype)
        strided = wide[..., ::2]
        strided[...] = array
        return strided
    return np.array(array, order="C")
