"""What moving figures compute in the browser is what the references compute."""

import json
import math
import shutil
import subprocess
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from learncnn.grader.figures.kinds.curves import FUNCTIONS
from learncnn.grader.figures.kinds.feature_maps import map_of, wave
from learncnn.grader.figures.kinds.layer_shapes import layers_of
from learncnn.grader.figures.kinds.parameter_counts import formula_of
from learncnn.grader.figures.panels import round_numbers, short
from learncnn.grader.figures.scenes import scene

ROUNDS = 150
SCRIPT = Path(__file__).parent / "arithmetic.mjs"


@pytest.fixture(scope="module")
def answers():
    """Ask the figures' modules: answers("corr2d", [case, case]) → their results."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")

    def answers(call, cases):
        lines = "".join(json.dumps({"call": call, "with": plain(case)}) + "\n" for case in cases)
        done = subprocess.run(
            [node, str(SCRIPT)], input=lines, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(found) == len(cases)
        return found

    return answers


def plain(value):
    """Arrays as lists, for JSON."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def reference(exercise, name):
    module = pytest.importorskip(f"learncnn_solutions.{exercise}", reason="no solutions here")
    return getattr(module, name)


def same(found, expected):
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), 1e-12, 1e-12)


class Draws:
    """Random planes, kernels and windows that fit each other."""

    def __init__(self, seed):
        self.draw = np.random.default_rng(seed)

    def pair(self, low, high):
        return tuple(int(n) for n in self.draw.integers(low, high, size=2))

    def numbers(self, *shape):
        """Halves of whole numbers: sums are exact, and ties are common."""
        return self.draw.integers(-9, 10, size=shape) / 2

    def window(self, most=3):
        """Size of a plane, kernel, padding and stride with at least one window."""
        while True:
            size, kernel = self.pair(1, 8), self.pair(1, 4)
            padding, stride = self.pair(0, most), self.pair(1, 4)
            if all(k <= n + 2 * p for n, k, p in zip(size, kernel, padding, strict=True)):
                return size, kernel, padding, stride

    def pooling(self):
        while True:
            size, kernel, padding, stride = self.window()
            if all(2 * p <= k <= n + 2 * p for n, k, p in zip(size, kernel, padding, strict=True)):
                return size, kernel, padding, stride


def output(size, kernel, padding, stride):
    return tuple(
        (n + 2 * p - k) // s + 1 for n, k, p, s in zip(size, kernel, padding, stride, strict=True)
    )


def test_cross_correlation_with_padding_and_stride(answers):
    corr2d, draws, cases, expected = reference("ex04_padding_stride", "corr2d"), Draws(1), [], []
    for _ in range(ROUNDS):
        size, kernel, padding, stride = draws.window()
        X, K = draws.numbers(*size), draws.numbers(*kernel)
        cases.append((X, K, padding, stride, (1, 1)))
        expected.append(corr2d(X, K, padding, stride))
    for found, wanted in zip(answers("corr2d", cases), expected, strict=True):
        assert found == wanted.tolist()


def test_dilation_spreads_the_kernel_by_zeros(answers):
    corr2d, draws, cases, expected = reference("ex04_padding_stride", "corr2d"), Draws(2), [], []
    while len(cases) < ROUNDS:
        size, kernel, padding, stride = draws.window()
        X, K, dilation = draws.numbers(*size), draws.numbers(*kernel), draws.pair(1, 4)
        spread = np.zeros([(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)])
        spread[:: dilation[0], :: dilation[1]] = K
        if all(k <= n + 2 * p for n, k, p in zip(size, spread.shape, padding, strict=True)):
            cases.append((X, K, padding, stride, dilation))
            expected.append(corr2d(X, spread, padding, stride))
    for found, wanted in zip(answers("corr2d", cases), expected, strict=True):
        assert found == wanted.tolist()
    ats = [tuple(int(n) - 1 for n in wanted.shape) for wanted in expected]
    sums = answers("products", [(*case, at) for case, at in zip(cases, ats, strict=True)])
    assert sums == [wanted[at] for wanted, at in zip(expected, ats, strict=True)]


