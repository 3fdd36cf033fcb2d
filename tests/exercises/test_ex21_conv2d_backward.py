"""ex21: the reference against autograd and central differences; other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex08_conv2d import conv2d
from learncnn_solutions.ex21_conv2d_backward import conv2d_backward

NUMPY_LOOPS = """
import numpy as np

def pair(v):
    return v if isinstance(v, tuple) else (v, v)

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = input.shape
    kh, kw = weight.shape[2:]
    X = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    G = np.zeros_like(X)
    grad_weight = np.zeros_like(weight)
    for n, f, i, j in np.ndindex(*grad_output.shape):
        g = grad_output[n, f, i, j]
        rows, columns = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
        G[n, :, rows, columns] += g * weight[f]
        grad_weight[f] += g * X[n, :, rows, columns]
    return G[:, :, ph:ph + H, pw:pw + W].copy(), grad_weight, grad_output.sum((0, 2, 3))
"""

NUMPY_DILATED = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

# the gradient of the input as a full convolution with the gradient spread out by the stride

class Backward:
    def __init__(self, stride, padding):
        self.stride = np.broadcast_to(stride, 2)
        self.padding = np.broadcast_to(padding, 2)

    def spread(self, grad, plane, kernel):
        sh, sw = self.stride
        kh, kw = kernel
        N, F, h, w = grad.shape
        out = np.zeros((N, F, plane[0] + kh - 1, plane[1] + kw - 1), grad.dtype)
        out[:, :, kh - 1:kh - 1 + h * sh:sh, kw - 1:kw - 1 + w * sw:sw][:, :, :h, :w] = grad
        return out

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    layer = Backward(stride, padding)
    ph, pw = layer.padding
    kh, kw = weight.shape[2:]
    X = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    print("grad", grad_output.shape, "padded", X.shape)
    spread = layer.spread(grad_output, X.shape[2:], (kh, kw))
    windows = sliding_window_view(spread, (kh, kw), axis=(2, 3))
    G = np.einsum("nfhwab,fcab->nchw", windows, weight[:, :, ::-1, ::-1])
    core = spread[:, :, kh - 1:kh - 1 + X.shape[2] - kh + 1, kw - 1:kw - 1 + X.shape[3] - kw + 1]
    view = sliding_window_view(X, core.shape[2:], axis=(2, 3))
    grad_weight = np.einsum("nfij,ncabij->fcab", core, view)
    H, W = input.shape[2:]
    grad_input = np.asfortranarray(G[:, :, ph:ph + H, pw:pw + W])
    return [grad_input, grad_weight, np.einsum("nfij->f", grad_output)]
"""

TORCH_COLUMNS = """
import torch

def two(v):
    return (v, v) if isinstance(v, int) else tuple(v)

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = two(stride), two(padding)
    N, C, H, W = input.shape
    F, _, kh, kw = weight.shape
    h, w = grad_output.shape[2:]
    X = torch.zeros(N, C, H + 2 * ph, W + 2 * pw, dtype=input.dtype)
    X[:, :, ph:ph + H, pw:pw + W] = input
    G = torch.zeros_like(X)
    flat = grad_output.permute(1, 0, 2, 3).reshape(F, N, h, w)
    grad_weight = torch.zeros_like(weight)
    for i in range(h):
        for j in range(w):
            window = X[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw].reshape(N, -1)
            g = flat[:, :, i, j]
            grad_weight += (g @ window).reshape(F, C, kh, kw)
            back = (g.T @ weight.reshape(F, -1)).reshape(N, C, kh, kw)
            G[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] += back
    return G[:, :, ph:ph + H, pw:pw + W].clone(), grad_weight, flat.sum((1, 2, 3))
"""

