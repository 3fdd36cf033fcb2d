"""ex12: the references against torch's pooling, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex12_pooling import avg_pool2d, max_pool2d

NUMPY_LOOPS = """
import numpy as np

def pair(value):
    return value if isinstance(value, tuple) else (value, value)

def pool(input, kernel_size, stride, padding, value, function, dtype):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    if 2 * ph > kh or 2 * pw > kw:
        raise ValueError("too much padding")
    N, C, H, W = input.shape
    if H + 2 * ph < kh or W + 2 * pw < kw:
        raise ValueError("too large a window")
    P = np.full((N, C, H + 2 * ph, W + 2 * pw), value, dtype=dtype)
    P[:, :, ph:ph + H, pw:pw + W] = input
    Y = np.zeros((N, C, (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1), dtype=dtype)
    for n in range(N):
        for c in range(C):
            for i in range(Y.shape[2]):
                for j in range(Y.shape[3]):
                    Y[n, c, i, j] = function(P[n, c, i * sh:i * sh + kh, j * sw:j * sw + kw])
    return Y

def is_float(X):
    return np.issubdtype(X.dtype, np.floating)

def max_pool2d(input, kernel_size, stride=None, padding=0):
    lowest = -np.inf if is_float(input) else np.iinfo(input.dtype).min
    return pool(input, kernel_size, stride, padding, lowest, np.max, input.dtype)

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    dtype = input.dtype if is_float(input) else np.float64
    if count_include_pad:
        return pool(input, kernel_size, stride, padding, 0, np.mean, dtype)
    return pool(input, kernel_size, stride, padding, np.nan, np.nanmean, dtype)
"""

NUMPY_WINDOWS = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def windows(X, kernel_size, stride, padding, value):
    kernel = np.broadcast_to(kernel_size, 2)
    sh, sw = np.broadcast_to(kernel_size if stride is None else stride, 2)
    ph, pw = np.broadcast_to(padding, 2)
    if np.any(2 * np.array([ph, pw]) > kernel):
        raise ValueError(f"padding {ph, pw} for {kernel}")
    P = np.pad(X, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=value)
    return sliding_window_view(P, tuple(kernel), axis=(2, 3))[:, :, ::sh, ::sw]

def max_pool2d(input, kernel_size, stride=None, padding=0):
    X = input if input.dtype.kind == "f" else input.astype(float)
    return windows(X, kernel_size, stride, padding, -np.inf).max(axis=(-2, -1))

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    X = input if input.dtype.kind == "f" else input.astype(float)
    view = windows(X, kernel_size, stride, padding, 0)
    if count_include_pad:
        return view.mean(axis=(-2, -1))
    inside = windows(np.ones(X.shape, X.dtype), kernel_size, stride, padding, 0)
    return view.sum(axis=(-2, -1)) / inside.sum(axis=(-2, -1))
"""

NUMPY_SEPARABLE = """
import numpy as np

# both a maximum and a sum may be taken along the columns first, then along the rows

def two(value):
    return [value] * 2 if isinstance(value, int) else list(value)

def along(axis, X, k, s, p, value, add):
    if 2 * p > k:
        raise ValueError("padding")
    shape = list(X.shape)
    shape[axis] = p
    border = np.full(shape, value, X.dtype)
    P = np.concatenate([border, X, border], axis)
    count = (P.shape[axis] - k) // s + 1
    if P.shape[axis] < k:
        raise ValueError("window")
    starts = np.arange(count) * s
    Y = P.take(starts, axis)
    for offset in range(1, k):
        Y = add(Y, P.take(starts + offset, axis))
    return Y

def both(X, kernel_size, stride, padding, value, add):
    k, p = two(kernel_size), two(padding)
    s = k if stride is None else two(stride)
    for axis in (3, 2):
        X = along(axis, X, k[axis - 2], s[axis - 2], p[axis - 2], value, add)
    return X

def max_pool2d(input, kernel_size, stride=None, padding=0):
    floats = np.issubdtype(input.dtype, np.floating)
    lowest = -np.inf if floats else np.iinfo(input.dtype).min
    return both(input, kernel_size, stride, padding, lowest, np.maximum)

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    X = input if np.issubdtype(input.dtype, np.floating) else input.astype("float64")
    total = both(X, kernel_size, stride, padding, 0, np.add)
    kh, kw = two(kernel_size)
    cells = kh * kw
    if not count_include_pad:
        cells = both(np.ones_like(X), kernel_size, stride, padding, 0, np.add)
    return total / cells
"""

NUMPY_UGLY = """
import math
import numpy

class Plane:
    def __init__(self, rows):
        self.rows = rows
        self.H, self.W = len(rows), len(rows[0])

    def window(self, top, left, kh, kw):
        return [
            self.rows[i][j]
            for i in range(max(top, 0), min(top + kh, self.H))
            for j in range(max(left, 0), min(left + kw, self.W))
        ]

def largest(cells):
    for cell in cells:
        if cell != cell:
            return math.nan
    return max(cells)

class Pool:
    def __init__(self, k, s, p, f):
        self.k, self.p, self.f = self.two(k), self.two(p), f
        self.s = self.k if s is None else self.two(s)
        for p, k in zip(self.p, self.k):
            if p > k / 2:
                raise ValueError("half")

    def two(self, v):
        try:
            a, b = v
            return a, b
        except TypeError:
            return v, v

    def __call__(self, X):
        print("pooling", X.shape)
        out = []
        H, W = X.shape[2] + 2 * self.p[0], X.shape[3] + 2 * self.p[1]
        if H < self.k[0] or W < self.k[1]:
            raise ValueError("small")
        h, w = (H - self.k[0]) // self.s[0] + 1, (W - self.k[1]) // self.s[1] + 1
        for image in X.tolist():
            for channel in image:
                plane = Plane(channel)
                for i in range(h):
                    for j in range(w):
                        top, left = i * self.s[0] - self.p[0], j * self.s[1] - self.p[1]
                        out.append(self.f(plane.window(top, left, *self.k)))
        dtype = X.dtype if X.dtype.kind == "f" else float
        answer = numpy.array(out, dtype=dtype).reshape(X.shape[0], X.shape[1], h, w)
        return numpy.asfortranarray(answer)

def max_pool2d(input, kernel_size, stride=None, padding=0):
    return Pool(kernel_size, stride, padding, largest)(input)

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    def mean(cells):
        return sum(cells) / (len(cells) if not count_include_pad else kh * kw)
    pool = Pool(kernel_size, stride, padding, mean)
    kh, kw = pool.k
    return pool(input)
"""

TORCH_LOOPS = """
import torch

def pair(value):
    return value if isinstance(value, tuple) else (value, value)

def pool(input, kernel_size, stride, padding, value, function):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    if 2 * ph > kh or 2 * pw > kw:
        raise ValueError("too much padding")
    N, C, H, W = input.shape
    if H + 2 * ph < kh or W + 2 * pw < kw:
        raise ValueError("too large a window")
    P = torch.full((N, C, H + 2 * ph, W + 2 * pw), value, dtype=input.dtype, device=input.device)
    P[:, :, ph:ph + H, pw:pw + W] = input
    rows, columns = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    Y = torch.zeros((N, C, rows, columns), dtype=input.dtype, device=input.device)
    for i in range(Y.shape[2]):
        for j in range(Y.shape[3]):
            Y[:, :, i, j] = function(P[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw], (2, 3))
    return Y

def max_pool2d(input, kernel_size, stride=None, padding=0):
    floats = input.dtype.is_floating_point
    lowest = -float("inf") if floats else torch.iinfo(input.dtype).min
    return pool(input, kernel_size, stride, padding, lowest, torch.amax)

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    Y = pool(input, kernel_size, stride, padding, 0, torch.mean)
    if not count_include_pad:
        Y /= pool(torch.ones_like(input), kernel_size, stride, padding, 0, torch.mean)
    return Y
"""

TORCH_UNFOLD = """
import torch
from torch.nn import functional as F

def windows(X, kernel_size, stride, padding, value):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    stride = (kh, kw) if stride is None else stride
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    if ph > kh // 2 or pw > kw // 2:
        raise ValueError("padding")
    P = F.pad(X, (pw, pw, ph, ph), value=value)
    if P.shape[2] < kh or P.shape[3] < kw:
        raise ValueError("window")
    return P.unfold(2, kh, sh).unfold(3, kw, sw).flatten(4)

def max_pool2d(input, kernel_size, stride=None, padding=0):
    if not input.is_floating_point():
        return max_pool2d(input.double(), kernel_size, stride, padding).to(input.dtype)
    return windows(input, kernel_size, stride, padding, -torch.inf).max(dim=-1).values

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    sums = windows(input, kernel_size, stride, padding, 0).sum(-1)
    inside = windows(torch.ones_like(input), kernel_size, stride, padding, int(count_include_pad))
    return sums / inside.sum(-1)
"""

TORCH_UGLY = """
import torch

class Pool(torch.nn.Module):
    def __init__(self, k, s, p):
        super().__init__()
        self.k = list(k) if isinstance(k, (tuple, list)) else [k, k]
        self.s = self.k if s is None else list(s) if isinstance(s, (tuple, list)) else [s, s]
        self.p = list(p) if isinstance(p, (tuple, list)) else [p, p]
        assert len(self.k) == 2
        if any(p * 2 > k for p, k in zip(self.p, self.k)):
            raise ValueError(f"{p} {k}")

    def places(self, n, axis):
        last = n + self.p[axis] - self.k[axis]
        if last < -self.p[axis]:
            raise ValueError("nothing fits")
        for start in range(-self.p[axis], last + 1, self.s[axis]):
            yield max(start, 0), min(start + self.k[axis], n)

    def forward(self, X, reduce):
        print("pool", tuple(X.shape))
        rows = []
        for top, bottom in self.places(X.shape[2], 0):
            row = []
            for left, right in self.places(X.shape[3], 1):
                row.append(reduce(X[:, :, top:bottom, left:right].flatten(2)))
            rows.append(torch.stack(row, dim=0))
        return torch.stack(rows, dim=0).permute(2, 3, 0, 1)

def max_pool2d(input, kernel_size, stride=None, padding=0):
    return Pool(kernel_size, stride, padding)(input, lambda cells: cells.max(-1)[0])

def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):
    pool = Pool(kernel_size, stride, padding)
    if count_include_pad:
        return pool(input, lambda cells: cells.sum(-1) / (pool.k[0] * pool.k[1]))
    return pool(input, lambda cells: cells.sum(-1) / cells.shape[-1])
"""

CORRECT = {
    "numpy": {
        "loops": NUMPY_LOOPS,
        "sliding_window_view": NUMPY_WINDOWS,
        "separable": NUMPY_SEPARABLE,
        "class": NUMPY_UGLY,
    },
    "torch": {"loops": TORCH_LOOPS, "unfold": TORCH_UNFOLD, "module": TORCH_UGLY},
}


def random_pooling(rng, dtype):
    """Random input, window, stride and padding that fit each other."""
    kernel, stride = rng.integers(1, 6, 2), rng.integers(1, 5, 2)
    padding = [int(rng.integers(0, k // 2 + 1)) for k in kernel]
    shape = rng.integers(1, 4, 2).tolist() + (kernel + rng.integers(0, 7, 2)).tolist()
    options = {
        "kernel_size": tuple(kernel.tolist()),
        "stride": tuple(stride.tolist()) if rng.random() < 0.8 else None,
        "padding": tuple(padding),
    }
    return rng.normal(size=shape).astype(dtype), options


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_references_equal_torch_on_random_shapes(dtype):
    rng = np.random.default_rng(12)
    for _ in range(80):
        X, options = random_pooling(rng, dtype)
        counted = bool(rng.integers(2))
        tensor = torch.tensor(X)
        largest = F.max_pool2d(tensor, **options).numpy()
        means = F.avg_pool2d(tensor, **options, count_include_pad=counted).numpy()
        for given in (X, tensor):
            result = np.asarray(max_pool2d(given, **options))
            assert result.dtype == dtype
            assert np.array_equal(result, largest)
            result = np.asarray(avg_pool2d(given, **options, count_include_pad=counted))
            assert result.dtype == dtype
            np.testing.assert_allclose(result, means, rtol=1e-5, atol=1e-6)


def test_the_example_of_the_lesson():
    X = np.array([[[[1.0, 5, 2, 0], [3, 7, 8, 6]]]])
    assert max_pool2d(X, 2).tolist() == [[[[7, 8]]]]
    assert avg_pool2d(X, 2).tolist() == [[[[4, 4]]]]


def test_the_example_of_the_lesson_with_padding():
    """E07: padding never wins."""
    X = np.array([[[[-3.0, -1], [-4, -2]]]])
    assert np.array_equal(max_pool2d(X, 2, padding=1), X)
    assert np.array_equal(avg_pool2d(X, 2, padding=1), X / 4)
    assert np.array_equal(avg_pool2d(X, 2, padding=1, count_include_pad=False), X)


def test_the_known_answer():
    X = np.arange(32.0).reshape(1, 2, 4, 4)
    maps = [[5, 6, 7, 7], [13, 14, 15, 15]], [[21, 22, 23, 23], [29, 30, 31, 31]]
    assert np.array_equal(max_pool2d(X, 3, (2, 1), 1), [maps])


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
@pytest.mark.parametrize("array", [np.ones, torch.ones])
def test_windows_of_one_cell_give_a_copy(pool, array):
    X = array((1, 1, 2, 3))
    pool(X, 1)[0, 0, 0, 0] = 9
    assert X[0, 0, 0, 0] == 1


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_side_by_side_without_a_stride(pool):
    assert pool(np.ones((1, 1, 20, 20)), 10).shape == (1, 1, 2, 2)


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_nan_comes_out(pool):
    X = np.ones((1, 1, 2, 4))
    X[0, 0, 1, 0] = np.nan
    assert np.isnan(pool(X, 2)).tolist() == [[[[True, False]]]]


def test_grey_images_do_not_wrap_around():
    bright = np.full((1, 1, 2, 2), 200, "uint8")
    assert avg_pool2d(bright, 2).tolist() == [[[[200]]]]
    assert max_pool2d(bright, 2, padding=1).tolist() == [[[[200, 200], [200, 200]]]]
    assert avg_pool2d(torch.tensor([[[[1, 2]]]]), (1, 2)).tolist() == [[[[1.5]]]]


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_padding_of_more_than_half_the_window_is_refused(pool):
    X = np.ones((1, 1, 4, 4))
    with pytest.raises(ValueError, match="half"):
        pool(X, 3, padding=2)
    with pytest.raises(ValueError, match="half"):
        pool(X, (2, 4), padding=(2, 1))
    assert pool(X, 4, padding=2).shape == (1, 1, 2, 2)


def test_average_pooling_is_linear_and_maximum_pooling_is_not():
    """E08."""
    rng = np.random.default_rng(8)
    X, Y = rng.normal(size=(2, 1, 2, 5, 6))
    np.testing.assert_allclose(
        avg_pool2d(2 * X + Y, 3, 1, 1), 2 * avg_pool2d(X, 3, 1, 1) + avg_pool2d(Y, 3, 1, 1)
    )
    assert not np.allclose(
        max_pool2d(X + Y, 3, 1, 1), max_pool2d(X, 3, 1, 1) + max_pool2d(Y, 3, 1, 1)
    )


def test_a_move_within_a_window_changes_nothing_and_one_across_does():
    """E02: invariance is approximate."""
    first, second, third = (np.eye(4)[i].reshape(1, 1, 1, 4) for i in range(3))
    assert np.array_equal(max_pool2d(first, (1, 2)), max_pool2d(second, (1, 2)))
    assert not np.array_equal(max_pool2d(second, (1, 2)), max_pool2d(third, (1, 2)))
