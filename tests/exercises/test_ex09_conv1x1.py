"""ex09: the reference against torch's conv2d, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission
from learncnn_solutions.ex08_conv2d import conv2d
from learncnn_solutions.ex09_conv1x1 import bottleneck_macs, conv1x1

NUMPY_LOOPS = """
import numpy as np

def conv1x1(input, weight, bias=None):
    N, C, H, W = input.shape
    F, D = weight.shape
    if C != D:
        raise ValueError("channels")
    dtype = input.dtype if np.issubdtype(input.dtype, np.floating) else np.float64
    Y = np.zeros((N, F, H, W), dtype=dtype)
    for n in range(N):
        for i in range(H):
            for j in range(W):
                for f in range(F):
                    total = 0.0
                    for c in range(C):
                        total += float(weight[f, c]) * float(input[n, c, i, j])
                    Y[n, f, i, j] = total + (0.0 if bias is None else bias[f])
    return Y

def bottleneck_macs(c_in, c_mid, c_out, k, h, w):
    total = 0
    for inputs, outputs, side in ((c_in, c_mid, 1), (c_mid, c_mid, k), (c_mid, c_out, 1)):
        total += inputs * outputs * side ** 2 * h * w
    return total
"""

NUMPY_TRANSPOSED = """
import numpy as np

class Pixelwise:
    def __init__(self, weight, bias):
        self.weight = weight.T
        self.bias = 0 if bias is None else bias

    def __call__(self, X):
        print("pixels", X.shape[0] * X.shape[2] * X.shape[3])
        if X.shape[1] != len(self.weight):
            raise ValueError("cannot multiply")
        X = X if X.dtype.kind == "f" else X.astype("int64")
        rows = X.transpose(0, 2, 3, 1) @ self.weight + self.bias
        return np.asfortranarray(np.moveaxis(rows, -1, 1))

def conv1x1(input, weight, bias=None):
    return Pixelwise(weight, bias)(input)

def bottleneck_macs(c_in, c_mid, c_out, k, h, w):
    weights = np.array([c_in * c_mid, c_mid * c_mid * k * k, c_mid * c_out], dtype=object)
    return int((weights * h * w).sum())
"""

TORCH_EINSUM = """
import torch

def conv1x1(input, weight, bias=None):
    if input.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    Y = torch.einsum("fc,nchw->nfhw", weight.to(input.dtype), input)
    return Y if bias is None else Y + bias.reshape(-1, 1, 1)

def bottleneck_macs(c_in, c_mid, c_out, k, h, w):
    return h * w * c_mid * (c_in + k * k * c_mid + c_out)
"""

TORCH_LINEAR = """
import torch

def conv1x1(input, weight, bias=None):
    print(tuple(weight.shape))
    if input.size(1) != weight.size(1):
        raise ValueError(weight.shape)
    pixels = input.movedim(1, -1)
    flat = pixels.reshape(pixels.shape[:3].numel(), input.size(1))
    out = flat @ weight.t()
    if bias is not None:
        out = out + bias
    N, C, H, W = input.shape
    return out.reshape(N, H, W, len(weight)).permute(0, 3, 1, 2)

def layer(inputs, outputs, k, h, w):
    return inputs * outputs * k * k * h * w

def bottleneck_macs(c_in, c_mid, c_out, k, h, w):
    return layer(c_in, c_mid, 1, h, w) + layer(c_mid, c_mid, k, h, w) + layer(c_mid, c_out, 1, h, w)
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "transposed": NUMPY_TRANSPOSED},
    "torch": {"einsum": TORCH_EINSUM, "linear": TORCH_LINEAR},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("array", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_the_reference_equals_conv2d_with_one_pixel_kernels(array, dtype):
    rng = np.random.default_rng(9)
    for _ in range(40):
        n, c, h, w, f = (int(v) for v in rng.integers(1, 6, 5))
        X, K, b = rng.normal(size=(n, c, h, w)), rng.normal(size=(f, c)), rng.normal(size=f)
        X, K, b = (a.astype(dtype) for a in (X, K, b))
        expected = F.conv2d(*(torch.tensor(a) for a in (X, K[:, :, None, None], b))).numpy()
        result = np.asarray(conv1x1(array(X), array(K), array(b)))
        assert result.dtype == dtype
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)
        same = np.asarray(conv2d(array(X), array(K[:, :, None, None]), array(b)))
        np.testing.assert_allclose(result, same, rtol=1e-4, atol=1e-5)


def test_macs_equal_products_counted_in_real_layers():
    layers = [nn.Conv2d(5, 3, 1), nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 7, 1)]
    X, products = torch.zeros(1, 5, 4, 6), 0
    for layer in layers:
        X = layer(X)
        products += layer.weight.numel() * X.shape[2] * X.shape[3]
    assert bottleneck_macs(5, 3, 7, 3, 4, 6) == products


def test_the_figures_of_the_lesson():
    assert bottleneck_macs(256, 64, 256, 3, 56, 56) == 218365952
    assert type(bottleneck_macs(2048, 512, 2048, 3, 112, 224)) is int


def test_grey_images_do_not_wrap():
    bright = np.full((1, 1, 1, 1), 200, "uint8")
    assert conv1x1(bright, np.array([[2]], "uint8")).tolist() == [[[[400]]]]


def test_other_channels_are_refused():
    with pytest.raises(ValueError, match="channels"):
        conv1x1(np.ones((1, 3, 2, 2)), np.ones((4, 5)))


def named(source):
    """The codes of all diagnoses of a submission."""
    info = load_catalog().resolve("ex09")
    with Runner(("numpy",), warm="full") as runner:
        report, _ = grade(Submission(source, "ex09.py"), info, practice_key(info, "numpy"), runner)
    return {code for diagnosis in report.diagnoses for code in diagnosis.codes}


@pytest.mark.parametrize(
    "maps",
    [
        "(X.reshape(N * H * W, C) @ weight.T).reshape(N, F, H, W)",
        "(X.transpose(0, 2, 3, 1).reshape(N * H * W, C) @ weight.T).reshape(N, F, H, W)",
        "(weight @ X.reshape(C, N * H * W)).reshape(F, N, H, W).transpose(1, 0, 2, 3)",
        "(weight @ X.transpose(1, 0, 2, 3).reshape(C, N * H * W)).reshape(N, F, H, W)",
    ],
)
def test_reshaping_in_place_of_transposing_is_named_where_the_bias_comes_last(maps):
    mistaken = f"""
def conv1x1(input, weight, bias=None):
    X = input
    if X.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    X = X.astype(float) if X.dtype == "uint8" else X
    (N, C, H, W), F = X.shape, len(weight)
    Y = {maps}
    return Y if bias is None else Y + bias[:, None, None]
"""
    assert named(mistaken) == {"RESHAPE-NOT-TRANSPOSE"}
