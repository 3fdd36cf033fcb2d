"""ex14: the reference against torch's own gradient, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex12_pooling import avg_pool2d
from learncnn_solutions.ex14_avg_pool_backward import avg_pool2d_backward

NUMPY_LOOPS = """
import numpy as np

def pair(value):
    return value if isinstance(value, tuple) else (value, value)

def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    N, C, H, W = input_shape
    G = np.zeros((N, C, H + 2 * ph, W + 2 * pw), grad_output.dtype)
    inside = np.zeros(G.shape[2:])
    inside[ph:ph + H, pw:pw + W] = 1
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            window = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            n = kh * kw if count_include_pad else inside[window].sum()
            G[(..., *window)] += grad_output[:, :, i, j, None, None] / n
    return G[:, :, ph:ph + H, pw:pw + W]
"""

NUMPY_MATRIX = """
import numpy as np

# along one axis pooling is a matrix A with Y = A X, and so the gradient is its transpose

def matrix(n, k, s, p, outputs, counted):
    A = np.zeros((outputs, n))
    for i in range(outputs):
        first, last = max(i * s - p, 0), min(i * s - p + k, n)
        A[i, first:last] = 1 / (k if counted else last - first)
    return A

def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    k, p = np.broadcast_to(kernel_size, 2), np.broadcast_to(padding, 2)
    s = k if stride is None else np.broadcast_to(stride, 2)
    rows, columns = (
        matrix(input_shape[2 + a], k[a], s[a], p[a], grad_output.shape[2 + a], count_include_pad)
        for a in (0, 1)
    )
    return (rows.T @ grad_output @ columns).astype(grad_output.dtype)
"""

NUMPY_GATHER = """
import numpy as np

# seen from the pixel: which windows contain it?

def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    stride = kernel_size if stride is None else stride
    k, s, p = ((v, v) if isinstance(v, int) else v for v in (kernel_size, stride, padding))
    sees = []
    for axis in (0, 1):
        pixels = np.arange(input_shape[2 + axis])
        first = np.arange(grad_output.shape[2 + axis])[:, None] * s[axis] - p[axis]
        sees.append((first <= pixels) & (pixels < first + k[axis]))
    counts = k[0] * k[1]
    if not count_include_pad:
        counts = np.outer(sees[0].sum(1), sees[1].sum(1))
    share = grad_output / counts
    return np.einsum("ncij,ir,js->ncrs", share, *sees).astype(grad_output.dtype)
"""

NUMPY_UGLY = """
import numpy

class Board:
    def __init__(self, shape, dtype):
        self.cells = numpy.zeros(shape, dtype, order="F")
        print("board of", self.cells.shape)

    def on(self, i, j):
        return 0 <= i < self.cells.shape[2] and 0 <= j < self.cells.shape[3]

    def give(self, places, amount, n):
        for i, j in places:
            if self.on(i, j):
                self.cells[:, :, i, j] += amount / n

def two(v):
    try:
        a, b = v
        return a, b
    except TypeError:
        return v, v

def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    k, s, p = two(kernel_size), two(stride or kernel_size), two(padding)
    board = Board(input_shape, grad_output.dtype)
    for i, j in numpy.ndindex(*grad_output.shape[2:]):
        places = [
            (i * s[0] - p[0] + a, j * s[1] - p[1] + b) for a in range(k[0]) for b in range(k[1])
        ]
        n = len(places) if count_include_pad else len([q for q in places if board.on(*q)])
        board.give(places, grad_output[:, :, i, j], n)
    return board.cells
"""

TORCH_LOOPS = (
    NUMPY_LOOPS.replace("import numpy as np", "import torch")
    .replace("np.zeros((N, C, H + 2 * ph, W + 2 * pw), grad_output.dtype)", "ZEROS")
    .replace("np.", "torch.")
    .replace("ZEROS", "grad_output.new_zeros((N, C, H + 2 * ph, W + 2 * pw))")
)

TORCH_MATRIX = """
import torch

def matrix(n, k, s, p, outputs, counted, like):
    first = torch.arange(outputs, device=like.device)[:, None] * s - p
    pixels = torch.arange(n, device=like.device)
    A = ((first <= pixels) & (pixels < first + k)).to(like.dtype)
    return A / (k if counted else A.sum(1, keepdim=True))

def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    stride = kernel_size if stride is None else stride
    k, s, p = ((v, v) if isinstance(v, int) else v for v in (kernel_size, stride, padding))
    rows, columns = (
        matrix(n, k[a], s[a], p[a], grad_output.shape[2 + a], count_include_pad, grad_output)
        for a, n in enumerate(input_shape[2:])
    )
    return torch.einsum("ncij,ir,js->ncrs", grad_output, rows, columns)
"""

TORCH_UGLY = """
import torch

class Spread:
    def __init__(self, shape, k, s, p):
        self.shape, self.k, self.s, self.p = shape, k, s, p

    def __call__(self, share):
        H, W = self.shape[2:]
        out = torch.zeros(share.shape[0], share.shape[1], H * W, dtype=share.dtype)
        rows = torch.arange(share.shape[2]) * self.s[0] - self.p[0]
        columns = torch.arange(share.shape[3]) * self.s[1] - self.p[1]
        for a in range(self.k[0]):
            for b in range(self.k[1]):
                r, c = (rows + a)[:, None], (columns + b)[None, :]
                good = ((r >= 0) & (r < H) & (c >= 0) & (c < W))
                out.index_add_(2, (r * W + c)[good], share[:, :, good])
        print(out.abs().sum())
        return out.reshape(self.shape)

