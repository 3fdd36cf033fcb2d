"""ex02: convolution by its own definition and by Fourier, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex01_cross_correlation import corr2d
from learncnn_solutions.ex02_convolution import conv_layer, convolve2d, flip

NUMPY_LOOPS = """
import numpy as np

def flip(K):
    return K[::-1, ::-1].copy()

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

def convolve2d(X, K):
    return corr2d(X, flip(K))

def conv_layer(X, weight, bias):
    return corr2d(X, weight) + bias
"""

NUMPY_FOURIER = """
import numpy as np

def flip(K):
    return np.ascontiguousarray(np.rot90(K, 2)) if K.size > 1 else np.array(K)

def convolve2d(X, K):
    if K.shape[0] > X.shape[0] or K.shape[1] > X.shape[1]:
        raise ValueError("kernel")
    product = np.fft.rfft2(X) * np.fft.rfft2(K, X.shape)
    Y = np.fft.irfft2(product, X.shape)[K.shape[0] - 1:, K.shape[1] - 1:]
    return np.rint(Y) if X.dtype.kind in "iu" else Y

def conv_layer(X, weight, bias):
    return convolve2d(X, flip(weight)) + bias
"""

NUMPY_UGLY = """
import numpy

class Kernel:
    def __init__(self, K):
        self.K = K

    def turned(self):
        h, w = self.K.shape
        out = numpy.zeros_like(self.K, order="F")
        for a in range(h):
            for b in range(w):
                out[h - 1 - a, w - 1 - b] = self.K[a, b]
        return out

def flip(K):
    print(K)
    return Kernel(K).turned()

def slide(X, K, start):
    size = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    Y = numpy.full(size, start, dtype=float, order="F")
    for a in range(K.shape[0]):
        for b in range(K.shape[1]):
            Y += X[a:a + size[0], b:b + size[1]] * K[a, b]
    return Y

def convolve2d(X, K):
    return slide(X, flip(K), 0)

def conv_layer(X, weight, bias):
    return slide(X, weight, bias)
"""

TORCH_LOOPS = """
import torch

def flip(K):
    return torch.flip(K, (0, 1))

def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

def convolve2d(X, K):
    return corr2d(X, flip(K))

def conv_layer(X, weight, bias):
    return corr2d(X, weight) + bias
"""

TORCH_FOURIER = """
import torch

def flip(K):
    return K.flip([1]).flip([0])

def convolve2d(X, K):
    if any(k > n for k, n in zip(K.shape, X.shape)):
        raise ValueError("kernel")
    size = tuple(X.shape)
    product = torch.fft.rfft2(X.double()) * torch.fft.rfft2(K.double(), s=size)
    Y = torch.fft.irfft2(product, s=size)[K.shape[0] - 1:, K.shape[1] - 1:]
    return Y.to(X.dtype) if X.is_floating_point() else Y.round().to(X.dtype)

def conv_layer(X, weight, bias):
    return convolve2d(X, flip(weight)) + bias
"""

TORCH_UGLY = """
import torch
from torch import nn

class Layer(nn.Module):
    def __init__(self, weight, bias):
        super().__init__()
        self.register_buffer("weight", weight)
        self.bias = bias

    def forward(self, X):
        print("forward")
        kh, kw = self.weight.shape
        windows = X.unfold(0, kh, 1).unfold(1, kw, 1).reshape(-1, kh * kw)
        Y = windows.double() @ self.weight.double().reshape(-1) + self.bias
        shape = (X.shape[0] - kh + 1, X.shape[1] - kw + 1)
        return Y.reshape(shape).to(X.dtype if X.is_floating_point() else torch.float64)

def flip(K):
    rows = [row.flip(0) for row in K]
    return torch.stack(rows[::-1])

def convolve2d(X, K):
    return Layer(flip(K), 0)(X)

def conv_layer(X, weight, bias):
    return Layer(weight, bias).forward(X)
"""

CORRECT = {
    "numpy": {"d2l": NUMPY_LOOPS, "fourier": NUMPY_FOURIER, "class": NUMPY_UGLY},
    "torch": {"d2l": TORCH_LOOPS, "fourier": TORCH_FOURIER, "module": TORCH_UGLY},
}


def by_definition(X, K):
    """Σ X[i + kh − 1 − a, j + kw − 1 − b]·K[a, b], number by number."""
    kh, kw = K.shape
    Y = np.zeros((X.shape[0] - kh + 1, X.shape[1] - kw + 1), X.dtype)
    for i, j in np.ndindex(*Y.shape):
        Y[i, j] = sum(
            X[i + kh - 1 - a, j + kw - 1 - b] * K[a, b] for a in range(kh) for b in range(kw)
        )
    return Y


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_convolution_is_its_definition_on_random_shapes(dtype):
    rng = np.random.default_rng(2)
    for _ in range(30):
        kh, kw = rng.integers(1, 4, 2)
        H, W = kh + rng.integers(0, 5), kw + rng.integers(0, 5)
        X, K = rng.normal(size=(H, W)).astype(dtype), rng.normal(size=(kh, kw)).astype(dtype)
        on_torch = convolve2d(torch.tensor(X), torch.tensor(K)).numpy()
        for result in (convolve2d(X, K), on_torch):
            assert result.dtype == dtype
            np.testing.assert_allclose(result, by_definition(X, K), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_layer_is_conv2d_with_its_bias(dtype):
    torch.manual_seed(0)
    for H, W, kh, kw in ((5, 7, 2, 3), (6, 4, 3, 1), (9, 8, 4, 4)):
        X, K = torch.randn(H, W, dtype=dtype), torch.randn(kh, kw, dtype=dtype)
        expected = F.conv2d(X[None, None], K[None, None], torch.tensor([0.75], dtype=dtype))[0, 0]
        result = conv_layer(X, K, 0.75)
        assert result.dtype == dtype
        torch.testing.assert_close(result, expected)


def test_the_example_of_the_lesson():
    X, K = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
    assert flip(K).tolist() == [[3, 2], [1, 0]]
    assert convolve2d(X, K).tolist() == [[5, 11], [23, 29]]
    assert conv_layer(X, K, 1).tolist() == [[20, 26], [38, 44]]


@pytest.mark.parametrize("array", [np.ones, torch.ones])
def test_the_turned_kernel_has_memory_of_its_own(array):
    K = array((1, 1))
    flip(K)[0, 0] = 9
    assert K[0, 0] == 1


def test_both_operations_agree_on_a_kernel_that_is_its_own_turn():
    X, K = np.random.default_rng(0).normal(size=(5, 6)), np.array([[1, 2, 3], [3, 2, 1.0]])
    np.testing.assert_allclose(convolve2d(X, K), corr2d(X, K))
    assert not np.allclose(convolve2d(X, K[:1]), corr2d(X, K[:1]))


def test_convolution_of_a_single_one_prints_the_kernel():
    X, K = np.zeros((5, 7)), np.arange(1.0, 7).reshape(2, 3)
    X[2, 3] = 1
    assert convolve2d(X, K)[1:3, 1:4].tolist() == K.tolist()


def test_a_layer_is_affine_in_its_window():
    """E24: without bias linear, with bias a constant more."""
    rng = np.random.default_rng(0)
    X, Z, K = rng.normal(size=(4, 5)), rng.normal(size=(4, 5)), rng.normal(size=(2, 3))
    together = conv_layer(2 * X + Z, K, 3)
    np.testing.assert_allclose(together - 3, 2 * conv_layer(X, K, 0) + conv_layer(Z, K, 0))
