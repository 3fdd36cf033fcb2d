"""Test the numbers of the lessons ex01 to ex11, in both languages, with the references.

Sums that a lesson writes out are in test_lessons, the first examples in the tests of each exercise.
"""

import numpy as np
import torch

from learncnn_solutions.ex01_cross_correlation import corr2d
from learncnn_solutions.ex02_convolution import conv_layer, convolve2d, flip
from learncnn_solutions.ex03_output_shape import output_shape, output_size, output_size_total
from learncnn_solutions.ex04_padding_stride import corr2d as padded_corr2d
from learncnn_solutions.ex05_feature_detector import activation_map
from learncnn_solutions.ex06_receptive_field import input_range, receptive_field
from learncnn_solutions.ex07_multi_input_channels import corr2d_multi_in
from learncnn_solutions.ex08_conv2d import conv2d
from learncnn_solutions.ex09_conv1x1 import bottleneck_macs, conv1x1
from learncnn_solutions.ex10_parameter_counts import (
    conv2d_parameters,
    linear_parameters,
    locally_connected_parameters,
    multiply_adds,
)
from learncnn_solutions.ex11_linear_and_conv import conv_as_matrix

from .lesson_words import rows, says

X = np.arange(9.0).reshape(3, 3)
K = np.arange(4.0).reshape(2, 2)
CURVE = np.zeros((7, 7))
CURVE[[0, 1, 2, 3, 4, 5], [5, 4, 3, 3, 3, 3]] = 30


def test_ex01_the_letter_x_hides_what_an_asymmetric_kernel_shows():
    image = np.array([[*map(int, row)] for row in ["11100", "01110", "00111", "00110", "01100"]])
    cross = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    result = corr2d(image, cross)
    for row in result:
        says("ex01", rows(row))
    for wrong in (cross[::-1, ::-1], cross[::-1], cross.T):
        assert np.array_equal(corr2d(image, wrong), result)
    says("ex01", rows(corr2d(X, K)), rows(corr2d(X, K[::-1, ::-1])))


def test_ex01_sizes_and_how_often_a_pixel_is_seen():
    says("ex01", f"480·480·3 = {np.zeros((480, 480, 3)).size}")
    assert corr2d(np.ones((32, 32)), np.ones((5, 5))).shape == (28, 28)
    assert (np.full(1, 200, np.uint8) * np.uint8(2)).item() == 144
    places = [(i, j) for i in range(2) for j in range(2)]
    seen = sum(np.pad(np.ones((2, 2)), ((i, 1 - i), (j, 1 - j))) for i, j in places)
    assert (seen[1, 1], seen[0, 0]) == (4, 1)
    assert np.isclose(corr2d(np.full((3, 3), 7.0), np.full((3, 3), 1 / 9)), 7)


def test_ex02_a_single_one_prints_the_kernel():
    dot, kernel = np.zeros((3, 3)), np.array([[1.0, 2], [3, 4]])
    dot[1, 1] = 1
    assert np.array_equal(convolve2d(dot, kernel), kernel)
    assert np.array_equal(corr2d(dot, kernel), flip(kernel))


def test_ex02_the_bias_moves_the_threshold():
    says("ex02", "20 26 / 38 44", "−40")
    assert conv_layer(X, K, 1).tolist() == [[20, 26], [38, 44]]
    assert (conv_layer(X, K, -40) > 0).sum() == 1
    assert conv_layer(X, K, -40)[1, 1] == 3
    assert np.array_equal(conv_layer(X, 0 * K, 2), np.full((2, 2), 2))


def test_ex02_the_order_of_kernels_and_the_roles_of_image_and_kernel():
    rng = np.random.default_rng(2)
    image, A, B = rng.normal(size=(9, 9)), rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
    np.testing.assert_allclose(corr2d(corr2d(image, A), B), corr2d(corr2d(image, B), A))
    wide = np.pad(A, ((2, 2), (1, 1)))
    both = convolve2d(wide, B)
    np.testing.assert_allclose(corr2d(corr2d(image, A), B), corr2d(image, both))
    np.testing.assert_allclose(both, convolve2d(np.pad(B, ((1, 1), (2, 2))), A))
    turned = corr2d(np.pad(B, ((1, 1), (2, 2))), A)
    np.testing.assert_allclose(corr2d(wide, B), flip(turned))


