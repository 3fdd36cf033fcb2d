"""docs/errata.md: one proof for each statement, named by its number."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex01_cross_correlation import corr2d

ROOT = Path(__file__).resolve().parents[1]


def test_every_erratum_and_every_fact_has_its_proof():
    page = (ROOT / "docs" / "errata.md").read_text("utf-8")
    tests = Path(__file__).read_text("utf-8")
    for letter, count in {"E": 19, "F": 2}.items():
        numbers = re.findall(rf"^\| {letter}(\d\d) \|", page, re.MULTILINE)
        proofs = re.findall(rf"def test_{letter.lower()}(\d\d)_", tests)
        assert len(numbers) == count
        assert numbers == proofs


def test_e01_dense_weights_grow_with_the_square_of_the_pixels():
    weights = [(side * side) ** 2 for side in (10, 20, 40)]
    assert weights[1] / weights[0] == weights[2] / weights[1] == 16


def test_e02_a_shifted_image_gives_a_shifted_map_and_not_the_same_one():
    rng = np.random.default_rng(0)
    image, kernel = np.zeros((9, 9)), rng.integers(1, 9, (3, 3)).astype(float)
    image[2:5, 2:5] = rng.integers(1, 9, (3, 3))
    shifted = np.roll(image, (1, 2), axis=(0, 1))
    before, after = corr2d(image, kernel), corr2d(shifted, kernel)
    assert np.array_equal(np.roll(before, (1, 2), axis=(0, 1)), after)
    assert not np.array_equal(before, after)
    at_stride_2, moved = before[::2, ::2], after[::2, ::2]
    assert not any(
        np.array_equal(np.roll(at_stride_2, (i, j), axis=(0, 1)), moved)
        for i in range(-2, 3)
        for j in range(-2, 3)
    )


def test_e03_filters_set_the_depth_and_not_the_size():
    image = torch.zeros(1, 3, 8, 9)
    shapes = [F.conv2d(image, torch.zeros(filters, 3, 3, 3)).shape for filters in (4, 7)]
    assert [shape[1] for shape in shapes] == [4, 7]
    assert shapes[0][2:] == shapes[1][2:]


def test_e04_there_is_one_bias_per_output_channel():
    assert torch.nn.Conv2d(3, 10, 3).bias.shape == (10,)


def test_e05_k_minus_1_in_all_keeps_the_size():
    for k in (1, 3, 5, 7):
        per_side = (k - 1) // 2
        assert F.conv2d(
            torch.zeros(1, 1, 11, 11), torch.zeros(1, 1, k, k), padding=per_side
        ).shape == (1, 1, 11, 11)


def test_e06_weights_are_out_in_height_width():
    assert torch.nn.Conv2d(2, 3, (4, 5)).weight.shape == (3, 2, 4, 5)


def test_e07_a_window_of_negatives_stays_negative():
    pooled = F.max_pool2d(torch.full((1, 1, 2, 2), -5.0), 2, stride=1, padding=1)
    assert (pooled == -5).all()


def test_e08_mean_pooling_is_linear_and_max_pooling_has_a_gradient_without_ties():
    a, b = torch.randn(2, 1, 1, 4, 4, dtype=torch.float64)
    assert torch.allclose(F.avg_pool2d(2 * a + b, 2), 2 * F.avg_pool2d(a, 2) + F.avg_pool2d(b, 2))
    distinct = torch.randperm(16).reshape(1, 1, 4, 4).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: F.max_pool2d(x, 2), distinct)


def pooled_gradient(pool):
    image = torch.rand(1, 1, 3, 3, requires_grad=True)
    output = pool(image)
    output.backward(torch.ones_like(output))
    return output.numel(), image.grad.sum().item()


def test_e09_the_sum_of_the_gradient_is_conserved_only_where_padding_is_not_counted():
    windows, kept = pooled_gradient(lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))
    assert kept == pytest.approx(windows)
    windows, kept = pooled_gradient(lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=True))
    assert (windows, round(kept, 2)) == (4, 1.78)
    windows, kept = pooled_gradient(lambda x: F.max_pool2d(x, 3, 2, 1))
    assert kept == pytest.approx(windows)


def test_e10_softmax_is_positive_for_finite_scores():
    scores = torch.tensor([-300.0, 0.0, 300.0], dtype=torch.float64)
    assert (scores.softmax(dim=0) > 0).all()


def test_e11_half_the_sum_and_the_mean_are_two_errors():
    difference = np.full(10, 0.1) - np.eye(10)[3]
    assert 0.5 * (difference**2).sum() == pytest.approx(0.45)
    assert (difference**2).mean() == pytest.approx(0.09)


def test_f12_a_hopfield_network_recalls_with_one_layer_of_symmetric_weights():
    pattern = np.array([1, -1, 1, 1, -1, -1, 1, -1])
    weights = np.outer(pattern, pattern) - np.eye(8)
    assert (np.diag(weights) == 0).all()
    assert (weights == weights.T).all()
    damaged = pattern.copy()
    damaged[[0, 5]] *= -1
    assert np.array_equal(np.sign(weights @ damaged), pattern)


def test_e15_ten_filters_of_3_by_3_over_rgb_have_280_parameters():
    layer = torch.nn.Conv2d(3, 10, 3)
    assert sum(p.numel() for p in layer.parameters()) == 280


def test_e16_the_output_of_quiz_3_has_four_channels():
    layer = torch.nn.Conv2d(3, 4, kernel_size=3, padding=2)
    assert layer(torch.zeros(1, 3, 100, 100)).shape == (1, 4, 102, 102)


def test_e18_two_small_kernels_see_as_much_as_a_large_one_with_fewer_weights():
    image = torch.zeros(1, 1, 9, 9, requires_grad=True)
    small = torch.ones(1, 1, 3, 3)
    F.conv2d(F.conv2d(image, small), small)[0, 0, 2, 2].backward()
    assert int((image.grad != 0).sum()) == 25
    assert 2 * small.numel() == 18


def test_e20_many_neurons_of_a_map_share_one_kernel():
    layer = torch.nn.Conv2d(1, 1, 3, bias=False)
    assert layer(torch.zeros(1, 1, 8, 8)).numel() == 36
    assert sum(p.numel() for p in layer.parameters()) == 9


def test_e21_c5_gives_a_map_on_a_larger_image():
    c5 = torch.nn.Conv2d(16, 120, 5)
    assert c5(torch.zeros(1, 16, 5, 5)).shape == (1, 120, 1, 1)
    assert c5(torch.zeros(1, 16, 7, 6)).shape == (1, 120, 3, 2)


def test_f22_copying_the_gradient_makes_it_n_times_too_large():
    windows, kept = pooled_gradient(lambda x: F.avg_pool2d(x, 3))
    copied = F.interpolate(torch.ones(1, 1, 1, 1), scale_factor=3).sum().item()
    assert (windows, kept) == (1, pytest.approx(1))
    assert copied == 9 * windows


def test_e23_ten_to_the_twelfth_is_for_grey_images_without_biases():
    grey, units = 1000 * 1000, 10**6
    assert grey * units == 10**12
    assert 3 * grey * units + units != 10**12


def test_e24_a_unit_is_affine_before_its_non_linearity():
    layer = torch.nn.Conv2d(1, 1, 3).double()
    a, b = torch.randn(2, 1, 1, 3, 3, dtype=torch.float64)
    zero = layer(torch.zeros_like(a))
    assert zero.item() == pytest.approx(layer.bias.item())
    assert not torch.allclose(layer(a + b), layer(a) + layer(b))
    assert torch.allclose(layer(a + b) - zero, layer(a) + layer(b) - 2 * zero)


def test_e25_a_pixel_chosen_by_two_windows_gets_both_gradients():
    image = torch.zeros(1, 1, 3, 5)
    image[0, 0, 1, 2] = 9
    image.requires_grad_()
    F.max_pool2d(image, 3, stride=2).backward(torch.tensor([[[[5.0, 7.0]]]]))
    assert image.grad[0, 0, 1, 2].item() == 12