TORCH_SHIFTS = """
import torch

def shifts(kernel, stride, size):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    for a in range(kernel[0]):
        for b in range(kernel[1]):
            rows = torch.arange(size[0]) * sh + a
            columns = torch.arange(size[1]) * sw + b
            yield a, b, rows[:, None], columns[None, :]

def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    print("stride", stride, "padding", padding)
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    X = torch.nn.functional.pad(input, (pw, pw, ph, ph))
    G, grad_weight = torch.zeros_like(X), torch.empty_like(weight)
    for a, b, rows, columns in shifts(weight.shape[2:], stride, grad_output.shape[2:]):
        G[:, :, rows, columns] += torch.einsum("nfij,fc->ncij", grad_output, weight[:, :, a, b])
        grad_weight[:, :, a, b] = torch.einsum("nfij,ncij->fc", grad_output, X[:, :, rows, columns])
    H, W = input.shape[2:]
    bias = torch.stack([grad_output[:, f].sum() for f in range(len(weight))])
    return G.narrow(2, ph, H).narrow(3, pw, W), grad_weight, bias
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "dilated": NUMPY_DILATED},
    "torch": {"columns": TORCH_COLUMNS, "shifts": TORCH_SHIFTS},
}


def drawn(rng, dtype="float64"):
    n, c, f, kh, kw, sh, sw = (int(v) for v in rng.integers(1, 4, 7))
    ph, pw = (int(v) for v in rng.integers(0, 3, 2))
    shape = n, c, kh + int(rng.integers(0, 6)), kw + int(rng.integers(0, 6))
    X, K = rng.normal(size=shape).astype(dtype), rng.normal(size=(f, c, kh, kw)).astype(dtype)
    return X, K, (sh, sw), (ph, pw)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_reference_equals_autograd_on_random_shapes(dtype):
    rng = np.random.default_rng(21)
    for _ in range(80):
        X, K, stride, padding = drawn(rng, dtype)
        bias = torch.zeros(len(K), dtype=getattr(torch, dtype))
        leaves = [t.requires_grad_() for t in (torch.tensor(X), torch.tensor(K), bias)]
        Y = F.conv2d(*leaves, stride, padding)
        grad = rng.normal(size=Y.shape).astype(dtype)
        expected = torch.autograd.grad(Y, leaves, torch.tensor(grad))
        for array in (np.asarray, torch.tensor):
            results = conv2d_backward(array(grad), array(X), array(K), stride, padding)
            for result, wanted in zip(results, expected, strict=True):
                assert np.asarray(result).dtype == dtype
                np.testing.assert_allclose(np.asarray(result), wanted, rtol=1e-3, atol=1e-4)


def test_the_gradients_equal_central_differences():
    rng = np.random.default_rng(5)
    X, K, bias = rng.normal(size=(2, 2, 5, 6)), rng.normal(size=(3, 2, 3, 2)), rng.normal(size=3)
    options = {"stride": (2, 3), "padding": (1, 2)}
    grad = rng.normal(size=conv2d(X, K, bias, **options).shape)
    gradients = conv2d_backward(grad, X, K, **options)
    for array, gradient in zip((X, K, bias), gradients, strict=True):
        for index in rng.choice(array.size, 3, replace=False):
            kept = array.flat[index]
            losses = []
            for step in (1e-5, -1e-5):
                array.flat[index] = kept + step
                losses.append((conv2d(X, K, bias, **options) * grad).sum())
            array.flat[index] = kept
            measured = (losses[0] - losses[1]) / 2e-5
            np.testing.assert_allclose(gradient.flat[index], measured, rtol=1e-6, atol=1e-8)


def test_the_example_of_the_lesson():
    X, K = np.array([[[[1.0, 2, 3]]]]), np.array([[[[4.0, 5]]]])
    grad_input, grad_weight, grad_bias = conv2d_backward(np.array([[[[1.0, 10]]]]), X, K)
    assert grad_input.tolist() == [[[[4, 45, 50]]]]
    assert grad_weight.tolist() == [[[[21, 32]]]]
    assert grad_bias.tolist() == [11]
    sums = []
    for middle in (2, 2.1):
        sums.append((conv2d(np.array([[[[1, middle, 3]]]]), K) * np.array([1.0, 10])).sum())
    assert sums == [244, 248.5]
    assert (sums[1] - sums[0]) / 0.1 == pytest.approx(45)
    brighter = conv2d_backward(np.array([[[[1.0, 10]]]]), X + 1, K)
    assert brighter[1].tolist() == [[[[32, 43]]]]
    assert brighter[0].tolist() == grad_input.tolist()


def test_the_figures_of_the_lesson():
    X, K = np.arange(9.0).reshape(1, 1, 3, 3), np.array([[[[0.0, 1], [2, 3]]]])
    upstream = np.array([[[[1.0, 2], [3, -1]]]])
    grad_input, grad_weight, _ = conv2d_backward(upstream, X, K)
    assert grad_input[0, 0].tolist() == [[0, 1, 2], [2, 10, 5], [6, 7, -3]]
    assert grad_weight[0, 0].tolist() == [[7, 12], [22, 27]]


def test_the_remainder_of_the_lesson():
    X, K = np.ones((1, 1, 1, 6)), np.array([[[[1.0, 2, 3]]]])
    grad_input, _, _ = conv2d_backward(np.array([[[[1.0, 10]]]]), X, K, stride=(1, 2))
    assert grad_input.tolist() == [[[[1, 2, 13, 20, 30, 0]]]]


def test_convenient_numbers_hide_what_is_wrong():
    """The counter-example of the lesson: right, unturned and without the upstream gradient."""
    K, ones = np.array([4.0, 4]), np.array([1.0, 1])
    right = conv2d_backward(ones.reshape(1, 1, 1, 2), np.ones((1, 1, 1, 3)), K.reshape(1, 1, 1, 2))
    assert right[0].tolist() == [[[[4, 8, 4]]]]
    unturned = np.correlate(np.array([0, 1, 1, 0]), K, "valid")
    assert unturned.tolist() == [4, 8, 4]
    honest, g = np.array([4.0, 5]), np.array([1.0, 10])
    assert np.convolve(g, honest).tolist() == [4, 45, 50]
    assert np.correlate(np.array([0, *g, 0]), honest, "valid").tolist() != [4, 45, 50]


def test_a_kernel_of_1x1_is_a_fully_connected_layer_at_every_pixel():
    rng = np.random.default_rng(4)
    X, W, g = rng.normal(size=(1, 3, 2, 4)), rng.normal(size=(5, 3)), rng.normal(size=(1, 5, 2, 4))
    grad_input, grad_weight, _ = conv2d_backward(g, X, W[:, :, None, None])
    pixels, upstream = X[0].reshape(3, 8), g[0].reshape(5, 8)
    np.testing.assert_allclose(grad_input[0].reshape(3, 8), W.T @ upstream)
    np.testing.assert_allclose(grad_weight[:, :, 0, 0], upstream @ pixels.T)


def test_cells_that_no_window_reached_have_no_gradient():
    X, K = np.ones((1, 1, 6, 6)), np.ones((1, 1, 3, 3))
    grad_input, _, _ = conv2d_backward(np.ones((1, 1, 2, 2)), X, K, stride=2)
    assert grad_input.shape == X.shape
    assert not grad_input[0, 0, 5].any()
    assert not grad_input[0, 0, :, 5].any()
