"""Functions of numpy that an exercise forbids are refused under every name, and put back."""

import ctypes
import importlib
import re
from pathlib import Path

import numpy as np
import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.sandbox.forbidden.dispatcher import OpWatch
from learncnn.grader.sandbox.forbidden.numpy_functions import NAMES, SLOTS, listing, slots
from learncnn.grader.sandbox.forbidden.operators import SPELLINGS

A = np.arange(9.0)
USES = {
    "numpy.convolve": [
        lambda: np.convolve(A, A[:2]),
        lambda: getattr(np, "corr" + "elate")(A, A[:2]),
        lambda: np.polymul(A, A[:2]),
        lambda: np.ma.convolve(A, A[:2]),
        lambda: np.poly1d(A) * np.poly1d(A[:2]),
        lambda: np.polynomial.polynomial.polymul(A, A[:2]),
        lambda: importlib.import_module(np.dot.__module__ + "._core.numeric").convolve(A, A[:2]),
    ],
    "numpy.lib.stride_tricks.sliding_window_view": [
        lambda: np.lib.stride_tricks.sliding_window_view(A, 3)
    ],
    "numpy.lib.stride_tricks.as_strided": [lambda: np.lib.stride_tricks.as_strided(A, (2,), (8,))],
    "numpy.pad": [lambda: np.pad(A, 1)],
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_function_is_refused_under_all_its_names(name):
    watch = OpWatch()
    watch.forbid((name,))
    try:
        for use in USES[name]:
            with pytest.raises(RuntimeError, match="not to be used"):
                use()
            assert watch.taken() == (name,)
    finally:
        watch.forbid(())
    for use in USES[name]:
        use()


def test_every_function_of_numpy_that_the_course_forbids_is_known():
    forbidden = {name for info in load_catalog().exercises.values() for name in info.forbidden}
    numpy = {name for name in forbidden if name.startswith("numpy.")}
    assert numpy <= NAMES
    assert {name for name in SPELLINGS if name.startswith("numpy.")} == NAMES


def test_the_functions_in_the_table_for_extensions_are_those_of_the_header():
    header = Path(np.get_include(), "numpy", "__multiarray_api.h").read_text()
    found = re.findall(r"#define PyArray_Correlate2?\b[^[]*PyArray_API\[(\d+)\]", header)
    assert sorted(map(int, found)) == sorted(SLOTS["numpy.convolve"])


def test_numpy_has_no_original_in_its_own_list():
    pad, listed = np.pad, listing()
    assert pad in listed
    watch = OpWatch()
    watch.forbid(("numpy.pad", "numpy.convolve"))
    try:
        assert pad not in listed
        correlate = ctypes.PYFUNCTYPE(
            ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int
        )(slots("numpy.convolve")[0].value)
        with pytest.raises(TypeError):
            correlate(A, A[:2], 0)
    finally:
        watch.forbid(())
    assert pad in listed
