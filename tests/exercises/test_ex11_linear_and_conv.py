"""ex11: the references against torch's layers, round trips, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission
from learncnn_solutions.ex11_linear_and_conv import (
    conv_as_matrix,
    conv_to_linear,
    linear_to_conv,
)

NUMPY_LOOPS = """
import numpy as np

def linear_to_conv(W, input_shape):
    C, H, X = input_shape
    if W.shape[1] != C * H * X:
        raise ValueError("columns")
    kernels = np.zeros((len(W), C, H, X), dtype=W.dtype)
    for m in range(len(W)):
        for c in range(C):
            for y in range(H):
                for x in range(X):
                    kernels[m, c, y, x] = W[m, (c * H + y) * X + x]
    return kernels

def conv_to_linear(weight, input_shape):
    F, C, kh, kw = weight.shape
    D, H, W = input_shape
    if C != D:
        raise ValueError("channels")
    h, w = H - kh + 1, W - kw + 1
    if h < 1 or w < 1:
        raise ValueError("kernel")
    matrix = np.zeros((F * h * w, C * H * W), dtype=weight.dtype)
    for f, i, j, c, a, b in np.ndindex(F, h, w, C, kh, kw):
        matrix[(f * h + i) * w + j, (c * H + i + a) * W + j + b] = weight[f, c, a, b]
    return matrix

def conv_as_matrix(K, H, W):
    return conv_to_linear(K.reshape(1, 1, *K.shape), (1, H, W))
"""

NUMPY_PROBES = """
import numpy as np

class Layer:
    def __init__(self, weight):
        self.weight = weight

    def __call__(self, image):
        F, C, kh, kw = self.weight.shape
        rows, columns = image.shape[1] - kh + 1, image.shape[2] - kw + 1
        if rows <= 0 or columns <= 0 or image.shape[0] != C:
            raise ValueError(image.shape)
        out = np.zeros((F, rows, columns), self.weight.dtype)
        for i in range(rows):
            for j in range(columns):
                out[:, i, j] = (self.weight * image[:, i:i + kh, j:j + kw]).sum(axis=(1, 2, 3))
        return out

# a linear map is what it does to images with a single 1
def conv_to_linear(weight, input_shape):
    print("probing", input_shape)
    layer, columns = Layer(weight), []
    for number in range(int(np.prod(input_shape))):
        image = np.zeros(input_shape, dtype=weight.dtype)
        image.flat[number] = 1
        columns.append(layer(image).ravel())
    return np.asfortranarray(np.array(columns).T)

def conv_as_matrix(K, H, W):
    return conv_to_linear(K[np.newaxis, np.newaxis], (1, H, W))

def linear_to_conv(W, input_shape):
    return np.array(np.split(W.flatten(), len(W))).reshape((-1,) + tuple(input_shape))
"""

TORCH_INDEX = """
import torch

def linear_to_conv(W, input_shape):
    return W.clone().reshape(W.shape[0], *input_shape)

def conv_to_linear(weight, input_shape):
    F, C, kh, kw = weight.shape
    if C != input_shape[0]:
        raise ValueError("channels")
    H, W = input_shape[1:]
    matrix = torch.zeros(F, H - kh + 1, W - kw + 1, C, H, W, dtype=weight.dtype)
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            matrix[:, i, j, :, i:i + kh, j:j + kw] = weight
    return matrix.reshape(F * (H - kh + 1) * (W - kw + 1), C * H * W)

def conv_as_matrix(K, H, W):
    return conv_to_linear(K[None, None], (1, H, W))
"""

TORCH_ROWS = """
import torch

def linear_to_conv(W, input_shape):
    print(tuple(W.shape), input_shape)
    if W.shape[1] != input_shape[0] * input_shape[1] * input_shape[2]:
        raise ValueError("number of inputs")
    return torch.stack([row.view(input_shape) for row in W])

def conv_as_matrix(K, H, W):
    kh, kw = K.shape
    if kh > H or kw > W:
        raise ValueError("too large")
    rows = []
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            image = torch.zeros(H, W, dtype=K.dtype)
            image[i:i + kh, j:j + kw] = K
            rows.append(image.flatten())
    return torch.stack(rows)