def test_convolution_turns_the_kernel(answers):
    convolve2d, draws = reference("ex02_convolution", "convolve2d"), Draws(3)
    cases = [(draws.numbers(5, 6), draws.numbers(*draws.pair(1, 4))) for _ in range(ROUNDS)]
    for found, case in zip(answers("convolve2d", cases), cases, strict=True):
        assert found == convolve2d(*case).tolist()


def test_channels_and_filters(answers):
    conv2d, draws, cases, expected = reference("ex08_conv2d", "conv2d"), Draws(4), [], []
    for _ in range(ROUNDS):
        size, kernel, padding, stride = draws.window()
        channels, filters = draws.pair(1, 5)
        X, K = draws.numbers(channels, *size), draws.numbers(filters, channels, *kernel)
        bias = draws.numbers(filters)
        cases.append((X, K, bias, padding, stride))
        expected.append(conv2d(X[None], K, bias, stride, padding)[0])
    for found, wanted in zip(answers("conv2d", cases), expected, strict=True):
        assert found == wanted.tolist()


def test_one_by_one_convolutions(answers):
    conv1x1, draws, cases, expected = reference("ex09_conv1x1", "conv1x1"), Draws(5), [], []
    for _ in range(ROUNDS):
        channels, filters = draws.pair(1, 5)
        X, W = draws.numbers(channels, 3, 4), draws.numbers(filters, channels)
        b = draws.numbers(filters)
        cases.append((X, W, b))
        expected.append(conv1x1(X[None], W, b)[0])
    for found, wanted in zip(answers("conv1x1", cases), expected, strict=True):
        assert found == wanted.tolist()


def test_windows_as_rows(answers):
    im2col, draws, cases, expected = reference("ex22_im2col", "im2col"), Draws(6), [], []
    for _ in range(ROUNDS):
        size, kernel, padding, stride = draws.window()
        X = draws.numbers(draws.pair(1, 4)[0], *size)
        cases.append((X, kernel, padding, stride))
        expected.append(im2col(X[None], kernel, stride, padding))
    for found, wanted in zip(answers("im2col", cases), expected, strict=True):
        assert found == wanted.tolist()


def test_gradients_of_a_convolution(answers):
    backward, draws = reference("ex21_conv2d_backward", "conv2d_backward"), Draws(7)
    cases, expected = [], []
    for _ in range(ROUNDS):
        size, kernel, padding, stride = draws.window()
        X, K = draws.numbers(*size), draws.numbers(*kernel)
        upstream = draws.numbers(*output(size, kernel, padding, stride))
        cases.append((upstream, X, K, padding, stride))
        expected.append(
            backward(upstream[None, None], X[None, None], K[None, None], stride, padding)
        )
    found = answers("conv2d_backward", cases)
    for (of_input, of_kernel), (grad_X, grad_K, _) in zip(found, expected, strict=True):
        assert of_input == grad_X[0, 0].tolist()
        assert of_kernel == grad_K[0, 0].tolist()


@pytest.mark.parametrize("counted", [True, False])
def test_pooling(answers, counted):
    max_pool2d = reference("ex12_pooling", "max_pool2d")
    avg_pool2d = reference("ex12_pooling", "avg_pool2d")
    draws, cases, expected = Draws(8), [], []
    for mode in ("max", "avg"):
        for _ in range(ROUNDS):
            size, kernel, padding, stride = draws.pooling()
            X = draws.numbers(*size)
            if mode == "max":
                found = max_pool2d(X[None, None], kernel, stride, padding)
            else:
                found = avg_pool2d(X[None, None], kernel, stride, padding, counted)
            cases.append((X, kernel, stride, padding, mode, counted))
            expected.append(found[0, 0])
    for found, wanted in zip(answers("pool", cases), expected, strict=True):
        same(found, wanted)


def test_the_index_of_a_maximum_is_the_first_of_ties(answers):
    indices = reference("ex13_max_pool_indices", "max_pool2d_with_indices")
    draws, cases, expected = Draws(9), [], []
    for _ in range(2 * ROUNDS):
        size, kernel, padding, stride = draws.pooling()
        X = draws.draw.integers(0, 3, size=size).astype(float)
        cases.append((X, kernel, stride, padding))
        expected.append(indices(X[None, None], kernel, stride, padding)[1][0, 0])
    for found, wanted in zip(answers("max_pool_indices", cases), expected, strict=True):
        assert found == wanted.tolist()


