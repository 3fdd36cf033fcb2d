"""Plain data over the wire: what goes in comes out, and nothing hostile gets through."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from learncnn.grader.sandbox.protocol.values import (
    DTYPES,
    Bounds,
    ValuesError,
    pack,
    rebuild,
    unpack,
)

ARRAYS = st.sampled_from(sorted(DTYPES - {"complex64", "complex128"})).flatmap(
    lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ARRAYS,
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3
        ),
    ),
    max_leaves=8,
)


def through_json(value, read=unpack):
    tree, specs, arrays = pack(value)
    payload = b"".join(array.tobytes() for array in arrays)
    return read(json.loads(json.dumps(tree)), json.loads(json.dumps(specs)), payload)


def same(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


@given(VALUES, st.sampled_from([unpack, rebuild]))
def test_what_goes_in_comes_out(value, read):
    assert same(through_json(value, read), value)


@pytest.mark.parametrize("value", [1 + 2j, (np.float32(0.1), [np.int64(3), -0.5j])])
def test_complex_numbers_and_scalars_of_numpy_come_out(value):
    assert same(through_json(value), value)
    assert same(through_json(value, rebuild), value)


def test_big_endian_comes_out_native():
    array = np.arange(3, dtype=">f4")
    assert through_json(array).dtype == np.dtype("float32")
    assert through_json(array).tolist() == [0, 1, 2]


@pytest.mark.parametrize("read", [unpack, rebuild])
@pytest.mark.parametrize("layout", ["C", "F", "strided"])
def test_layout_survives(layout, read):
    array = np.arange(6.0).reshape(2, 3)
    if layout == "F":
        array = np.asfortranarray(array)
    elif layout == "strided":
        array = np.arange(12.0).reshape(2, 6)[:, ::2]
    out = through_json(array, read)
    assert out.flags.c_contiguous == array.flags.c_contiguous
    assert out.flags.f_contiguous == array.flags.f_contiguous
    assert out.tolist() == array.tolist()
    assert out.flags.writeable


class Masquerade(np.ndarray):
    """A subclass that would answer every question as an array does."""


@pytest.mark.parametrize(
    "value",
    [
        object(),
        np.array([object()]),
        np.zeros(2).view(Masquerade),
        np.ma.array([1, 2]),
        np.array(["a"]),
        np.array([1], "datetime64[s]"),
        b"bytes",
        {1, 2},
        (n for n in range(3)),
        type,
        "\ud800",
        1 << 5000,
        "x" * 5000,
        {(0, 0): 1.0},
        {b"a": 1.0},
        np.zeros((0, 1 << 41)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_plain_data_is_packed(value):
    with pytest.raises(ValuesError):
        pack(value)


def test_a_key_that_numpy_made_is_plain():
    tree, specs, arrays = pack({np.int64(3): 1.0, np.float64(0.5): 2.0, np.str_("a"): 3.0})
    assert unpack(tree, specs, b"") == {3: 1.0, 0.5: 2.0, "a": 3.0}
    assert arrays == []


def test_rows_of_numpys_scalars_are_packed():
    """A result that is built by append holds one scalar for each cell."""
    rows = [[np.float64(i * j) for j in range(30)] for i in range(40)]
    tree, specs, arrays = pack(rows)
    assert unpack(tree, specs, b"".join(array.tobytes() for array in arrays)) == rows


@pytest.mark.parametrize(
    ("tree", "specs", "payload"),
    [
        ({"a": 0}, [["float64", [3], "C"]], bytes(16)),
        ({"a": 0}, [["object", [1], "C"]], bytes(8)),
        ({"a": 0}, [["float64", [-2], "C"]], bytes(16)),
        ({"a": 1}, [["float64", [2], "C"]], bytes(16)),
        ({"l": []}, [["float64", "2", "C"]], bytes(16)),
        ({"d": [[{"l": []}, 1]]}, [], b""),
        ({"a": 0, "s": 0}, [["float64", [], "C"]], bytes(8)),
    ],
)
def test_damaged_data_of_a_trusted_sender_are_refused(tree, specs, payload):
    with pytest.raises((LookupError, TypeError, ValueError)):
        rebuild(tree, specs, payload)


@pytest.mark.parametrize(
    ("specs", "payload"),
    [
        ([["float64", [10**9, 10**9], "C"]], b""),
        ([["float64", [2], "C"]], b"\0" * 8),
        ([["float64", [1], "C"]], b"\0" * 16),
        ([["object", [1], "C"]], b"\0" * 8),
        ([["float64", [-1], "C"]], b""),
        ([["float64", [True], "C"]], b"\0" * 8),
        ([["float64", [1] * 9, "C"]], b"\0" * 8),
        ([["float64", [1], "Z"]], b"\0" * 8),
        ([["float64" * 10**5, [1], "C"]], b"\0" * 8),
        ([["float64", [1]]], b"\0" * 8),
        ([["float64", [0], "C"]] * 2049, b""),
        ("no list", b""),
        ([3], b""),
    ],
)
def test_hostile_specs_are_refused_before_anything_is_allocated(specs, payload):
    with pytest.raises(ValuesError):
        unpack({"a": 0}, specs, payload)


@pytest.mark.parametrize(
    "tree",
    [
        {"a": 0},
        {"a": -1},
        {"a": True},
        {"s": 0},
        {"z": []},
        {"l": 3},
        {"d": [[1]]},
        {"d": [[{"l": []}, 1]]},
        {"l": [], "t": []},
        [1, 2],
        {"c": [1.0]},
    ],
)
def test_malformed_trees_are_refused(tree):
    with pytest.raises(ValuesError):
        unpack(tree, [], b"")


def test_an_array_cannot_be_used_twice_or_left_over():
    payload = np.zeros(1).tobytes()
    spec = [["float64", [1], "C"]]
    with pytest.raises(ValuesError):
        unpack({"l": [{"a": 0}, {"a": 0}]}, spec, payload)
    with pytest.raises(ValuesError):
        unpack(None, spec, payload)


def test_depth_and_item_count_are_bounded():
    deep: object = 1
    for _ in range(9):
        deep = [deep]
    with pytest.raises(ValuesError):
        pack(deep)
    with pytest.raises(ValuesError):
        pack([0] * 5000)
    with pytest.raises(ValuesError):
        pack(np.zeros(100), Bounds(total_bytes=100))


def test_a_bool_byte_is_a_bool():
    out = unpack({"a": 0}, [["bool", [3], "C"]], b"\x00\x01\x07")
    assert out.tolist() == [False, True, True]
    assert out.tobytes() == b"\x00\x01\x01"
