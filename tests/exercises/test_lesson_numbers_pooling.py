"""Test the numbers of the lessons ex12 to ex16, in both languages, with the references.

Sums that a lesson writes out are in test_lessons, the first examples in the tests of each exercise.
"""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex10_parameter_counts import (
    linear_parameters,
)
from learncnn_solutions.ex12_pooling import avg_pool2d, max_pool2d
from learncnn_solutions.ex13_max_pool_indices import max_pool2d_with_indices
from learncnn_solutions.ex14_avg_pool_backward import avg_pool2d_backward
from learncnn_solutions.ex15_max_pool_backward import max_pool2d_backward
from learncnn_solutions.ex16_global_avg_pool import (
    gap_head_parameters,
    global_avg_pool2d,
    global_avg_pool2d_backward,
)

from .lesson_words import rows, says


def test_ex12_a_move_within_and_across_a_window():
    for row in ([0, 9, 0, 0], [9, 0, 0, 0], [0, 0, 9, 0]):
        result = max_pool2d(np.array(row).reshape(1, 1, 1, 4), (1, 2))[0, 0]
        says("ex12", f"{rows(row)} → {rows(result)}")
    assert max_pool2d(np.ones((1, 1, 20, 20)), 10).shape == (1, 1, 2, 2)
    says("ex12", 64 * 224 * 224)


def test_ex12_padding():
    image = np.array([[-3.0, -1], [-4, -2]]).reshape(1, 1, 2, 2)
    assert np.array_equal(max_pool2d(image, 2, 2, 1), image)
    assert np.array_equal(avg_pool2d(image, 2, 2, 1, count_include_pad=False), image)
    for row in avg_pool2d(image, 2, 2, 1)[0, 0]:
        says("ex12", rows(row))
    strong = np.array([[0.0, 8], [0, 0]]).reshape(1, 1, 2, 2)
    assert (max_pool2d(strong, 2).item(), avg_pool2d(strong, 2).item()) == (8, 2)


def test_ex13_the_indices_and_three_other_ways_of_counting():
    image = np.array([[4.0, 9, 9], [9, 1, 2]])
    output, indices = max_pool2d_with_indices(image[None, None], 2, 1, (0, 1))
    says("ex13", rows(output[0, 0, 0]), rows(indices[0, 0, 0]))
    padded = np.pad(image, ((0, 0), (1, 1)), constant_values=-np.inf)
    windows = [padded[:, j : j + 2].flatten() for j in range(4)]
    inside = [int(w.argmax()) for w in windows]
    says("ex13", rows(inside), rows([(a // 2) * 5 + j + a % 2 for j, a in enumerate(inside)]))
    last = [3 - int(w[::-1].argmax()) for w in windows]
    says("ex13", rows([(a // 2) * 3 + j - 1 + a % 2 for j, a in enumerate(last)]))
    assert np.float32(16777217) == 16777216
    assert (divmod(37, 8), divmod(37, 5), divmod(7, 5)) == ((4, 5), (7, 2), (1, 2))


def test_ex14_shares():
    upstream = np.array([[9.0, 18], [27, 36]])[None, None]
    gradient = avg_pool2d_backward(upstream, (1, 1, 3, 3), 3, 2, 1)[0, 0]
    assert gradient.tolist() == [[1, 3, 2], [4, 10, 6], [3, 7, 4]]
    assert (upstream.sum(), gradient.sum()) == (90, 40)
    ones = avg_pool2d_backward(np.ones((1, 1, 2, 2)), (1, 1, 3, 3), 3, 2, 1)
    assert np.isclose(ones.sum(), 16 / 9)
    row = avg_pool2d_backward(np.array([[[[3.0, 6, 9]]]]), (1, 1, 1, 5), (1, 3), 1)
    says("ex14", rows(row[0, 0]))
    rest = avg_pool2d_backward(np.array([[[[10.0, 20]]]]), (1, 1, 1, 5), (1, 2), 2)
    says("ex14", rows(rest[0, 0]))
    before, after = np.array([2.0, 4, 6, 8]), np.array([3.0, 4, 6, 8])
    assert (8 * (after.mean() - before.mean()), 4 * 8) == (2, 32)


@pytest.mark.parametrize(("row", "upstream"), [([1, 5, 2, 3], [2, 3, 4]), ([2, 2, 1], [5, 7])])
def test_ex15_winners(row, upstream):
    image = np.array(row, float).reshape(1, 1, 1, -1)
    given = np.array(upstream, float).reshape(1, 1, 1, -1)
    _, indices = max_pool2d_with_indices(image, (1, 2), 1)
    gradient = max_pool2d_backward(given, indices, image.shape)
    says("ex15", rows(gradient[0, 0]))
    assert gradient.sum() == given.sum()
    assigned = np.zeros(len(row))
    assigned[indices.flatten()] = given.flatten()
    says("ex15", rows(assigned))


def test_ex15_what_a_comparison_makes_of_a_tie():
    row, copied, split = np.array([2, 2, 1]), np.zeros(3), np.zeros(3)
    for j, g in enumerate((5, 7)):
        winners = row[j : j + 2] == row[j : j + 2].max()
        copied[j : j + 2] += g * winners
        split[j : j + 2] += g * winners / winners.sum()
    says("ex15", rows(copied), rows(split), f"{copied.sum():g}")


def test_ex16_means_gradients_and_heads():
    maps = np.array([[1.0, 3, 5, 7], [0, 0, 0, 8]]).reshape(1, 2, 2, 2)
    assert global_avg_pool2d(maps).tolist() == [[4, 2]]
    gradient = global_avg_pool2d_backward(np.array([[8.0, 4]]), (1, 2, 2, 2))
    assert gradient.reshape(2, 4).tolist() == [[2] * 4, [1] * 4]
    says("ex16", gap_head_parameters((512, 7, 7), 4096), linear_parameters((512, 7, 7), 4096))
    assert sum([0, 0.1, 0.1, 0.75, 0, 0, 0, 0, 0, 0.05]) == pytest.approx(1)
    two = np.array([[8.0, 0, 0, 0], [2, 2, 2, 2]]).reshape(1, 2, 2, 2)
    assert global_avg_pool2d(two).tolist() == [[2, 2]]


def test_ex16_a_weight_collects_the_gradient_of_all_places():
    image = torch.ones(1, 1, 8, 8)
    weight = torch.ones(1, 1, 1, 1, requires_grad=True)
    F.conv2d(image, weight).mean().backward()
    assert weight.grad.item() == pytest.approx(1)