def conv_to_linear(weight, input_shape):
    C, H, W = input_shape
    if weight.size(1) != C:
        raise ValueError(weight.shape)
    blocks = [
        torch.cat([conv_as_matrix(kernel, H, W) for kernel in filter], dim=1) for filter in weight
    ]
    return torch.cat(blocks, dim=0)
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "probes": NUMPY_PROBES},
    "torch": {"index": TORCH_INDEX, "rows": TORCH_ROWS},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("array", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_matrix_and_convolution_give_the_same_numbers(array, dtype):
    rng = np.random.default_rng(11)
    for _ in range(40):
        f, c, kh, kw = (int(v) for v in rng.integers(1, 4, 4))
        shape = c, kh + int(rng.integers(0, 4)), kw + int(rng.integers(0, 4))
        weight, image = rng.normal(size=(f, c, kh, kw)), rng.normal(size=shape)
        weight, image = weight.astype(dtype), image.astype(dtype)
        matrix = np.asarray(conv_to_linear(array(weight), shape))
        assert matrix.dtype == dtype
        expected = F.conv2d(torch.tensor(image)[None], torch.tensor(weight)).flatten().numpy()
        np.testing.assert_allclose(matrix @ image.ravel(), expected, rtol=1e-4, atol=1e-5)
        one = np.asarray(conv_as_matrix(array(weight[0, 0]), *shape[1:]))
        assert np.array_equal(
            one, np.asarray(conv_to_linear(array(weight[:1, :1]), (1, *shape[1:])))
        )


def test_there_and_back_is_the_same_layer():
    W = np.random.default_rng(1).normal(size=(4, 2 * 3 * 5))
    assert np.array_equal(conv_to_linear(linear_to_conv(W, (2, 3, 5)), (2, 3, 5)), W)


def test_a_larger_image_gives_a_map_of_answers():
    W = np.random.default_rng(2).normal(size=(4, 2 * 3 * 5))
    kernels = torch.tensor(linear_to_conv(W, (2, 3, 5)))
    image = torch.randn(1, 2, 4, 7, dtype=torch.float64)
    answers = F.conv2d(image, kernels)[0]
    assert answers.shape == (4, 2, 3)
    corner = image[0, :, 1:4, 2:7].flatten().numpy()
    np.testing.assert_allclose(answers[:, 1, 2].numpy(), W @ corner)


def test_the_matrix_of_the_lesson():
    matrix = conv_as_matrix(np.arange(4.0).reshape(2, 2), 3, 3)
    assert matrix[0].tolist() == [0, 1, 0, 2, 3, 0, 0, 0, 0]
    assert matrix[3].tolist() == [0, 0, 0, 0, 0, 1, 0, 2, 3]
    assert (matrix != 0).sum() == 4 * 3


def test_the_kernels_are_a_copy():
    W = np.zeros((1, 4))
    linear_to_conv(W, (1, 2, 2))[0, 0, 0, 0] = 9
    assert W[0, 0] == 0


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="columns"):
        linear_to_conv(np.ones((2, 5)), (1, 2, 3))
    with pytest.raises(ValueError, match="channels"):
        conv_to_linear(np.ones((1, 2, 2, 2)), (3, 4, 4))
    with pytest.raises(ValueError, match="fit"):
        conv_as_matrix(np.ones((2, 5)), 4, 3)


def named(source):
    """The codes of all diagnoses of a submission."""
    info = load_catalog().resolve("ex11")
    with Runner(("numpy",), warm="full") as runner:
        report, _ = grade(Submission(source, "ex11.py"), info, practice_key(info, "numpy"), runner)
    return {code for diagnosis in report.diagnoses for code in diagnosis.codes}


@pytest.mark.parametrize("copied", ["", ".copy()"])
def test_a_transposed_matrix_is_named_whether_it_was_copied_or_not(copied):
    body = (
        f"def linear_to_conv(W, input_shape):\n    return W.T.reshape(len(W), *input_shape){copied}"
    )
    assert named(body) == {"TRANSPOSED-W"}
