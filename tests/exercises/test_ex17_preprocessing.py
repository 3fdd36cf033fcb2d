"""ex17: the references against torch and by hand, and other correct solutions."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn.grader.course.catalog import EXERCISES
from learncnn_solutions.ex17_preprocessing import minmax_scale, one_hot

NUMPY_LOOPS = """
import numpy as np

def minmax_scale(X, reference=None):
    if reference is None:
        reference = X
    if reference.shape[1] != X.shape[1]:
        raise ValueError("columns")
    dtype = X.dtype if np.issubdtype(X.dtype, np.floating) else float
    Y = np.zeros(X.shape, dtype=dtype)
    for d in range(X.shape[1]):
        low, high = float(min(reference[:, d])), float(max(reference[:, d]))
        if high > low:
            for n in range(X.shape[0]):
                Y[n, d] = (float(X[n, d]) - low) / (high - low)
    return Y

def one_hot(labels, num_classes):
    Y = np.zeros((len(labels), num_classes), dtype=int)
    for row, label in enumerate(labels):
        if not 0 <= label < num_classes:
            raise ValueError(label)
        Y[row, label] = 1
    return Y
"""

NUMPY_UGLY = """
import numpy as np

class Scaler:
    def fit(self, X):
        print("fitting", X.shape)
        self.low, self.high = np.nanmin(X, axis=0), np.nanmax(X, axis=0)
        return self

    def __call__(self, X):
        if X.shape[1:] != self.low.shape:
            raise ValueError("number of columns")
        spread = self.high - self.low
        with np.errstate(all="ignore"):
            Y = (X - self.low) / spread
        Y[:, spread == 0] = 0
        return np.asfortranarray(Y)

def floats(X):
    return X if X.dtype.kind == "f" else X.astype("float64")

def minmax_scale(X, reference=None):
    return Scaler().fit(floats(X if reference is None else reference))(floats(X))

def one_hot(labels, num_classes):
    if labels.size and not (labels.min() >= 0 and labels.max() < num_classes):
        raise ValueError("unseen label")
    return np.equal.outer(labels, np.arange(num_classes)).astype("int32")
"""

TORCH_INDEX = """
import torch

def minmax_scale(X, reference=None):
    X = X if X.is_floating_point() else X.double()
    R = X if reference is None else reference.to(X.dtype)
    if R.shape[1] != X.shape[1]:
        raise ValueError("columns differ")
    low, high = R.amin(0), R.amax(0)
    flat = low == high
    return ((X - low) / (high - low + flat)).masked_fill(flat, 0)

def one_hot(labels, num_classes):
    if any(int(label) not in range(num_classes) for label in labels):
        raise ValueError("label")
    return torch.eye(num_classes, dtype=torch.int64)[labels]
"""

TORCH_SCATTER = """
import torch

def minmax_scale(X, reference=None):
    print("scaling", tuple(X.shape))
    R = X if reference is None else reference
    if tuple(R.shape)[1] != tuple(X.shape)[1]:
        raise ValueError
    columns = []
    for x, r in zip(X.T, R.T):
        x, r = (c if c.is_floating_point() else c.to(torch.float64) for c in (x, r))
        low, spread = r.min(), r.max() - r.min()
        columns.append((x - low) / spread if spread > 0 else torch.zeros_like(x))
    return torch.stack(columns, dim=1)

def one_hot(labels, num_classes):
    if ((labels < 0) | (labels >= num_classes)).any():
        raise ValueError("label out of range")
    rows = torch.zeros(len(labels), num_classes, dtype=torch.int64)
    return rows.scatter_(1, labels[:, None], 1)
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "class": NUMPY_UGLY},
    "torch": {"index": TORCH_INDEX, "scatter": TORCH_SCATTER},
}


@pytest.mark.parametrize("array", [np.asarray, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_column_of_the_reference_fills_zero_to_one(array, dtype):
    rng = np.random.default_rng(17)
    for _ in range(40):
        rows, columns = (int(v) for v in rng.integers(2, 9, 2))
        X = (rng.normal(size=(rows, columns)) * 10 ** rng.integers(0, 3, columns)).astype(dtype)
        scaled = np.asarray(minmax_scale(array(X)))
        assert scaled.dtype == dtype
        np.testing.assert_allclose(scaled.min(0), 0, atol=1e-6)
        np.testing.assert_allclose(scaled.max(0), 1, rtol=1e-6)


def test_new_rows_are_scaled_by_what_was_fitted():
    scaled = minmax_scale(np.array([[6.0], [0.0]]), np.array([[2.0], [4.0]]))
    assert scaled.tolist() == [[2], [-1]]


def test_a_constant_column_is_zero_whatever_the_new_rows_hold():
    reference = np.array([[5.0, 1.0], [5.0, 2.0]])
    assert minmax_scale(np.array([[5.0, 1.5], [9.0, 2.0]]), reference)[:, 0].tolist() == [0, 0]


def test_grey_values_do_not_wrap():
    X = np.array([[250, 10], [10, 250]], "uint8")
    assert minmax_scale(X).tolist() == [[1, 0], [0, 1]]


def test_one_hot_equals_torchs():
    for classes in range(1, 9):
        labels = torch.randint(0, classes, (20,))
        expected = F.one_hot(labels, classes)
        assert torch.equal(one_hot(labels, classes), expected)
        assert np.array_equal(one_hot(labels.numpy(), classes), expected.numpy())


@pytest.mark.parametrize("label", [-1, 3, 7])
def test_a_label_without_a_column_is_refused(label):
    with pytest.raises(ValueError, match="label"):
        one_hot(np.array([0, label]), 3)


def test_other_columns_in_the_reference_are_refused():
    with pytest.raises(ValueError, match="columns"):
        minmax_scale(np.ones((2, 2)), np.ones((2, 3)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_numbers_of_the_lesson(lang):
    text = (EXERCISES / "ex17_preprocessing" / f"lesson.{lang}.md").read_text("utf-8")
    X = np.array([[1.0, 10], [2, 30], [5, 20]])
    scaled = minmax_scale(X)
    assert scaled.tolist() == [[0, 0], [0.25, 1], [1, 0.5]]
    for row in scaled.tolist():
        assert re.search(r" {2,}".join(re.escape(f"{v:g}") for v in row), text)
    reference = np.array([[2.0], [4.0]])
    for new in (6, 0):
        value = minmax_scale(np.array([[float(new)]]), reference).item()
        assert f"({new} − 2) / (4 − 2) = {value:g}".replace("-", "−") in text
    assert one_hot(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert minmax_scale(np.array([[6.0], [10.0]])).tolist() == [[0], [1]]  # the counter-example
    assert round(100 / 3000, 3) == 0.033
    a, b = 1.3, -0.4
    assert np.exp(a) / (np.exp(a) + np.exp(b)) == pytest.approx(1 / (1 + np.exp(b - a)))
