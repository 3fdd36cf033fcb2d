"""ex15: the references against autograd, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex15_max_pool_backward import max_pool2d_backward, max_pool2d_grad

NUMPY_LOOPS = """
import numpy as np

def pair(v):
    return v if isinstance(v, tuple) else (v, v)

def max_pool2d_backward(grad_output, indices, input_shape):
    N, C, H, W = input_shape
    grad = np.zeros(input_shape, dtype=grad_output.dtype)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        k = indices[n, c, i, j]
        grad[n, c, k // W, k % W] += grad_output[n, c, i, j]
    return grad

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    H, W = input.shape[2:]
    P = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    G = np.zeros(P.shape, dtype=grad_output.dtype)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        window = P[n, c, i * sh:i * sh + kh, j * sw:j * sw + kw]
        a, b = divmod(int(window.argmax()), window.shape[1])
        G[n, c, i * sh + a, j * sw + b] += grad_output[n, c, i, j]
    return G[:, :, ph:ph + H, pw:pw + W].copy()
"""

NUMPY_ADD_AT = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

class Route:
    def __init__(self, shape):
        self.shape = tuple(shape)

    def __call__(self, grad, indices):
        print("routing", grad.shape, "into", self.shape)
        N, C, H, W = self.shape
        planes = np.arange(N * C).reshape(N, C, 1, 1) * (H * W)
        flat = np.zeros(N * C * H * W, dtype=grad.dtype)
        np.add.at(flat, (planes + indices).ravel(), grad.ravel())
        return np.asfortranarray(flat.reshape(self.shape))

def max_pool2d_backward(grad_output, indices, input_shape):
    return Route(input_shape)(grad_output, indices)

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    kernel = tuple(np.broadcast_to(kernel_size, 2))
    sh, sw = np.broadcast_to(kernel_size if stride is None else stride, 2)
    ph, pw = np.broadcast_to(padding, 2)
    H, W = input.shape[2:]
    border = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    P = np.pad(input, border, constant_values=-np.inf)
    places = np.pad(np.arange(H * W).reshape(1, 1, H, W), border, constant_values=-1)
    def flat(X):
        views = sliding_window_view(X, kernel, axis=(2, 3))[:, :, ::sh, ::sw]
        return views.reshape(*views.shape[:4], -1)
    winners = flat(P).argmax(-1)
    where = np.broadcast_to(flat(places), flat(P).shape)
    picked = np.take_along_axis(where, winners[..., None], -1)[..., 0]
    return Route(input.shape)(grad_output, picked)
"""

TORCH_SCATTER = """
import torch

def max_pool2d_backward(grad_output, indices, input_shape):
    N, C, H, W = input_shape
    grad = torch.zeros(N, C, H * W, dtype=grad_output.dtype)
    grad.scatter_add_(2, indices.flatten(2), grad_output.flatten(2))
    return grad.reshape(N, C, H, W)

def two(v):
    return (v, v) if isinstance(v, int) else tuple(v)

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = two(kernel_size), two(padding)
    sh, sw = two(kernel_size if stride is None else stride)
    N, C, H, W = input.shape
    P = torch.full((N, C, H + 2 * ph, W + 2 * pw), -torch.inf, dtype=input.dtype)
    P[:, :, ph:ph + H, pw:pw + W] = input
    G = torch.zeros(P.shape, dtype=grad_output.dtype)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            window = P[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw].reshape(N, C, -1)
            first = window.argmax(-1, keepdim=True)
            part = torch.zeros(window.shape, dtype=G.dtype)
            part.scatter_(2, first, grad_output[:, :, i, j, None])
            G[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] += part.reshape(N, C, kh, kw)
    return G[:, :, ph:ph + H, pw:pw + W].clone()
"""

TORCH_PLAIN = """
import torch

def max_pool2d_backward(grad_output, indices, input_shape):
    print(tuple(grad_output.shape))
    width = input_shape[3]
    grad = torch.zeros(tuple(input_shape), dtype=grad_output.dtype)
    for place in torch.cartesian_prod(*(torch.arange(n) for n in grad_output.shape)).tolist():
        n, c, i, j = place
        row, column = divmod(indices[n, c, i, j].item(), width)
        grad[n, c, row, column] += grad_output[n, c, i, j]
    return grad

def winner(plane, rows, columns):
    best = None
    for row in rows:
        for column in columns:
            if 0 <= row < len(plane) and 0 <= column < len(plane[0]):
                value = plane[row][column]
                if best is None or value > best[0]:
                    best = (value, row * len(plane[0]) + column)
    return best[1]

def max_pool2d_grad(grad_output, input, kernel_size, stride=None, padding=0):
    kernel, stride, padding = (
        [v, v] if isinstance(v, int) else list(v)
        for v in (kernel_size, kernel_size if stride is None else stride, padding)
    )
    indices = torch.empty(grad_output.shape, dtype=torch.int64)
    for n, image in enumerate(input.tolist()):
        for c, plane in enumerate(image):
            for i in range(indices.shape[2]):
                for j in range(indices.shape[3]):
                    top, left = i * stride[0] - padding[0], j * stride[1] - padding[1]
                    rows, columns = range(top, top + kernel[0]), range(left, left + kernel[1])
                    indices[n, c, i, j] = winner(plane, rows, columns)
    return max_pool2d_backward(grad_output, indices, input.shape)
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "add_at": NUMPY_ADD_AT},
    "torch": {"scatter": TORCH_SCATTER, "plain": TORCH_PLAIN},
}


def drawn(rng, dtype):
    kh, kw, sh, sw = (int(v) for v in rng.integers(1, 4, 4))
    padding = int(rng.integers(0, kh // 2 + 1)), int(rng.integers(0, kw // 2 + 1))
    n, c = (int(v) for v in rng.integers(1, 4, 2))
    shape = n, c, kh + int(rng.integers(0, 6)), kw + int(rng.integers(0, 6))
    X = rng.integers(-3, 4, shape).astype(dtype)  # many ties
    return X, (kh, kw), (sh, sw), padding


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_references_equal_autograd_with_ties_and_overlap(dtype):
    rng = np.random.default_rng(15)
    for _ in range(60):
        X, *settings = drawn(rng, dtype)
        leaf = torch.tensor(X, requires_grad=True)
        Y, indices = F.max_pool2d(leaf, *settings, return_indices=True)
        grad = rng.normal(size=Y.shape).astype(dtype)
        (expected,) = torch.autograd.grad(Y, leaf, torch.tensor(grad))
        for array in (np.asarray, torch.tensor):
            routed = max_pool2d_backward(array(grad), array(indices.numpy()), X.shape)
            found = max_pool2d_grad(array(grad), array(X), *settings)
            for result in (np.asarray(routed), np.asarray(found)):
                assert result.dtype == dtype
                np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)


def test_the_gradient_sum_is_always_conserved():
    """E09: for max pooling with padding too."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        X, *settings = drawn(rng, "float64")
        size = F.max_pool2d(torch.tensor(X), *settings).shape
        grad = rng.normal(size=tuple(size))
        np.testing.assert_allclose(max_pool2d_grad(grad, X, *settings).sum(), grad.sum())


def test_the_examples_of_the_lesson():
    row = np.array([[[[2.0, 2, 1]]]])
    grad = np.array([[[[5.0, 7]]]])
    assert max_pool2d_grad(grad, row, (1, 2), 1).tolist() == [[[[5, 7, 0]]]]
    row = np.array([[[[1.0, 5, 2, 3]]]])
    grad = np.array([[[[2.0, 3, 4]]]])
    assert max_pool2d_grad(grad, row, (1, 2), 1).tolist() == [[[[0, 5, 0, 4]]]]