@pytest.mark.parametrize(("mode", "counted"), [("max", True), ("avg", True), ("avg", False)])
def test_pooling_backward_adds_where_windows_overlap(answers, mode, counted):
    of_max = reference("ex15_max_pool_backward", "max_pool2d_grad")
    of_mean = reference("ex14_avg_pool_backward", "avg_pool2d_backward")
    draws, cases, expected = Draws(10), [], []
    for _ in range(ROUNDS):
        size, kernel, padding, stride = draws.pooling()
        X = draws.draw.integers(0, 3, size=size).astype(float)
        upstream = draws.numbers(*output(size, kernel, padding, stride))
        cases.append((upstream, X, kernel, stride, padding, mode, counted))
        if mode == "max":
            found = of_max(upstream[None, None], X[None, None], kernel, stride, padding)
        else:
            shape = (1, 1, *size)
            found = of_mean(upstream[None, None], shape, kernel, stride, padding, counted)
        expected.append(found[0, 0])
    for found, wanted in zip(answers("pool_backward", cases), expected, strict=True):
        same(found, wanted)


def test_output_sizes(answers):
    output_size = reference("ex03_output_shape", "output_size")
    cases = [
        case for case in product(range(1, 9), range(1, 6), range(3), range(1, 4))
        if case[1] <= case[0] + 2 * case[2]
    ]  # fmt: skip
    assert answers("output_size", cases) == [output_size(*case) for case in cases]


def test_receptive_fields(answers):
    receptive_field = reference("ex06_receptive_field", "receptive_field")
    input_range = reference("ex06_receptive_field", "input_range")
    draw = np.random.default_rng(11)
    stacks = [
        [tuple(int(n) for n in draw.integers(1, 4, size=3)) for _ in range(draw.integers(1, 5))]
        for _ in range(ROUNDS)
    ]
    assert answers("receptive_field", [(s,) for s in stacks]) == list(map(receptive_field, stacks))
    places = [int(n) for n in draw.integers(0, 6, size=ROUNDS)]
    found = answers("input_range", list(zip(stacks, places, strict=True)))
    assert found == [list(input_range(s, i)) for s, i in zip(stacks, places, strict=True)]


def test_parameter_counts_and_formulas(answers):
    draw, cases, expected = np.random.default_rng(12), [], []
    for _ in range(ROUNDS):
        shape = [int(n) for n in draw.integers(1, 5, size=3)]
        shape = [shape[0], shape[1] + 4, shape[2] + 4]
        kernel, channels = int(draw.integers(1, 5)), int(draw.integers(1, 9))
        bias = bool(draw.integers(2))
        conv = {"op": "conv", "kernel": kernel, "channels": shape[0] * channels, "bias": bias}
        for layer in (
            conv,
            {**conv, "groups": shape[0], "stride": 2, "padding": 1},
            {"op": "local", "kernel": [kernel, 2], "channels": channels, "bias": bias},
            {"op": "linear", "units": channels, "bias": bias},
            {"op": "pool", "kernel": kernel},
            {"op": "global"},
        ):
            cases.append((shape, layer))
            formula, count = formula_of(layers_of(tuple(shape), [layer])[0])
            expected.append([count, formula])
    assert answers("parameters", cases) == expected


def test_parameter_counts_of_the_references(answers):
    linear = reference("ex10_parameter_counts", "linear_parameters")
    conv2d = reference("ex10_parameter_counts", "conv2d_parameters")
    cases, expected = [], []
    for channels, kernel, filters, bias in product((1, 2, 3), (1, 3, 5), (2, 7), (True, False)):
        shape = [channels, 8, 9]
        cases.append((shape, {"op": "linear", "units": filters, "bias": bias}))
        expected.append(linear(shape, filters, bias))
        layer = {"op": "conv", "kernel": kernel, "channels": filters, "bias": bias}
        cases.append((shape, layer))
        expected.append(conv2d(shape, filters, kernel, bias=bias))
    assert [count for count, _ in answers("parameters", cases)] == expected


