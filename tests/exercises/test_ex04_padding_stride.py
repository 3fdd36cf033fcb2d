"""ex04: the references against torch's padding and convolution, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex04_padding_stride import corr2d, zero_pad

NUMPY_LOOPS = """
import numpy as np

def pair(value):
    return value if isinstance(value, tuple) else (value, value)

def zero_pad(X, padding):
    ph, pw = pair(padding)
    P = np.zeros((X.shape[0] + 2 * ph, X.shape[1] + 2 * pw))
    P[ph:ph + X.shape[0], pw:pw + X.shape[1]] = X
    return P

def corr2d(X, K, padding=0, stride=1):
    X = zero_pad(X, padding)
    h, w = K.shape
    sh, sw = pair(stride)
    Y = np.zeros(((X.shape[0] - h) // sh + 1, (X.shape[1] - w) // sw + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i * sh:i * sh + h, j * sw:j * sw + w] * K).sum()
    return Y
"""

NUMPY_WINDOWS = """
import numpy as np

def pair(value):
    return (value, value) if np.isscalar(value) else tuple(value)

def zero_pad(X, padding):
    ph, pw = pair(padding)
    return np.pad(X, ((ph, ph), (pw, pw)))

def corr2d(X, K, padding=0, stride=1):
    sh, sw = pair(stride)
    windows = np.lib.stride_tricks.sliding_window_view(zero_pad(X, padding), K.shape)
    return np.einsum("ijab,ab->ij", windows[::sh, ::sw], K)
"""

NUMPY_STRIDED = """
import numpy as np
from numpy.lib.stride_tricks import as_strided

def zero_pad(X, padding):
    ph, pw = np.broadcast_to(padding, 2)
    return np.pad(X, [(ph, ph), (pw, pw)], mode="constant", constant_values=0)

def corr2d(X, K, padding=0, stride=1):
    P = zero_pad(X, padding)
    steps = np.broadcast_to(stride, 2)
    size = (np.array(P.shape) - K.shape) // steps + 1
    windows = as_strided(P, (*size, *K.shape), (*(steps * P.strides), *P.strides))
    return np.tensordot(windows, K, 2)
"""

NUMPY_IM2COL = """
import numpy as np

def zero_pad(X, padding):
    ph, pw = (padding, padding) if type(padding) is int else padding
    rows = np.zeros((ph, X.shape[1]), X.dtype)
    X = np.vstack([rows, X, rows])
    columns = np.zeros((X.shape[0], pw), X.dtype)
    return np.hstack([columns, X, columns])

def corr2d(X, K, padding=0, stride=1):
    P = zero_pad(X, padding)
    sh, sw = (stride, stride) if type(stride) is int else stride
    if P.shape[0] < K.shape[0] or P.shape[1] < K.shape[1]:
        raise ValueError("the kernel does not fit")
    tops = np.arange(0, P.shape[0] - K.shape[0] + 1, sh)
    lefts = np.arange(0, P.shape[1] - K.shape[1] + 1, sw)
    a, b = np.indices(K.shape).reshape(2, -1)
    i, j = (grid.reshape(-1, 1) for grid in np.meshgrid(tops, lefts, indexing="ij"))
    return (P[i + a, j + b] @ K.ravel()).reshape(len(tops), len(lefts))
"""

NUMPY_UGLY = """
import numpy

class Padded:
    def __init__(self, X, ph, pw):
        self.X, self.ph, self.pw = X, ph, pw

    def __getitem__(self, place):
        i, j = place[0] - self.ph, place[1] - self.pw
        inside = 0 <= i < len(self.X) and 0 <= j < len(self.X[0])
        return float(self.X[i][j]) if inside else 0.0

    @property
    def shape(self):
        return len(self.X) + 2 * self.ph, len(self.X[0]) + 2 * self.pw

def two(v):
    try:
        a, b = v
    except TypeError:
        a = b = v
    return a, b

def zero_pad(X, padding):
    P = Padded(X, *two(padding))
    print(P.shape)
    return numpy.asfortranarray([[P[i, j] for j in range(P.shape[1])] for i in range(P.shape[0])])

def corr2d(X, K, padding=0, stride=1):
    P = Padded(X, *two(padding))
    sh, sw = two(stride)
    answer = []
    for i in range(0, P.shape[0] - len(K) + 1, sh):
        answer.append([])
        for j in range(0, P.shape[1] - len(K[0]) + 1, sw):
            total = 0
            for (a, b), weight in numpy.ndenumerate(K):
                total += P[i + a, j + b] * weight
            answer[-1].append(total)
    if not answer or not answer[0]:
        raise ValueError("nothing to do")
    return numpy.array(answer, dtype=float, order="F")
"""

TORCH_LOOPS = NUMPY_LOOPS.replace("import numpy as np", "import torch").replace("np.", "torch.")

TORCH_WINDOWS = """
import torch
from torch.nn import functional as F

def pair(value):
    return (value, value) if isinstance(value, int) else value

def zero_pad(X, padding):
    ph, pw = pair(padding)
    return F.pad(X, (pw, pw, ph, ph))

def corr2d(X, K, padding=0, stride=1):
    (kh, kw), (sh, sw) = K.shape, pair(stride)
    windows = zero_pad(X, padding).unfold(0, kh, sh).unfold(1, kw, sw)
    return torch.einsum("ijab,ab->ij", windows, K)
"""

TORCH_STRIDED = """
import torch

def pair(value):
    return value if isinstance(value, tuple) else (value,) * 2

def zero_pad(X, padding):
    ph, pw = pair(padding)
    P = X.new_zeros(X.shape[0] + 2 * ph, X.shape[1] + 2 * pw)
    P.narrow(0, ph, X.shape[0]).narrow(1, pw, X.shape[1]).copy_(X)
    return P

def corr2d(X, K, padding=0, stride=1):
    P = zero_pad(X, padding)
    s = pair(stride)
    size = [(n - k) // step + 1 for n, k, step in zip(P.shape, K.shape, s)]
    steps = [a * b for a, b in zip(P.stride(), s)]
    return (P.as_strided((*size, *K.shape), (*steps, *P.stride())) * K).sum(dim=(-2, -1))
"""

TORCH_IM2COL = """
import torch

def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)

def zero_pad(X, padding):
    ph, pw = pair(padding)
    X = torch.cat([X.new_zeros(ph, X.shape[1]), X, X.new_zeros(ph, X.shape[1])], 0)
    return torch.cat([X.new_zeros(X.shape[0], pw), X, X.new_zeros(X.shape[0], pw)], 1)

def corr2d(X, K, padding=0, stride=1):
    P = zero_pad(X, padding)
    (kh, kw), (sh, sw) = K.shape, pair(stride)
    down, across = P.shape[0] - kh, P.shape[1] - kw
    if down < 0 or across < 0:
        raise ValueError("the kernel does not fit")
    rows = [
        P[i:i + kh, j:j + kw].reshape(-1)
        for i in range(0, down + 1, sh)
        for j in range(0, across + 1, sw)
    ]
    return (torch.stack(rows) @ K.reshape(-1)).reshape(down // sh + 1, across // sw + 1)
"""

TORCH_UGLY = """
import torch

class Conv:
    def __init__(self, K, stride):
        self.K = K
        self.sh, self.sw = stride if isinstance(stride, (tuple, list)) else [stride, stride]

    def run(self, P):
        kh, kw = self.K.shape
        if kh > P.shape[0] or kw > P.shape[1]:
            raise ValueError(f"{kh}x{kw}")
        print("running on", tuple(P.shape))
        full = 0
        for a in range(kh):
            for b in range(kw):
                full = full + P[a:P.shape[0] - kh + a + 1, b:P.shape[1] - kw + b + 1] * self.K[a, b]
        return full[::self.sh, ::self.sw].T.contiguous().T

def zero_pad(X, padding):
    ph, pw = padding if isinstance(padding, (tuple, list)) else [padding, padding]
    return torch.nn.ZeroPad2d((pw, pw, ph, ph))(X[None, None])[0, 0].clone()

def corr2d(X, K, padding=0, stride=1):
    return Conv(K, stride).run(zero_pad(X, padding))
"""

CORRECT = {
    "numpy": {
        "d2l": NUMPY_LOOPS,
        "sliding_window_view": NUMPY_WINDOWS,
        "as_strided": NUMPY_STRIDED,
        "im2col": NUMPY_IM2COL,
        "class": NUMPY_UGLY,
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
    rng = np.random.default_rng(4)
    for _ in range(80):
        kh, kw, sh, sw = (int(v) for v in rng.integers(1, 5, 4))
        ph, pw = (int(v) for v in rng.integers(0, 4, 2))
        H, W = kh + int(rng.integers(0, 8)), kw + int(rng.integers(0, 8))
        X, K = rng.normal(size=(H, W)).astype(dtype), rng.normal(size=(kh, kw)).astype(dtype)
        tensors = torch.tensor(X), torch.tensor(K)
        expected = F.conv2d(*(t[None, None] for t in tensors), None, (sh, sw), (ph, pw))[0, 0]
        for arrays in ((X, K), tensors):
            result = np.asarray(corr2d(*arrays, padding=(ph, pw), stride=(sh, sw)))
            assert result.dtype == dtype
            np.testing.assert_allclose(result, expected.numpy(), rtol=1e-5, atol=1e-5)


def test_padding_equals_that_of_torch():
    for ph, pw in ((0, 0), (1, 2), (3, 0)):
        X = torch.randn(3, 4)
        expected = F.pad(X, (pw, pw, ph, ph)).numpy()
        assert np.array_equal(zero_pad(X, (ph, pw)).numpy(), expected)
        assert np.array_equal(zero_pad(X.numpy(), (ph, pw)), expected)


@pytest.mark.parametrize("array", [np.ones, torch.ones])
def test_without_padding_the_image_is_copied(array):
    X = array((2, 3))
    zero_pad(X, 0)[0, 0] = 9
    assert X[0, 0] == 1


def test_the_example_of_the_lesson():
    X, K = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
    assert corr2d(X, K, padding=1, stride=(3, 2)).tolist() == [[0, 8], [6, 8]]


def test_a_padded_grey_image_does_not_wrap_around():
    bright = np.full((1, 1), 200, "uint8")
    assert corr2d(bright, np.full((1, 1), 2, "uint8"), padding=1)[1, 1] == 400


def test_a_kernel_that_even_padding_does_not_make_fit_is_refused():
    with pytest.raises(ValueError, match="larger"):
        corr2d(np.ones((3, 3)), np.ones((2, 6)), padding=1)
    assert corr2d(np.ones((3, 3)), np.ones((2, 5)), padding=1).shape == (4, 1)


def moved(stride, steps):
    """The result for a spot, and for the spot moved by one pixel down and right."""
    rng = np.random.default_rng(7)
    spot, K = rng.normal(size=(3, 4)), rng.normal(size=(3, 2))
    image, other = np.zeros((14, 15)), np.zeros((14, 15))
    image[4:7, 4:8] = spot
    other[4 + steps : 7 + steps, 4 + steps : 8 + steps] = spot
    return corr2d(image, K, stride=stride), corr2d(other, K, stride=stride)


def test_a_moved_image_moves_the_result_at_stride_1():
    """E02: equivariance."""
    before, after = moved(stride=1, steps=1)
    np.testing.assert_allclose(after[1:, 1:], before[:-1, :-1])
    assert not np.allclose(after, before)


def test_at_stride_2_a_move_by_one_pixel_gives_other_numbers():
    """E02: only moves by a multiple of the stride move the result."""
    before, after = moved(stride=2, steps=1)
    assert not np.allclose(np.sort(after, axis=None), np.sort(before, axis=None))
    before, after = moved(stride=2, steps=2)
    np.testing.assert_allclose(after[1:, 1:], before[:-1, :-1])
