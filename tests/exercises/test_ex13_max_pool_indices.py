"""ex13: the reference against torch's pooling with indices, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex12_pooling import max_pool2d
from learncnn_solutions.ex13_max_pool_indices import max_pool2d_with_indices

NUMPY_LOOPS = """
import numpy as np

def pair(value):
    return value if isinstance(value, tuple) else (value, value)

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    if 2 * ph > kh or 2 * pw > kw:
        raise ValueError("too much padding")
    N, C, H, W = input.shape
    shape = (N, C, (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1)
    output, indices = np.zeros(shape, input.dtype), np.zeros(shape, int)
    for n, c, i, j in np.ndindex(shape):
        best = None
        for row in range(i * sh - ph, i * sh - ph + kh):
            for column in range(j * sw - pw, j * sw - pw + kw):
                if 0 <= row < H and 0 <= column < W:
                    x = input[n, c, row, column]
                    if best is None or x > best or np.isnan(x):
                        best, place = x, row * W + column
        output[n, c, i, j], indices[n, c, i, j] = best, place
    return output, indices
"""

NUMPY_ARGMAX = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    kh, kw = np.broadcast_to(kernel_size, 2)
    sh, sw = np.broadcast_to(kernel_size if stride is None else stride, 2)
    ph, pw = np.broadcast_to(padding, 2)
    if ph > kh / 2 or pw > kw / 2:
        raise ValueError("padding")
    X = input if input.dtype.kind == "f" else input.astype(float)
    P = np.pad(X, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    windows = sliding_window_view(P, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    windows = windows.reshape(*windows.shape[:4], kh * kw)
    a, b = np.unravel_index(windows.argmax(-1), (kh, kw))
    i, j = np.indices(a.shape)[2:]
    indices = (i * sh - ph + a) * input.shape[3] + (j * sw - pw + b)
    return windows.max(-1).astype(input.dtype), indices
"""

NUMPY_PLACES = """
import numpy as np

# the indices are padded and cut into windows as the image is; the output is looked up

def windows(X, kernel, stride, padding, value):
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride, padding
    P = np.full((*X.shape[:-2], X.shape[-2] + 2 * ph, X.shape[-1] + 2 * pw), value, X.dtype)
    P[..., ph:ph + X.shape[-2], pw:pw + X.shape[-1]] = X
    tops = np.arange(0, P.shape[-2] - kh + 1, sh)[:, None, None, None]
    lefts = np.arange(0, P.shape[-1] - kw + 1, sw)[:, None, None]
    if 0 in (tops.size, lefts.size):
        raise ValueError("nothing fits")
    cells = P[..., tops + np.arange(kh)[:, None], lefts + np.arange(kw)]
    return cells.reshape(*cells.shape[:-2], kh * kw)

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    kernel, stride, padding = (
        (value, value) if isinstance(value, int) else value
        for value in (kernel_size, kernel_size if stride is None else stride, padding)
    )
    if any(2 * p > k for p, k in zip(padding, kernel)):
        raise ValueError("padding")
    H, W = input.shape[2:]
    places = windows(np.arange(H * W).reshape(H, W), kernel, stride, padding, -1)
    cells = windows(input.astype(float), kernel, stride, padding, -np.inf)
    winner = cells.argmax(-1)
    places = np.broadcast_to(places, cells.shape)
    indices = np.take_along_axis(places, winner[..., None], -1)[..., 0]
    flat = input.reshape(*input.shape[:2], H * W)
    output = np.take_along_axis(flat, indices.reshape(*flat.shape[:2], -1), -1)
    return output.reshape(indices.shape), indices
"""

NUMPY_UGLY = """
import numpy

class Best:
    def __init__(self):
        self.value, self.place = None, None

    def offer(self, value, place):
        if self.value is not None and self.value != self.value:
            return
        if self.value is None or not value <= self.value:
            self.value, self.place = value, place

def two(v):
    return tuple(v) if hasattr(v, "__len__") else (v, v)

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    print(type(input), kernel_size)
    stride = two(stride or kernel_size)
    kernel_size, padding = two(kernel_size), two(padding)
    H, W = input.shape[-2:]
    places = []
    for n, k, s, p in zip((H, W), kernel_size, stride, padding):
        if p + p > k or n + p + p < k:
            raise ValueError((n, k, s, p))
        places.append([range(max(t, 0), min(t + k, n)) for t in range(-p, n + p - k + 1, s)])
    answers = []
    for image in input:
        for plane in image:
            for rows in places[0]:
                for columns in places[1]:
                    best = Best()
                    for row in rows:
                        for column in columns:
                            best.offer(plane[row, column], W * row + column)
                    answers.append(best)
    shape = (*input.shape[:2], len(places[0]), len(places[1]))
    output = numpy.array([b.value for b in answers], dtype=input.dtype).reshape(shape)
    indices = numpy.array([b.place for b in answers], dtype=numpy.int32).reshape(shape)
    return [numpy.asfortranarray(output), numpy.asfortranarray(indices)]
"""

TORCH_LOOPS = """
import torch

def pair(value):
    return value if isinstance(value, tuple) else (value, value)

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    if 2 * ph > kh or 2 * pw > kw:
        raise ValueError("too much padding")
    N, C, H, W = input.shape
    shape = (N, C, (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1)
    output = torch.zeros(shape, dtype=input.dtype, device=input.device)
    indices = torch.zeros(shape, dtype=torch.long, device=input.device)
    for i in range(shape[2]):
        for j in range(shape[3]):
            top, left = max(i * sh - ph, 0), max(j * sw - pw, 0)
            bottom, right = min(i * sh - ph + kh, H), min(j * sw - pw + kw, W)
            window = input[:, :, top:bottom, left:right]
            winner = window.flatten(2).argmax(2)
            rows = top + winner // (right - left)
            columns = left + winner % (right - left)
            indices[:, :, i, j] = rows * W + columns
            output[:, :, i, j] = window.amax((2, 3))
    return output, indices
"""

TORCH_UNFOLD = """
import torch
from torch.nn import functional as F

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    stride = (kh, kw) if stride is None else stride
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    if ph > kh // 2 or pw > kw // 2:
        raise ValueError("padding")

    def windows(X, value):
        return F.pad(X, (pw, pw, ph, ph), value=value).unfold(-2, kh, sh).unfold(-2, kw, sw)

    H, W = input.shape[2:]
    places = torch.arange(H * W, device=input.device).reshape(H, W)
    cells = windows(input.double(), -torch.inf).flatten(4)
    winner = cells.argmax(-1, keepdim=True)
    places = windows(places, -1).flatten(2).expand(cells.shape)
    output = cells.gather(-1, winner).squeeze(-1).to(input.dtype)
    return output, places.gather(-1, winner).squeeze(-1)
"""

TORCH_UGLY = """
import torch

class Memory:
    output = None
    indices = None

    def see(self, cells, places):
        if self.output is None:
            self.output = torch.full_like(cells, -torch.inf)
            self.indices = torch.full_like(places, -1)
        better = (cells > self.output) | (cells.isnan() & ~self.output.isnan())
        self.output = torch.where(better, cells, self.output)
        self.indices = torch.where(better, places, self.indices)

def max_pool2d_with_indices(input, kernel_size, stride=None, padding=0):
    k, s, p = [list(v) if isinstance(v, (list, tuple)) else [v, v]
               for v in (kernel_size, stride or kernel_size, padding)]
    N, C, H, W = input.shape
    print(N, C, H, W)
    size = [(n + 2 * q - m) // t + 1 for n, m, t, q in zip((H, W), k, s, p)]
    if min(size) < 1 or any(2 * q > m for q, m in zip(p, k)):
        raise ValueError("impossible")
    plane = torch.full((N, C, H + 2 * p[0], W + 2 * p[1]), -torch.inf, dtype=torch.float64)
    plane[:, :, p[0]:p[0] + H, p[1]:p[1] + W] = input
    rows = (torch.arange(plane.shape[2]) - p[0])[:, None] * W
    places = (rows + torch.arange(plane.shape[3]) - p[1]).expand(plane.shape)
    memory = Memory()
    for a in range(k[0]):
        for b in range(k[1]):
            cut = (..., slice(a, a + size[0] * s[0] - s[0] + 1, s[0]),
                   slice(b, b + size[1] * s[1] - s[1] + 1, s[1]))
            memory.see(plane[cut], places[cut])
    return memory.output.type(input.dtype), memory.indices.mT.contiguous().mT
"""

CORRECT = {
    "numpy": {
        "loops": NUMPY_LOOPS,
        "argmax": NUMPY_ARGMAX,
        "places": NUMPY_PLACES,
        "class": NUMPY_UGLY,
    },
    "torch": {"loops": TORCH_LOOPS, "unfold": TORCH_UNFOLD, "class": TORCH_UGLY},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("ties", [False, True])
def test_the_reference_equals_torch_on_random_shapes(dtype, ties):
    rng = np.random.default_rng(13)
    for _ in range(50):
        kernel, stride = rng.integers(1, 6, 2), rng.integers(1, 5, 2)
        padding = [int(rng.integers(0, k // 2 + 1)) for k in kernel]
        shape = (*rng.integers(1, 4, 2), *(kernel + rng.integers(0, 7, 2)))
        X = rng.integers(-3, 0, shape) if ties else rng.normal(size=shape)
        X = X.astype(dtype)
        options = (*kernel.tolist(),), (*stride.tolist(),), (*padding,)
        expected = F.max_pool2d(torch.tensor(X), *options, return_indices=True)
        for given in (X, torch.tensor(X)):
            output, indices = map(np.asarray, max_pool2d_with_indices(given, *options))
            assert output.dtype == dtype
            assert indices.dtype == "int64"
            assert np.array_equal(output, expected[0].numpy())
            assert np.array_equal(indices, expected[1].numpy())


def test_the_example_of_the_lesson():
    X = np.array([[[[4.0, 9, 9], [9, 1, 2]]]])
    output, indices = max_pool2d_with_indices(X, 2, 1, (0, 1))
    assert output.tolist() == [[[[9, 9, 9, 9]]]]
    assert indices.tolist() == [[[[3, 1, 1, 2]]]]


def test_the_indices_lead_to_the_output():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(2, 3, 7, 9))
    output, indices = max_pool2d_with_indices(X, (3, 4), (2, 3), (1, 2))
    flat = np.take_along_axis(X.reshape(2, 3, 63), indices.reshape(2, 3, -1), axis=2)
    assert np.array_equal(flat.reshape(output.shape), output)
    assert np.array_equal(output, max_pool2d(X, (3, 4), (2, 3), (1, 2)))


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_the_smallest_whole_number_is_still_found_in_the_image(dtype):
    X = np.full((1, 1, 2, 2), np.iinfo(dtype).min, dtype)
    output, indices = max_pool2d_with_indices(X, 2, padding=1)
    assert np.array_equal(output, X)
    assert indices.tolist() == [[[[0, 1], [2, 3]]]]


def test_minus_infinity_is_still_found_in_the_image():
    X = np.full((1, 1, 2, 2), -np.inf)
    assert max_pool2d_with_indices(X, 2, padding=1)[1].tolist() == [[[[0, 1], [2, 3]]]]


def test_nan_is_larger_than_any_number():
    X = np.array([[[[1.0, np.nan, 5.0, 7.0]]]])
    output, indices = max_pool2d_with_indices(X, (1, 2))
    assert np.array_equal(output, [[[[np.nan, 7]]]], equal_nan=True)
    assert indices.tolist() == [[[[1, 3]]]]


def test_padding_of_more_than_half_the_window_is_refused():
    with pytest.raises(ValueError, match="half"):
        max_pool2d_with_indices(np.ones((1, 1, 4, 4)), 3, padding=2)