def test_ex03_sizes():
    for size, setting in (
        (28, (32, 5, 0, 1)),
        (102, (100, 3, 2, 1)),
        (2, (6, 3, 0, 2)),
        (1, (6, 2, 1, 9)),
    ):
        assert output_size(*setting) == size
        says("ex03", "{} {} {} {} ".format(*setting))
    assert output_shape((3, 100, 100), 4, 3, 2) == (4, 102, 102)
    assert output_shape((2, 3, 5), 3, (3, 5), (1, 2)) == (3, 3, 5)
    assert output_size(224, 7, 3, 2) == 112
    assert [output_size(64, *a) for a in ((2, 0, 2), (3, 1, 2), (33, 0, 1))] == [32, 32, 32]
    assert [n for n in range(3, 40) if output_size(n, 3, 0, 2) == 10] == [21, 22]
    assert 16 * 5 * 5 == 400
    assert 16 * 6 * 6 == 576


def test_ex03_the_sizes_of_lenet_and_vgg():
    n = 32
    for k, s, size in ((5, 1, 28), (2, 2, 14), (5, 1, 10), (2, 2, 5)):
        n = output_size(n, k, 0, s)
        assert n == size
    n, sizes = 224, [224]
    for _ in range(5):
        n = output_size(output_size(n, 3, 1), 2, 0, 2)
        sizes.append(n)
    says("ex03", " → ".join(map(str, sizes)))


def test_ex03_counting_the_padding_once_is_often_right():
    grid = [
        (n, k, p, s)
        for n in range(1, 13)
        for k in range(1, 8)
        for p in range(4)
        for s in range(1, 5)
        if n + p >= k
    ]
    same = [output_size_total(n, k, p, s) == output_size(n, k, p, s) for n, k, p, s in grid]
    assert 0.4 < np.mean(same) < 0.6
    assert output_size(6, 3, 1, 2) == output_size_total(6, 3, 1, 2) == 3
    assert (output_size(7, 3, 1, 2), output_size_total(7, 3, 1, 2)) == (4, 3)


def test_ex04_a_moved_row_at_stride_1_and_2():
    row, moved = np.array([[0, 0, 1, 2, 0, 0, 0]]), np.array([[0, 0, 0, 1, 2, 0, 0]])
    for image in (row, moved):
        for stride in (1, 2):
            result = padded_corr2d(image, np.ones((1, 2)), stride=stride)
            says("ex04", f"{rows(image)} → {rows(result)}")


def test_ex04_what_nine_layers_leave_and_what_stride_leaves_out():
    assert 40 - 9 * 4 == 4
    assert padded_corr2d(X, K, padding=2)[0, 0] == 0
    image = np.random.default_rng(4).normal(size=(7, 10))
    every = padded_corr2d(image, K)
    assert np.array_equal(padded_corr2d(image, K, stride=2), every[::2, ::2])


def test_ex05_responses():
    first = np.zeros((7, 7))
    first[0, 6], first[1, 4:7], first[2, 3:5], first[3:7, 3:5] = 30, 50, (20, 50), 50
    for kernel, response in (
        (CURVE, 6600),
        (flip(CURVE), 3600),
        (CURVE[:, ::-1], 5100),
        (CURVE.T, 3000),
    ):
        assert activation_map(first, kernel[None]).tolist() == [[[response]]]
        says("ex05", response)
    edge = np.zeros((7, 7))
    edge[:, :2] = 90
    assert activation_map(edge, CURVE[None]).max() == 0
    assert activation_map(np.full((7, 7), 255.0), CURVE[None]).max() == 45900
    assert ((CURVE > 0) & (first > 0)).sum() == 5
    stripe = activation_map(np.array([[0.0, 0, 9, 9, 0, 0]]), np.array([[[1.0, -1]]]))
    says("ex05", rows(stripe[0]))
    assert activation_map(np.ones((1000, 1000)), np.ones((2, 2, 2))).size == 1996002


def test_ex06_fields():
    assert receptive_field([(3, 1, 1), (3, 1, 2), (3, 1, 4)]) == 15
    assert receptive_field([(3, 1, 1)] * 3) == 7
    assert (3 * 9, 7 * 7) == (27, 49)
    first = [(3, 2, 1), *[(3, 1, 1)] * 4]
    assert (receptive_field(first), receptive_field([(3, 1, 1)] * 5)) == (19, 11)
    assert receptive_field(first[::-1]) == 11
    best = max(range(5), key=lambda i: receptive_field([(3, 1 + (i == k), 1) for k in range(5)]))
    assert best == 0
    assert input_range([(2, 2, 1), (3, 1, 1)], 1) == (2, 7)
    says("ex06", 15, 19, 11, "2·3·3 = 18", 27, 49)


