"""ex16: the references against torch, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from learncnn_solutions.ex16_global_avg_pool import (
    gap_head_parameters,
    global_avg_pool2d,
    global_avg_pool2d_backward,
)

NUMPY_LOOPS = """
import numpy as np

def global_avg_pool2d(input):
    N, C, H, W = input.shape
    if H * W == 0:
        raise ValueError("nothing to average")
    dtype = input.dtype if np.issubdtype(input.dtype, np.floating) else float
    Y = np.zeros((N, C), dtype=dtype)
    for n in range(N):
        for c in range(C):
            total = 0.0
            for value in input[n, c].ravel():
                total += float(value)
            Y[n, c] = total / (H * W)
    return Y

def global_avg_pool2d_backward(grad_output, input_shape):
    N, C, H, W = input_shape
    G = np.zeros(input_shape, dtype=grad_output.dtype)
    for n in range(N):
        for c in range(C):
            G[n, c, :, :] = grad_output[n, c] / (H * W)
    return G

def gap_head_parameters(input_shape, num_classes, bias=True):
    return (input_shape[0] + int(bias)) * num_classes
"""

NUMPY_MATMUL = """
import numpy as np

class Head:
    def __init__(self, shape, classes, bias):
        self.weight = np.empty((classes, shape[0]))
        self.bias = np.empty(classes if bias else 0)

def global_avg_pool2d(input):
    print("pooling", input.shape)
    N, C, H, W = input.shape
    if not H or not W:
        raise ValueError(input.shape)
    X = input if input.dtype.kind == "f" else input.astype("float64")
    ones = np.full((H * W, 1), 1 / (H * W), dtype=X.dtype)
    return np.asfortranarray((X.reshape(N * C, H * W) @ ones).reshape(N, C))

def global_avg_pool2d_backward(grad_output, input_shape):
    N, C, H, W = input_shape
    row = np.ones((1, H * W), dtype=grad_output.dtype) / (H * W)
    return (grad_output.reshape(N * C, 1) @ row.astype(grad_output.dtype)).reshape(input_shape)

def gap_head_parameters(input_shape, num_classes, bias=True):
    head = Head(input_shape, num_classes, bias)
    return head.weight.size + head.bias.size
"""

TORCH_EINSUM = """
import torch

def global_avg_pool2d(input):
    N, C, H, W = input.shape
    if H * W == 0:
        raise ValueError
    X = input if input.is_floating_point() else input.double()
    return torch.einsum("nchw->nc", X) / (H * W)

def global_avg_pool2d_backward(grad_output, input_shape):
    H, W = input_shape[2], input_shape[3]
    return (grad_output / (H * W))[:, :, None, None].repeat(1, 1, H, W)

def gap_head_parameters(input_shape, num_classes, bias=True):
    weights = input_shape[0] * num_classes
    if bias:
        return weights + num_classes
    return weights
"""

TORCH_LOOPS = """
import torch

def mean(values):
    values = list(values)
    if not values:
        raise ValueError("empty")
    return sum(values) / len(values)

def global_avg_pool2d(input):
    print(input.mean(dtype=torch.float64))
    if not input.is_floating_point():
        input = input.to(torch.float64)
    rows = [[mean(plane.flatten()) for plane in image] for image in input]
    return torch.stack([torch.stack(row) for row in rows])

def global_avg_pool2d_backward(grad_output, input_shape):
    N, C, H, W = input_shape
    G = torch.empty(tuple(input_shape), dtype=grad_output.dtype)
    for n in range(N):
        for c in range(C):
            G[n, c].fill_((grad_output[n, c] / (H * W)).item())
    return G

def gap_head_parameters(input_shape, num_classes, bias=True):
    return sum(input_shape[0] + bool(bias) for _ in range(num_classes))
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "matmul": NUMPY_MATMUL},
    "torch": {"einsum": TORCH_EINSUM, "loops": TORCH_LOOPS},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_references_equal_adaptive_pooling_and_its_gradient(dtype):
    rng = np.random.default_rng(16)
    for _ in range(60):
        shape = tuple(int(v) for v in rng.integers(1, 7, 4))
        X, grad = rng.normal(size=shape).astype(dtype), rng.normal(size=shape[:2]).astype(dtype)
        tensor = torch.tensor(X, requires_grad=True)
        Y = F.adaptive_avg_pool2d(tensor, 1).flatten(1)
        Y.backward(torch.tensor(grad))
        for array in (np.asarray, torch.tensor):
            pooled = np.asarray(global_avg_pool2d(array(X)))
            back = np.asarray(global_avg_pool2d_backward(array(grad), shape))
            assert pooled.dtype == back.dtype == dtype
            np.testing.assert_allclose(pooled, Y.detach().numpy(), rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(back, tensor.grad.numpy(), rtol=1e-4, atol=1e-6)


def test_the_gradient_sum_is_conserved():
    grad = np.random.default_rng(1).normal(size=(2, 3))
    back = global_avg_pool2d_backward(grad, (2, 3, 4, 5))
    np.testing.assert_allclose(back.sum((2, 3)), grad)


def test_a_pooled_head_is_a_fraction_of_a_flattened_one():
    """The figures of the lesson."""
    assert gap_head_parameters((512, 7, 7), 4096) == 2101248
    assert gap_head_parameters((512 * 7 * 7, 1, 1), 4096) == 102764544


def test_the_head_counts_what_a_linear_layer_holds():
    for bias in (True, False):
        head = nn.Linear(6, 4, bias=bias)
        held = sum(parameter.numel() for parameter in head.parameters())
        assert gap_head_parameters((6, 9, 2), 4, bias) == held


def test_grey_images_have_means_that_do_not_wrap():
    bright = np.full((1, 1, 2, 3), 250, "uint8")
    assert global_avg_pool2d(bright).tolist() == [[250.0]]
