"""ex22: the references against torch's unfold, fold and conv2d; other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn.exercises.ex22_im2col.driver import plain
from learncnn.grader.check.checking import Checker, CheckSettings, Target
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.speedup import times_as_fast
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission
from learncnn_solutions.ex22_im2col import col2im, conv2d_im2col, im2col

NUMPY_LOOPS = """
import numpy as np

def pair(v):
    return v if isinstance(v, tuple) else (v, v)

def windows(shape, kernel_size, stride, padding):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    H, W = shape[2] + 2 * ph, shape[3] + 2 * pw
    if H < kh or W < kw:
        raise ValueError("window")
    for n in range(shape[0]):
        for i in range(0, H - kh + 1, sh):
            for j in range(0, W - kw + 1, sw):
                yield n, slice(None), slice(i, i + kh), slice(j, j + kw)

def im2col(input, kernel_size, stride=1, padding=0):
    ph, pw = pair(padding)
    P = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    return np.array([P[w].ravel() for w in windows(input.shape, kernel_size, stride, padding)])

def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    N, C, H, W = input_shape
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    P = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=cols.dtype)
    for row, w in zip(cols, windows(input_shape, kernel_size, stride, padding)):
        P[w] += row.reshape(C, kh, kw)
    return P[:, :, ph:ph + H, pw:pw + W].copy()

def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    N, C, H, W = input.shape
    F, D, kh, kw = weight.shape
    if C != D:
        raise ValueError("channels")
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    Y = im2col(input, (kh, kw), stride, padding) @ weight.reshape(F, -1).T
    if bias is not None:
        Y = Y + bias
    h, w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    return Y.reshape(N, h, w, F).transpose(0, 3, 1, 2)
"""

NUMPY_INDEX = """
import numpy as np

# where each entry of cols comes from in the flattened padded input
def places(shape, kernel_size, stride, padding):
    kh, kw = np.broadcast_to(kernel_size, 2)
    sh, sw = np.broadcast_to(stride, 2)
    ph, pw = np.broadcast_to(padding, 2)
    N, C, H, W = shape[0], shape[1], shape[2] + 2 * ph, shape[3] + 2 * pw
    if kh > H or kw > W:
        raise ValueError((kh, kw))
    numbers = np.arange(N * C * H * W).reshape(N, C, H, W)
    rows = np.arange(0, H - kh + 1, sh)[:, None, None, None] + np.arange(kh)[None, None, :, None]
    cols = np.arange(0, W - kw + 1, sw)[None, :, None, None] + np.arange(kw)[None, None, None, :]
    picked = numbers[:, :, rows, cols]
    return picked.transpose(0, 2, 3, 1, 4, 5).reshape(-1, C * kh * kw), (N, C, H, W), (ph, pw)

def im2col(input, kernel_size, stride=1, padding=0):
    where, _, (ph, pw) = places(input.shape, kernel_size, stride, padding)
    print(where.shape)
    return np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw))).ravel()[where]

def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    where, plane, (ph, pw) = places(input_shape, kernel_size, stride, padding)
    flat = np.zeros(np.prod(plane), dtype=cols.dtype)
    np.add.at(flat, where.ravel(), cols.ravel())
    H, W = input_shape[2:]
    return np.asfortranarray(flat.reshape(plane)[:, :, ph:ph + H, pw:pw + W])

def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    if input.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    cols = im2col(input, weight.shape[2:], stride, padding)
    filters = weight.reshape(len(weight), -1)
    maps = (filters @ cols.T).reshape(len(weight), len(input), -1)
    kh = weight.shape[2]
    ph, sh = np.broadcast_to(padding, 2)[0], np.broadcast_to(stride, 2)[0]
    high = (input.shape[2] + 2 * ph - kh) // sh + 1
    Y = maps.transpose(1, 0, 2).reshape(len(input), len(weight), high, -1)
    return Y if bias is None else Y + bias.reshape(-1, 1, 1)
"""

TORCH_STRIDED = """
import torch

def two(v):
    return (v, v) if isinstance(v, int) else tuple(v)

def padded(shape, padding, like):
    ph, pw = two(padding)
    return torch.zeros(shape[0], shape[1], shape[2] + 2 * ph, shape[3] + 2 * pw, dtype=like.dtype)

