"""ex07: the reference against torch's convolution, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex01_cross_correlation import corr2d
from learncnn_solutions.ex07_multi_input_channels import corr2d_multi_in

NUMPY_LOOPS = """
import numpy as np

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

def corr2d_multi_in(X, K, bias=0.0):
    if len(X) != len(K):
        raise ValueError("channels")
    return sum(corr2d(x, k) for x, k in zip(X, K)) + bias
"""

NUMPY_WINDOWS = """
import numpy as np

def corr2d_multi_in(X, K, bias=0.0):
    if X.shape[0] != K.shape[0]:
        raise ValueError("channels")
    windows = np.lib.stride_tricks.sliding_window_view(X, K.shape)[0]
    return np.tensordot(windows, K, 3) + bias
"""

NUMPY_MATMUL = """
import numpy as np

def corr2d_multi_in(X, K, bias=0.0):
    C, H, W = X.shape
    _, kh, kw = K.shape
    assert K.ndim == 3
    if K.shape[0] != C or kh > H or kw > W:
        raise ValueError("does not match")
    columns = [
        X[:, i:i + kh, j:j + kw].ravel() for i in range(H - kh + 1) for j in range(W - kw + 1)
    ]
    Y = np.array(columns) @ K.ravel()
    Y = Y.reshape(H - kh + 1, W - kw + 1)
    Y += bias
    return Y
"""

NUMPY_UGLY = """
import numpy

class Channel(object):
    def __init__(self, pixels, weights):
        self.pixels, self.weights = pixels.tolist(), weights.tolist()

    def at(self, i, j):
        answer = 0
        for a, row in enumerate(self.weights):
            for b, weight in enumerate(row):
                answer += self.pixels[i + a][j + b] * weight
        return answer

def corr2d_multi_in(X, K, bias=0.0):
    try:
        channels = [Channel(x, k) for x, k in zip(X, K, strict=True)]
        print(len(channels), "channels")
    except ValueError:
        print("no")
        raise
    rows, columns = [n - k + 1 for n, k in zip(X.shape[1:], K.shape[1:])]
    if rows <= 0 or columns <= 0:
        raise ValueError((rows, columns))
    Y = numpy.full((columns, rows), float(bias)).T
    for i in range(rows):
        for j in range(columns):
            Y[i, j] += sum(channel.at(i, j) for channel in channels)
    return Y
"""

TORCH_LOOPS = NUMPY_LOOPS.replace("import numpy as np", "import torch").replace("np.", "torch.")

TORCH_WINDOWS = """
import torch

def corr2d_multi_in(X, K, bias=0.0):
    if X.shape[0] != K.shape[0]:
        raise ValueError("channels")
    windows = X.unfold(1, K.shape[1], 1).unfold(2, K.shape[2], 1)
    return torch.einsum("cijab,cab->ij", windows, K) + bias
"""

TORCH_SHIFTS = """
import torch

def corr2d_multi_in(X, K, bias=0.0):
    C, kh, kw = K.shape
    height, width = X.shape[1] - kh + 1, X.shape[2] - kw + 1
    if X.shape[0] != C or height < 1 or width < 1:
        raise ValueError("sizes")
    Y = torch.full((height, width), float(bias), dtype=X.dtype)
    for a in range(kh):
        for b in range(kw):
            Y += (X[:, a:a + height, b:b + width] * K[:, a, b].reshape(C, 1, 1)).sum(dim=0)
    return Y
"""

TORCH_UGLY = """
import torch

class Layer(torch.nn.Module):
    def __init__(self, weight, bias):
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, X):
        H, W = X.shape[-2:]
        kh, kw = self.weight.shape[-2:]
        if X.shape[0] != self.weight.shape[0] or H < kh or W < kw:
            raise ValueError(str(X.shape) + str(self.weight.shape))
        spectrum = torch.fft.rfft2(X.double())
        kernels = torch.fft.rfft2(self.weight.double(), s=(H, W)).conj()
        maps = torch.fft.irfft2((spectrum * kernels).sum(dim=0), s=(H, W))
        print("maps", maps.shape)
        return maps[:H - kh + 1, :W - kw + 1].to(X.dtype) + self.bias

