"""ex01: the reference against torch's convolution, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex01_cross_correlation import corr2d

NUMPY_LOOPS = """
import numpy as np

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
"""

NUMPY_WINDOWS = """
import numpy as np

def corr2d(X, K):
    windows = np.lib.stride_tricks.sliding_window_view(X, K.shape)
    return np.einsum("ijab,ab->ij", windows, K)
"""

NUMPY_STRIDED = """
import numpy as np
from numpy.lib.stride_tricks import as_strided

def corr2d(X, K):
    size = tuple(np.subtract(X.shape, K.shape) + 1)
    windows = as_strided(X, size + K.shape, X.strides + X.strides)
    return np.tensordot(windows, K, axes=2)
"""

NUMPY_IM2COL = """
import numpy as np

def im2col(X, kh, kw):
    rows, columns = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    cols = np.empty((rows * columns, kh * kw))
    for i in range(rows):
        for j in range(columns):
            cols[i * columns + j] = X[i:i + kh, j:j + kw].ravel()
    return cols, rows, columns

def corr2d(X, K):
    cols, rows, columns = im2col(X, *K.shape)
    return (cols @ K.ravel()).reshape(rows, columns)
"""

NUMPY_SCALARS = """
def corr2d(X, K):
    import numpy
    kh = len(K)
    kw = len(K[0])
    print("kernel", kh, "by", kw)
    if kh > len(X) or kw > len(X[0]):
        raise ValueError(f"{K.shape} does not fit {X.shape}")

    class Cell:
        def __init__(self, i, j):
            self.i, self.j = i, j

        def value(self):
            total = 0
            for a in range(kh):
                for b in range(kw):
                    total = total + float(X[self.i + a][self.j + b]) * float(K[a][b])
            return total

    answer = [
        [Cell(i, j).value() for j in range(len(X[0]) - kw + 1)] for i in range(len(X) - kh + 1)
    ]
    return numpy.asfortranarray(answer)
"""

TORCH_LOOPS = """
import torch

def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
"""

TORCH_WINDOWS = """
import torch

def corr2d(X, K):
    h, w = K.shape
    return torch.einsum("ijab,ab->ij", X.unfold(0, h, 1).unfold(1, w, 1), K)
"""

TORCH_STRIDED = """
import torch

def corr2d(X, K):
    size = [n - k + 1 for n, k in zip(X.shape, K.shape)]
    windows = torch.as_strided(X, (*size, *K.shape), (*X.stride(), *X.stride()))
    return (windows * K).sum((2, 3))
"""

TORCH_IM2COL = """
import torch

def corr2d(X, K):
    (H, W), (kh, kw) = X.shape, K.shape
    rows, columns = H - kh + 1, W - kw + 1
    cols = torch.empty(rows * columns, kh * kw)
    for i in range(rows):
        for j in range(columns):
            cols[i * columns + j] = X[i:i + kh, j:j + kw].flatten()
    return (cols @ K.flatten().to(cols.dtype)).view(rows, columns)
"""

TORCH_UGLY = """
import torch

class Correlator:
    def __init__(self, K):
        self.K = K

    def __call__(self, X):
        h, w = self.K.size()
        if h > X.size(0) or w > X.size(1):
            raise ValueError("too large")
        print("correlating", X.shape)
        columns = [
            torch.stack([torch.sum(X[i:i + h, j:j + w] * self.K) for i in range(X.size(0) - h + 1)])
            for j in range(X.size(1) - w + 1)
        ]
        return torch.stack(columns).T

def corr2d(X, K):
    return Correlator(K)(X)
"""

CORRECT = {
    "numpy": {
        "d2l": NUMPY_LOOPS,
        "sliding_window_view": NUMPY_WINDOWS,
        "as_strided": NUMPY_STRIDED,
        "im2col": NUMPY_IM2COL,
        "scalars": NUMPY_SCALARS,
    },
    "torch": {
        "d2l": TORCH_LOOPS,
        "unfold": TORCH_WINDOWS,
        "as_strided": TORCH_STRIDED,
        "im2col": TORCH_IM2COL,
        "class": TORCH_UGLY,
    },
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_reference_equals_conv2d_on_random_shapes(dtype):
    rng = np.random.default_rng(1)
    for _ in range(60):
        kh, kw = rng.integers(1, 6, 2)
        H, W = kh + rng.integers(0, 8), kw + rng.integers(0, 8)
        X, K = rng.normal(size=(H, W)).astype(dtype), rng.normal(size=(kh, kw)).astype(dtype)
        expected = F.conv2d(torch.tensor(X)[None, None], torch.tensor(K)[None, None])[0, 0]
        for result in (corr2d(X, K), corr2d(torch.tensor(X), torch.tensor(K)).numpy()):
            assert result.dtype == dtype
            np.testing.assert_allclose(result, expected.numpy(), rtol=1e-5, atol=1e-5)


def test_the_example_of_the_lesson():
    X, K = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
    assert corr2d(X, K).tolist() == [[19, 25], [37, 43]]


def test_a_grey_image_does_not_wrap_around():
    bright = np.full((1, 1), 200, "uint8")
    assert corr2d(bright, np.full((1, 1), 2, "uint8")).tolist() == [[400]]


def test_a_kernel_larger_than_the_image_is_refused():
    for shape in ((4, 2), (2, 4)):
        with pytest.raises(ValueError, match="larger"):
            corr2d(np.ones((3, 3)), np.ones(shape))


def test_the_weights_of_a_fully_connected_layer_grow_polynomially():
    """E01: pixels times outputs, so twice the side gives 16 times the weights, at any size."""
    weights = {}
    for side in (100, 200, 400):
        X = np.zeros((side, side))
        weights[side] = X.size * corr2d(X, np.zeros((2, 2))).size
    assert weights[200] / weights[100] == pytest.approx(16, rel=0.03)
    assert weights[400] / weights[200] == pytest.approx(16, rel=0.03)