def test_the_partial_connections_of_lenet(answers):
    reads = [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5]]
    reads += [[0, 1, 2, 3]] * 9 + [[0, 1, 2, 3, 4, 5]]
    assert answers("partial_parameters", [(reads, (5, 5))]) == [1516]  # LeCun et al., 1998, C3


def test_back_propagation(answers):
    forward = reference("ex20_backpropagation", "forward")
    errors = reference("ex20_backpropagation", "errors")
    update = reference("ex20_backpropagation", "update")
    draw, cases, expected = np.random.default_rng(13), [], []
    for _ in range(ROUNDS):
        sizes = draw.integers(1, 5, size=draw.integers(2, 5))
        weights = [draw.normal(size=(b, a)) for a, b in pairwise(sizes)]
        biases, rate = [draw.normal(size=n) for n in sizes[1:]], float(draw.uniform(0.1, 2))
        x, target = draw.normal(size=sizes[0]), draw.uniform(size=sizes[-1])
        cases.append((x, target, weights, biases, rate))
        outputs = forward(x, weights, biases)
        found = errors(outputs, target, weights)
        expected.append((outputs, found, *update(x, outputs, found, weights, biases, rate)))
    for found, wanted in zip(answers("network", cases), expected, strict=True):
        for ours, theirs in zip(found, wanted, strict=True):
            for one, other in zip(ours, theirs, strict=True):
                same(one, other)


def test_activations(answers):
    relu, sigmoid = reference("ex18_activations", "relu"), reference("ex18_activations", "sigmoid")
    points = np.linspace(-6, 6, 121)
    for name, function in FUNCTIONS.items():
        found = answers("activation", [(name, x) for x in points])
        same(found, [function(x) for x in points])
    same(answers("activation", [("relu", x) for x in points]), relu(points))
    same(answers("activation", [("sigmoid", x) for x in points]), sigmoid(points))


def test_gradient_descent_on_a_parabola(answers):
    for rate, curvature in product((0.1, 0.5, 0.9, 1.7, 2.1), (0.5, 1, 4)):
        settings = {"steps": 12, "curvature": curvature, "start": 1}
        (found,) = answers("descent", [(rate, settings)])
        factor, ceiling = (1 - rate * curvature) ** 2, 3 * 0.5 * curvature
        wanted = [0.5 * curvature * factor**n for n in range(13)]
        while wanted and max(wanted) > ceiling:
            wanted.pop()
        same(found, wanted)


def test_pictures_and_what_filters_make_of_them(answers):
    assert answers("scene", [()])[0] == scene().tolist()
    angles = [(math.pi * n / 8, width) for n in range(8) for width in (6, 8, 11)]
    for found, case in zip(answers("wave", angles), angles, strict=True):
        same(found, wave(*case))
    draw = np.random.default_rng(14)
    cases = [
        (scene() / 255, draw.integers(-3, 4, size=draw.integers(1, 6, size=2)).astype(float), *how)
        for how in product((True, False), (1, 2, 3))
        for _ in range(3)
    ]
    for found, (image, kernel, relu, pool) in zip(
        answers("feature_map", cases), cases, strict=True
    ):
        same(found, map_of(image, kernel, relu=relu, pool=pool))


def test_numbers_look_as_the_server_writes_them(answers):
    draw = np.random.default_rng(15)
    numbers = [0.0, -0.0, 1e22, -1e-7, 0.1 + 0.2, 2.0625, 2.1875, 0.00010005, 99999.5, 9999.5]
    numbers += [n / 32 for n in range(-400, 400)]
    numbers += [float(draw.normal() * 10.0**power) for power in range(-9, 9) for _ in range(30)]
    assert answers("short", [(n,) for n in numbers]) == list(map(short, numbers))
    whole = [0, 7, 999, 1000, 12345, 1234567]
    assert answers("grouped", [(n,) for n in whole]) == [f"{n:,}" for n in whole]


def test_axes_have_the_server_s_numbers(answers):
    draw = np.random.default_rng(16)
    ends = [(float(a), float(a + b)) for a, b in draw.exponential(size=(ROUNDS, 2))] + [(0, 0)]
    assert answers("round_numbers", ends) == [round_numbers(*pair) for pair in ends]
