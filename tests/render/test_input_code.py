"""Test that pasting the generated code gives exactly the same arrays."""

import numpy as np
import pytest

from learncnn.grader.answer_key.compare import Precision
from learncnn.grader.answer_key.key import PRIVATE, Case
from learncnn.grader.errors import UsageError
from learncnn.grader.grading.report import Provenance
from learncnn.grader.render.input_code import input_code
from learncnn.grader.sandbox.protocol.outcome import Outcome

CHANCE = np.random.default_rng(7)
WIDE = np.zeros((3, 8))
WIDE[:, ::2] = CHANCE.normal(size=(3, 4))
ARRAYS = {
    "small": np.array([[1.0, -0.0], [0.1, 1e-300]]),
    "float32": CHANCE.normal(size=(2, 3)).astype("float32"),
    "tiny float32": np.array([1e-45, 3.4e38, 0.1], "float32"),
    "not finite": np.array([np.nan, np.inf, -np.inf]),
    "uint8": CHANCE.integers(0, 256, (4, 5), dtype="uint8"),
    "int64": np.array([2**62, -(2**62)]),
    "bool": np.array([True, False]),
    "nothing": np.zeros((0, 3, 4), "float32"),
    "one number": np.array(2.5),
    "rows": CHANCE.normal(size=(2, 3, 8, 8)),
    "long": CHANCE.normal(size=399),
    "large": CHANCE.normal(size=(2, 3, 16, 17)).astype("float32"),
    "large bool": CHANCE.random((30, 30)) < 0.5,
    "Fortran": np.asfortranarray(CHANCE.normal(size=(3, 4))),
    "Fortran 3": np.asfortranarray(CHANCE.normal(size=(3, 4, 2))),
    "strided": WIDE[:, ::2],
}


def made(framework, seed="practice", **arguments):
    where = Provenance("", "", "", seed, framework, "cpu", {}, (), ())
    case = Case("", "f", "", "", True, arguments, 1, "", Outcome("value"), Precision(1))
    code = input_code(case, where)
    assert max(map(len, code.split("\n"))) <= 100 or "base64" in code
    namespace: dict[str, object] = {}
    exec(code, namespace)
    return namespace


@pytest.mark.parametrize("name", ARRAYS)
def test_numpy_arrays_come_back_to_the_bit(name):
    array = ARRAYS[name]
    found = made("numpy", x=array)["x"]
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()
    assert found.flags.c_contiguous == array.flags.c_contiguous
    assert found.flags.f_contiguous == array.flags.f_contiguous
    assert found.flags.writeable


@pytest.mark.parametrize("name", ARRAYS)
def test_torch_tensors_come_back_to_the_bit(name):
    torch = pytest.importorskip("torch")
    tensor = torch.from_numpy(ARRAYS[name])
    found = made("torch", x=ARRAYS[name])["x"]
    assert found.dtype == tensor.dtype
    assert found.shape == tensor.shape
    assert found.numpy().tobytes() == tensor.numpy().tobytes()
    assert found.is_contiguous() == tensor.is_contiguous()


def test_other_values_come_back_as_they_were():
    given = {"a": (2, 1), "b": None, "c": "mean", "d": 0.1, "e": [1, (2.5,)], "f": {"k": True}}
    found = made("numpy", **given)
    assert {name: found[name] for name in given} == given


def test_arrays_within_lists_and_dicts_come_back_too():
    found = made("numpy", layers=[{"w": np.eye(2), "n": 3}, (np.ones(1, "float32"),)])["layers"]
    assert (found[0]["w"] == np.eye(2)).all()
    assert found[1][0].dtype == "float32"


def test_a_private_key_shows_no_input():
    with pytest.raises(UsageError):
        made("numpy", seed=PRIVATE + "0123", x=np.eye(2))
