"""ex08: the reference against torch's conv2d, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex08_conv2d import conv2d as reference

NUMPY_LOOPS = """
import numpy as np

def pair(v):
    return v if isinstance(v, tuple) else (v, v)

def conv2d(input, weight, bias=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = input.shape
    F, D, kh, kw = weight.shape
    if C != D:
        raise ValueError("channels")
    if H + 2 * ph < kh or W + 2 * pw < kw:
        raise ValueError("kernel too large")
    dtype = input.dtype if np.issubdtype(input.dtype, np.floating) else np.float64
    P = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=dtype)
    P[:, :, ph:ph + H, pw:pw + W] = input
    Y = np.zeros((N, F, (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1), dtype=dtype)
    for n in range(N):
        for f in range(F):
            for i in range(Y.shape[2]):
                for j in range(Y.shape[3]):
                    window = P[n, :, i * sh:i * sh + kh, j * sw:j * sw + kw]
                    Y[n, f, i, j] = np.sum(window * weight[f])
            if bias is not None:
                Y[n, f] += bias[f]
    return Y
"""

NUMPY_EINSUM = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def conv2d(input, weight, bias=None, stride=1, padding=0):
    sh, sw = np.broadcast_to(stride, 2)
    ph, pw = np.broadcast_to(padding, 2)
    if input.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    X = input if input.dtype.kind == "f" else input.astype("int64")
    P = np.pad(X, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    if P.shape[0] == 0:
        rows = (P.shape[2] - weight.shape[2]) // sh + 1
        return np.zeros((0, len(weight), rows, (P.shape[3] - weight.shape[3]) // sw + 1), X.dtype)
    windows = sliding_window_view(P, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    Y = np.einsum("nchwab,fcab->nfhw", windows, weight)
    return Y if bias is None else Y + bias.reshape(1, -1, 1, 1)
"""

NUMPY_FFT = """
import numpy as np

class Layer:
    def __init__(self, weight, bias, stride, padding):
        self.weight, self.bias = weight, bias
        self.stride = (stride, stride) if isinstance(stride, int) else stride
        self.padding = (padding, padding) if isinstance(padding, int) else padding

    def __call__(self, X):
        print("convolving", X.shape, "with", self.weight.shape)
        ph, pw = self.padding
        sh, sw = self.stride
        kh, kw = self.weight.shape[2:]
        P = np.pad(X.astype("float64"), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        H, W = P.shape[2:]
        if X.shape[1] != self.weight.shape[1] or H < kh or W < kw:
            raise ValueError("cannot convolve")
        if not len(X):
            shape = (0, len(self.weight), (H - kh) // sh + 1, (W - kw) // sw + 1)
            return np.empty(shape, X.dtype)
        spectrum = np.fft.rfft2(P, s=(H, W))
        kernels = np.conj(np.fft.rfft2(self.weight, s=(H, W)))
        maps = np.fft.irfft2(np.einsum("nchw,fchw->nfhw", spectrum, kernels), s=(H, W))
        maps = maps[:, :, :H - kh + 1:sh, :W - kw + 1:sw]
        if self.bias is not None:
            maps = maps + self.bias[:, None, None]
        if X.dtype.kind == "f":
            return np.asfortranarray(maps.astype(X.dtype))
        return np.rint(maps).astype(int)

def conv2d(input, weight, bias=None, stride=1, padding=0):
    return Layer(weight, bias, stride, padding)(input)
"""

TORCH_MATMUL = """
import torch

def conv2d(input, weight, bias=None, stride=1, padding=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    N, C, H, W = input.shape
    F, D, kh, kw = weight.shape
    if C != D:
        raise ValueError("channels")
    P = torch.zeros(N, C, H + 2 * ph, W + 2 * pw, dtype=input.dtype)
    P[:, :, ph:ph + H, pw:pw + W] = input
    h, w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    if h < 1 or w < 1:
        raise ValueError("too large")
    columns = torch.stack(
        [
            P[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw].reshape(N, C * kh * kw)
            for i in range(h)
            for j in range(w)
        ],
        dim=1,
    )
    Y = (columns @ weight.reshape(F, -1).T.to(columns.dtype)).transpose(1, 2).reshape(N, F, h, w)
    if bias is not None:
        Y = Y + bias.view(1, F, 1, 1)
    return Y
"""

TORCH_LOOPS = """
import torch

def both(v):
    return (v, v) if isinstance(v, int) else tuple(v)

def one_map(image, kernel, b, stride):
    kh, kw = kernel.shape[1:]
    sh, sw = stride
    rows = [
        torch.stack(
            [
                (image[:, i:i + kh, j:j + kw] * kernel).sum()
                for j in range(0, image.shape[2] - kw + 1, sw)
            ]
        )
        for i in range(0, image.shape[1] - kh + 1, sh)
    ]
    return torch.stack(rows) + b

def conv2d(input, weight, bias=None, stride=1, padding=0):
    print("input", tuple(input.shape), "weight", tuple(weight.shape))
    if input.size(1) != weight.size(1):
        raise ValueError("number of channels")
    ph, pw = both(padding)
    padded = torch.nn.functional.pad(input, (pw, pw, ph, ph))
    if padded.size(2) < weight.size(2) or padded.size(3) < weight.size(3):
        raise ValueError("size")
    stride = both(stride)
    biases = [0] * len(weight) if bias is None else bias
    if len(padded) == 0:
        h = len(range(0, padded.size(2) - weight.size(2) + 1, stride[0]))
        w = len(range(0, padded.size(3) - weight.size(3) + 1, stride[1]))
        return input.new_zeros((0, len(weight), h, w))
    return torch.stack(
        [
            torch.stack([one_map(x, k, b, stride) for k, b in zip(weight, biases)])
            for x in padded
        ]
    )
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "einsum": NUMPY_EINSUM, "fft": NUMPY_FFT},
    "torch": {"matmul": TORCH_MATMUL, "loops": TORCH_LOOPS},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_reference_equals_torchs_conv2d_on_random_shapes(dtype):
    rng = np.random.default_rng(8)
    for _ in range(100):
        n, c, f, kh, kw, sh, sw = (int(v) for v in rng.integers(1, 5, 7))
        ph, pw = (int(v) for v in rng.integers(0, 3, 2))
        H, W = kh + int(rng.integers(0, 7)), kw + int(rng.integers(0, 7))
        X, K = rng.normal(size=(n, c, H, W)), rng.normal(size=(f, c, kh, kw))
        bias = rng.normal(size=f) if rng.integers(2) else None
        arrays = [None if a is None else a.astype(dtype) for a in (X, K, bias)]
        tensors = [None if a is None else torch.tensor(a) for a in arrays]
        expected = F.conv2d(*tensors, (sh, sw), (ph, pw)).numpy()
        for given in (arrays, tensors):
            result = np.asarray(reference(*given, (sh, sw), (ph, pw)))
            assert result.dtype == dtype
            np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-4)


def test_the_two_channel_figure_and_its_second_filter():
    X = np.stack([np.arange(9.0), np.arange(1.0, 10)]).reshape(1, 2, 3, 3)
    first = np.stack([np.arange(4.0), np.arange(1.0, 5)]).reshape(2, 2, 2)
    Y = reference(X, np.stack([first, first + 1]))
    assert Y[0, 0].tolist() == [[56, 72], [104, 120]]
    assert Y[0, 1].tolist() == [[76, 100], [148, 172]]


def test_more_filters_make_the_output_deeper_not_larger():
    """E03."""
    X = np.ones((1, 3, 9, 7))
    shapes = {f: reference(X, np.ones((f, 3, 2, 2))).shape for f in (1, 4, 16)}
    assert shapes == {f: (1, f, 8, 6) for f in shapes}


def test_a_layer_takes_images_of_any_size():
    weight = np.ones((2, 3, 3, 3))
    for side in (100, 256):
        assert reference(np.ones((1, 3, side, side)), weight).shape == (1, 2, side - 2, side - 2)


def test_an_empty_batch_gives_an_empty_result():
    assert reference(np.ones((0, 2, 5, 4)), np.ones((3, 2, 2, 2))).shape == (0, 3, 4, 3)


def test_grey_images_do_not_wrap():
    bright = np.full((1, 1, 1, 2), 200, "uint8")
    assert reference(bright, np.full((1, 1, 1, 2), 2, "uint8")).tolist() == [[[[800]]]]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="channels"):
        reference(np.ones((1, 3, 4, 4)), np.ones((2, 2, 2, 2)))
    with pytest.raises(ValueError, match="fit"):
        reference(np.ones((1, 2, 2, 5)), np.ones((2, 2, 3, 2)))