def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    k, s, p = [v if isinstance(v, (tuple, list)) else [v] * 2
               for v in [kernel_size, stride or kernel_size, padding]]
    n = torch.full(grad_output.shape[2:], k[0] * k[1])
    if count_include_pad is False:
        for i in range(n.shape[0]):
            for j in range(n.shape[1]):
                top, left = i * s[0] - p[0], j * s[1] - p[1]
                n[i, j] = (min(top + k[0], input_shape[2]) - max(top, 0)) * (
                    min(left + k[1], input_shape[3]) - max(left, 0))
    return Spread(input_shape, k, s, p)(grad_output / n).mT.contiguous().mT
"""

CORRECT = {
    "numpy": {
        "loops": NUMPY_LOOPS,
        "matrix": NUMPY_MATRIX,
        "gather": NUMPY_GATHER,
        "class": NUMPY_UGLY,
    },
    "torch": {"loops": TORCH_LOOPS, "matrix": TORCH_MATRIX, "class": TORCH_UGLY},
}


def random_pooling(rng):
    """A random input shape, and window, stride and padding that fit it."""
    kernel, stride = rng.integers(1, 6, 2), rng.integers(1, 5, 2)
    padding = [int(rng.integers(0, k // 2 + 1)) for k in kernel]
    shape = (*rng.integers(1, 4, 2).tolist(), *(kernel + rng.integers(0, 7, 2)).tolist())
    return shape, ((*kernel.tolist(),), (*stride.tolist(),), (*padding,))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_reference_equals_the_gradient_of_torch_on_random_shapes(dtype):
    rng = np.random.default_rng(14)
    for _ in range(60):
        shape, options = random_pooling(rng)
        counted = bool(rng.integers(2))
        X = torch.zeros(shape, dtype=getattr(torch, dtype), requires_grad=True)
        Y = F.avg_pool2d(X, *options, count_include_pad=counted)
        upstream = torch.tensor(rng.normal(size=Y.shape).astype(dtype))
        (expected,) = torch.autograd.grad(Y, X, upstream)
        for given in (upstream, upstream.numpy()):
            result = np.asarray(avg_pool2d_backward(given, shape, *options, counted))
            assert result.dtype == dtype
            np.testing.assert_allclose(result, expected.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("counted", [True, False])
def test_it_is_the_transpose_of_the_forward_pass(counted):
    """⟨pool(X), g⟩ = ⟨X, backward(g)⟩ for a linear layer."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        shape, options = random_pooling(rng)
        X = rng.normal(size=shape)
        Y = avg_pool2d(X, *options, counted)
        g = rng.normal(size=Y.shape)
        np.testing.assert_allclose(
            np.sum(Y * g), np.sum(X * avg_pool2d_backward(g, shape, *options, counted))
        )


def test_the_examples_of_the_lesson():
    row = avg_pool2d_backward(np.array([[[[3.0, 6, 9]]]]), (1, 1, 1, 5), (1, 3), 1)
    assert row.tolist() == [[[[1, 3, 6, 5, 3]]]]
    g = np.array([[[[9.0, 18], [27, 36]]]])
    grad = avg_pool2d_backward(g, (1, 1, 3, 3), 3, 2, 1)
    assert grad.tolist() == [[[[1, 3, 2], [4, 10, 6], [3, 7, 4]]]]


def test_counted_padding_swallows_part_of_the_sum():
    """E09."""
    ones = np.ones((1, 1, 2, 2))
    assert avg_pool2d_backward(ones, (1, 1, 3, 3), 3, 2, 1).sum() == pytest.approx(16 / 9)
    kept = avg_pool2d_backward(ones, (1, 1, 3, 3), 3, 2, 1, count_include_pad=False)
    assert kept.sum() == pytest.approx(4)


def test_the_sum_is_conserved_without_padding_or_with_padding_not_counted():
    """E09."""
    rng = np.random.default_rng(9)
    for _ in range(20):
        shape, (kernel, stride, padding) = random_pooling(rng)
        for pad, counted in ((0, True), (padding, False)):
            g = rng.normal(size=avg_pool2d(np.zeros(shape), kernel, stride, pad).shape)
            grad = avg_pool2d_backward(g, shape, kernel, stride, pad, counted)
            assert grad.sum() == pytest.approx(g.sum())


def test_each_layer_that_copies_makes_the_gradient_n_times_too_large():
    """F22 of docs/errata.md."""
    g = np.ones((1, 1, 1, 1))
    twice = avg_pool2d_backward(avg_pool2d_backward(g, (1, 1, 2, 2), 2), (1, 1, 4, 4), 2)
    assert np.array_equal(twice, np.full((1, 1, 4, 4), 1 / 16))


@pytest.mark.parametrize("array", [np.ones, torch.ones])
def test_windows_of_one_cell_give_a_copy(array):
    g = array((1, 1, 2, 3))
    avg_pool2d_backward(g, (1, 1, 2, 3), 1)[0, 0, 0, 0] = 9
    assert g[0, 0, 0, 0] == 1