def corr2d_multi_in(X, K, bias=0.0):
    return Layer(K, bias)(X).T.contiguous().T
"""

CORRECT = {
    "numpy": {
        "d2l": NUMPY_LOOPS,
        "sliding_window_view": NUMPY_WINDOWS,
        "matmul": NUMPY_MATMUL,
        "class": NUMPY_UGLY,
    },
    "torch": {
        "d2l": TORCH_LOOPS,
        "unfold": TORCH_WINDOWS,
        "shifts": TORCH_SHIFTS,
        "fourier": TORCH_UGLY,
    },
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_reference_equals_conv2d_on_random_shapes(dtype):
    rng = np.random.default_rng(7)
    for _ in range(60):
        channels, kh, kw = (int(v) for v in rng.integers(1, 6, 3))
        H, W = kh + int(rng.integers(0, 7)), kw + int(rng.integers(0, 7))
        X = rng.normal(size=(channels, H, W)).astype(dtype)
        K = rng.normal(size=(channels, kh, kw)).astype(dtype)
        tensors = torch.tensor(X), torch.tensor(K)
        bias = torch.tensor([0.75], dtype=tensors[0].dtype)
        expected = F.conv2d(tensors[0][None], tensors[1][None], bias)[0, 0]
        for arrays in ((X, K), tensors):
            result = np.asarray(corr2d_multi_in(*arrays, bias=0.75))
            assert result.dtype == dtype
            np.testing.assert_allclose(result, expected.numpy(), rtol=1e-4, atol=1e-5)


def test_the_example_of_the_lesson():
    X = np.stack([np.arange(9.0), np.arange(1.0, 10)]).reshape(2, 3, 3)
    K = np.stack([np.arange(4.0), np.arange(1.0, 5)]).reshape(2, 2, 2)
    assert corr2d(X[0], K[0]).tolist() == [[19, 25], [37, 43]]
    assert corr2d(X[1], K[1]).tolist() == [[37, 47], [67, 77]]
    assert corr2d_multi_in(X, K).tolist() == [[56, 72], [104, 120]]
    assert corr2d_multi_in(X, K, 0.5).tolist() == [[56.5, 72.5], [104.5, 120.5]]


def test_one_channel_is_plain_cross_correlation():
    rng = np.random.default_rng(0)
    X, K = rng.normal(size=(1, 5, 6)), rng.normal(size=(1, 2, 3))
    np.testing.assert_array_equal(corr2d_multi_in(X, K), corr2d(X[0], K[0]))


def test_a_cell_is_a_sum_of_75_products():
    assert corr2d_multi_in(np.ones((3, 5, 5)), np.ones((3, 5, 5))).tolist() == [[75]]


@pytest.mark.parametrize("array", [np.ones, torch.ones])
def test_the_result_has_memory_of_its_own(array):
    X = array((1, 2, 2))
    corr2d_multi_in(X, array((1, 1, 1)))[0, 0] = 9
    assert X[0, 0, 0] == 1


def test_a_colour_image_does_not_wrap_around():
    bright, weights = np.full((3, 1, 1), 200, "uint8"), np.full((3, 1, 1), 2, "uint8")
    assert corr2d_multi_in(bright, weights).tolist() == [[1200]]


@pytest.mark.parametrize(("of_image", "of_kernel"), [(3, 2), (2, 3), (3, 1), (1, 3)])
def test_other_numbers_of_channels_are_refused(of_image, of_kernel):
    with pytest.raises(ValueError, match="channels"):
        corr2d_multi_in(np.ones((of_image, 3, 3)), np.ones((of_kernel, 2, 2)))


def test_a_kernel_larger_than_the_image_is_refused():
    with pytest.raises(ValueError, match="larger"):
        corr2d_multi_in(np.ones((2, 3, 3)), np.ones((2, 2, 4)))