def view(P, kernel_size, stride):
    (kh, kw), (sh, sw) = two(kernel_size), two(stride)
    N, C, H, W = P.shape
    if H < kh or W < kw:
        raise ValueError("window")
    n, c, h, w = P.stride()
    size = (N, (H - kh) // sh + 1, (W - kw) // sw + 1, C, kh, kw)
    return P.as_strided(size, (n, h * sh, w * sw, c, h, w))

def im2col(input, kernel_size, stride=1, padding=0):
    ph, pw = two(padding)
    P = padded(input.shape, padding, input)
    P[:, :, ph:ph + input.shape[2], pw:pw + input.shape[3]] = input
    windows = view(P, kernel_size, stride)
    return windows.reshape(windows.shape[:3].numel(), windows.shape[3:].numel()).clone()

def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    ph, pw = two(padding)
    P = padded(input_shape, padding, cols)
    size = view(P, kernel_size, stride).shape
    kh, kw = two(kernel_size)
    sh, sw = two(stride)
    blocks = cols.reshape(size)
    for i in range(size[1]):
        for j in range(size[2]):
            P[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw] += blocks[:, i, j]
    return P[:, :, ph:ph + input_shape[2], pw:pw + input_shape[3]]

def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    if input.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    F, C, kh, kw = weight.shape
    Y = im2col(input, (kh, kw), stride, padding) @ weight.reshape(F, -1).T.to(input.dtype)
    if bias is not None:
        Y += bias
    (sh, sw), (ph, pw) = two(stride), two(padding)
    H, W = input.shape[2:]
    size = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    return Y.reshape(len(input), *size, F).movedim(-1, 1)
"""

TORCH_SHIFTS = """
import torch

class Geometry:
    def __init__(self, shape, kernel, stride, padding):
        pairs = [(v, v) if isinstance(v, int) else tuple(v) for v in (kernel, stride, padding)]
        self.k, self.s, self.p = pairs
        self.N, self.C, self.H, self.W = shape
        sides = zip(shape[2:], self.p, self.k, self.s)
        self.size = [(n + 2 * p - k) // s + 1 for n, p, k, s in sides]
        if min(self.size) < 1:
            raise ValueError("no window fits")

    def shifts(self):
        for a in range(self.k[0]):
            for b in range(self.k[1]):
                yield a, b, (
                    slice(None), slice(None),
                    slice(a, a + self.size[0] * self.s[0], self.s[0]),
                    slice(b, b + self.size[1] * self.s[1], self.s[1]),
                )

    def plane(self, like):
        more = [2 * p + s for p, s in zip(self.p, self.s)]
        return like.new_zeros(self.N, self.C, self.H + more[0], self.W + more[1])

    def inner(self):
        return (..., slice(self.p[0], self.p[0] + self.H), slice(self.p[1], self.p[1] + self.W))

def im2col(input, kernel_size, stride=1, padding=0):
    g = Geometry(input.shape, kernel_size, stride, padding)
    print("windows", g.size)
    P = g.plane(input)
    P[g.inner()] = input
    cols = torch.empty(g.N, *g.size, g.C, *g.k, dtype=input.dtype)
    for a, b, where in g.shifts():
        cols[..., a, b] = P[where].permute(0, 2, 3, 1)
    return cols.flatten(3).flatten(0, 2)

def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    g = Geometry(input_shape, kernel_size, stride, padding)
    blocks = cols.reshape(g.N, *g.size, g.C, *g.k)
    P = g.plane(cols)
    for a, b, where in g.shifts():
        P[where] += blocks[..., a, b].permute(0, 3, 1, 2)
    return P[g.inner()].clone()

def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    if input.shape[1] != weight.shape[1]:
        raise ValueError("channels differ")
    g = Geometry(input.shape, weight.shape[2:], stride, padding)
    cols = im2col(input, weight.shape[2:], stride, padding)
    Y = torch.einsum("rk,fk->rf", cols, weight.flatten(1))
    Y = Y.reshape(g.N, -1, len(weight)).transpose(1, 2).reshape(g.N, len(weight), *g.size)
    return Y if bias is None else Y + bias[:, None, None]
"""

CORRECT = {
    "numpy": {"loops": NUMPY_LOOPS, "index": NUMPY_INDEX},
    "torch": {"strided": TORCH_STRIDED, "shifts": TORCH_SHIFTS},
}


def settings(rng):
    n, c, kh, kw, sh, sw = (int(v) for v in rng.integers(1, 4, 6))
    ph, pw = (int(v) for v in rng.integers(0, 3, 2))
    shape = n, c, kh + int(rng.integers(0, 6)), kw + int(rng.integers(0, 6))
    return shape, (kh, kw), (sh, sw), (ph, pw)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_references_equal_unfold_fold_and_conv2d(dtype):
    rng = np.random.default_rng(22)
    for _ in range(60):
        shape, kernel, stride, padding = settings(rng)
        X = rng.normal(size=shape).astype(dtype)
        W = rng.normal(size=(3, shape[1], *kernel)).astype(dtype)
        unfolded = F.unfold(torch.tensor(X), kernel, padding=padding, stride=stride)
        cols = unfolded.transpose(1, 2).flatten(0, 1).numpy()
        folded = F.fold(unfolded, shape[2:], kernel, padding=padding, stride=stride).numpy()
        expected = F.conv2d(torch.tensor(X), torch.tensor(W), None, stride, padding).numpy()
        for array in (np.asarray, torch.tensor):
            made = im2col(array(X), kernel, stride, padding)
            assert np.array_equal(np.asarray(made), cols)
            back = np.asarray(col2im(made, shape, kernel, stride, padding))
            np.testing.assert_allclose(back, folded, rtol=1e-5, atol=1e-5)
            result = np.asarray(conv2d_im2col(array(X), array(W), None, stride, padding))
            assert result.dtype == dtype
            np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-4)


def test_col2im_is_the_adjoint_of_im2col():
    rng = np.random.default_rng(1)
    for _ in range(20):
        shape, kernel, stride, padding = settings(rng)
        X = rng.normal(size=shape)
        cols = im2col(X, kernel, stride, padding)
        G = rng.normal(size=cols.shape)
        there = (cols * G).sum()
        np.testing.assert_allclose(there, (X * col2im(G, shape, kernel, stride, padding)).sum())


def test_the_rows_of_the_lesson():
    rows = im2col(np.arange(9.0).reshape(1, 1, 3, 3), 2)
    assert rows.tolist() == [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]
    assert (rows @ np.arange(4.0)).tolist() == [19, 25, 37, 43]
    filters = np.array([[0.0, 1, 2, 3], [1, 0, 0, -1]])
    product = rows @ filters.T
    assert product.tolist() == [[19, -4], [25, -4], [37, -4], [43, -4]]
    scrambled = product.reshape(1, 2, 2, 2)
    assert scrambled.tolist() == [[[[19, -4], [25, -4]], [[37, -4], [43, -4]]]]
    moved = product.reshape(1, 2, 2, 2).transpose(0, 3, 1, 2)
    assert moved.tolist() == [[[[19, 25], [37, 43]], [[-4, -4], [-4, -4]]]]
    assert col2im(rows, (1, 1, 3, 3), 2).tolist() == [[[[0, 2, 2], [6, 16, 10], [6, 14, 8]]]]
    seen = col2im(np.ones_like(rows), (1, 1, 3, 3), 2)
    assert seen.tolist() == [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]]


def test_the_sizes_of_the_lesson():
    assert 8 * 30 * 30 * 27 * 16 == 3110400
    assert im2col(np.zeros((8, 3, 32, 32)), 3).shape == (8 * 30 * 30, 27)
    assert im2col(np.zeros((1, 3, 224, 224), "uint8"), 3, 1, 1).size == 50176 * 27 == 1354752
    assert 1354752 / (3 * 224 * 224) == 9


def test_windows_side_by_side_are_the_image_in_another_order():
    X = np.random.default_rng(5).normal(size=(2, 3, 4, 6))
    rows = im2col(X, (2, 3), (2, 3))
    assert rows.size == X.size
    assert np.array_equal(col2im(rows, X.shape, (2, 3), (2, 3)), X)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="fit"):
        im2col(np.ones((1, 1, 2, 5)), 3)
    with pytest.raises(ValueError, match="channels"):
        conv2d_im2col(np.ones((1, 3, 4, 4)), np.ones((2, 2, 2, 2)))


def test_the_loop_beside_which_the_time_is_set_is_a_convolution():
    rng = np.random.default_rng(3)
    X, W = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 2, 3))
    np.testing.assert_allclose(plain(X, W), conv2d_im2col(X, W).ravel())


@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_a_pass_is_told_how_much_faster_it_is_and_a_failure_is_not(framework, tmp_path):
    right = next(iter(CORRECT[framework].values()))
    wrong = right + "\ndef col2im(*arguments): return None\n"
    for source, told in ((right, True), (wrong, False)):
        path = tmp_path / f"{told}.py"
        path.write_text(source, "utf-8")
        with Checker(CheckSettings()) as checker:
            info = load_catalog().resolve("ex22")
            checked = checker.check(Target(info, path, None, framework))
        assert (checked.report.state == "passed") == told
        assert any("times as fast" in note for note in checked.notes) == told


def test_a_right_solution_that_takes_too_long_here_is_told_nothing(tmp_path):
    source = "def conv2d_im2col(*arguments):\n    while True: pass\n"
    info = load_catalog().resolve("ex22")
    with Runner(("numpy",), limits=Limits(case_seconds=0.2)) as runner:
        assert times_as_fast(Submission(source, "slow.py"), info, runner) is None