def test_ex07_what_averaging_the_colours_loses():
    red, blue = np.zeros((2, 3, 1, 1))
    red[0], blue[2] = 200, 200
    white = np.full((3, 1, 1), 200.0)
    assert np.mean(red) == np.mean(blue)
    signs = np.array([1.0, 0, -1]).reshape(3, 1, 1)
    assert corr2d_multi_in(red, signs) == 200
    assert corr2d_multi_in(blue, signs) == -200
    redder = np.array([1, -0.5, -0.5]).reshape(3, 1, 1)
    assert corr2d_multi_in(white, redder) == corr2d_multi_in(white / 7, redder) == 0
    assert corr2d_multi_in(red, redder) == 200
    says("ex07", "5·5·3 = 75", f"28·28·75 = {multiply_adds((3, 32, 32), (1, 28, 28), 5)}")
    says("ex07", f"11×11×3 = {11 * 11 * 3}", 3 * 3 * 256)


def test_ex08_the_second_map_and_the_exchanged_axes():
    image = np.stack([X, X + 1])[None]
    kernel = np.stack([np.stack([K, K + 1]), np.stack([K + 1, K + 2])])
    maps = conv2d(image, kernel)[0]
    says("ex08", rows(maps[0]), rows(maps[1]))
    pixel, weight = np.array([1.0, 10]).reshape(1, 2, 1, 1), np.array([[1.0, 2], [3, 4]])
    assert conv2d(pixel, weight[:, :, None, None]).flatten().tolist() == [21, 43]
    assert conv2d(pixel, weight.T[:, :, None, None]).flatten().tolist() == [31, 42]
    layer = torch.nn.Conv2d(3, 64, 3, padding=1)
    says("ex08", layer.weight.numel(), multiply_adds((3, 224, 224), (64, 224, 224), 3))


def test_ex09_products_and_what_reshaping_mixes():
    image = np.array([[1.0, 2], [10, 20]]).reshape(1, 2, 1, 2)
    assert conv1x1(image, np.array([[1.0, 1], [2, 0]])).flatten().tolist() == [11, 22, 2, 4]
    pixels = image[0].reshape(2, 2)
    assert pixels.tolist() == [[1, 2], [10, 20]]
    assert pixels.T.tolist() == [[1, 10], [2, 20]]
    says(
        "ex09",
        bottleneck_macs(256, 64, 256, 3, 56, 56),
        multiply_adds((256, 58, 58), (256, 56, 56), 3),
    )
    rng = np.random.default_rng(9)
    assert np.linalg.matrix_rank(rng.normal(size=(256, 64)) @ rng.normal(size=(64, 256))) == 64


def test_ex10_counts():
    says("ex10", linear_parameters((3, 256, 256), 1000), conv2d_parameters((3, 256, 256), 10, 3))
    says(
        "ex10",
        conv2d_parameters((2, 3, 5), 3, (3, 5)),
        linear_parameters((2, 3, 5), 45, bias=False),
    )
    grey = (1, 1000, 1000)
    assert linear_parameters(grey, 10**6, bias=False) == 10**12
    assert locally_connected_parameters(grey, grey, 10, bias=False) == 10**8
    assert conv2d_parameters(grey, 1, 10, bias=False) == 10**2
    assert conv2d_parameters(grey, 100, 10) == 10100
    for side in (10, 20, 40):
        says("ex10", linear_parameters((1, side, side), side * side, bias=False))
    says("ex10", conv2d_parameters((64, 8, 8), 64, 3, groups=64, bias=False))
    assert conv2d_parameters((3, 224, 224), 64, 3) == 1792
    assert 1792 * 4 == 7168


def test_ex10_vgg_has_138_million_parameters():
    widths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
    layers = zip([3, *widths], widths, strict=False)
    total = sum(conv2d_parameters((c, 8, 8), f, 3) for c, f in layers)
    first = linear_parameters((512, 7, 7), 4096)
    total += first + linear_parameters((4096, 1, 1), 4096) + linear_parameters((4096, 1, 1), 1000)
    assert total == 138357544
    assert 0.7 < first / total < 0.8
    says("ex10", first)
    says("ex16", first)


def test_ex11_matrices():
    for image, kernel in (((1, 3), np.array([[1, 2]])), ((3, 3), K)):
        for row in conv_as_matrix(kernel, *image):
            says("ex11", rows(row))
    assert conv_as_matrix(K, 3, 3)[0] @ X.flatten() == 19
    matrix = (100 - 2) ** 2, 100 * 100
    assert (matrix[0] * matrix[1], matrix[0] * 9) == (96040000, 86436)
    says("ex11", 96040000, 86436)
    assert 86436 / 96040000 < 1 / 1000
    assert conv2d(np.ones((1, 1, 9, 9)), np.ones((1, 1, 7, 7))).shape == (1, 1, 3, 3)


def test_ex11_turning_a_row_around_is_no_convolution():
    turn = np.eye(3)[::-1]
    kernels = [conv_as_matrix(np.ones((1, k)), 1, 3) for k in (1, 2, 3)]
    assert [m.shape for m in kernels] == [(3, 3), (2, 3), (1, 3)]
    assert not np.array_equal(turn, kernels[0] * turn[0, 0])
