"""ex03: the formulas against torch's layers and counting, and other correct solutions."""

from itertools import product

import pytest
import torch
from torch import nn

from learncnn_solutions.ex03_output_shape import (
    output_shape,
    output_size,
    output_size_total,
    same_padding,
)

COUNTING = """
def windows(cells, k, stride):
    count, start = 0, 0
    while start + k <= cells:
        count += 1
        start += stride
    if count == 0:
        raise ValueError("no window fits")
    return count

def output_size(n, k, padding=0, stride=1):
    return windows(padding + n + padding, k, stride)

def output_size_total(n, k, total_padding=0, stride=1):
    return windows(n + total_padding, k, stride)

def both(value):
    if isinstance(value, int):
        return value, value
    return value

def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    c, h, w = input_shape
    k, p, s = both(kernel_size), both(padding), both(stride)
    return (out_channels, windows(h + 2 * p[0], k[0], s[0]), windows(w + 2 * p[1], k[1], s[1]))

def same_padding(k):
    for padding in range(k):
        if windows(k + 2 * padding, k, 1) == k:
            return padding
    raise ValueError("even")
"""

NUMPY_ARRAYS = """
import numpy as np

def output_size_total(n, k, total_padding=0, stride=1):
    if k > n + total_padding:
        raise ValueError(k)
    return int(np.floor((n - k + total_padding + stride) / stride))

def output_size(n, k, padding=0, stride=1):
    return output_size_total(n, k, padding * 2, stride)

def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    print("shape", input_shape)
    n = np.array(input_shape[1:])
    k, p, s = (np.broadcast_to(v, 2) for v in (kernel_size, padding, stride))
    room = n - k + 2 * p
    if (room < 0).any():
        raise ValueError("kernel")
    return [out_channels, *(room // s + 1)]

def same_padding(k):
    if not k & 1:
        raise ValueError
    return np.int64(k >> 1)
"""

TORCH_LAYER = """
import math
import torch

class Axis:
    def __init__(self, n, k, before, after, stride):
        if n + before + after < k:
            raise ValueError("kernel")
        self.size = math.floor((n - k + before + after) / stride) + 1

def output_size(n, k, padding=0, stride=1):
    return Axis(n, k, padding, padding, stride).size

def output_size_total(n, k, total_padding=0, stride=1):
    return Axis(n, k, 0, total_padding, stride).size

def output_shape(input_shape, out_channels, kernel_size, padding=0, stride=1):
    print("a layer of torch knows")
    layer = torch.nn.Conv2d(input_shape[0], out_channels, kernel_size, stride, padding)
    return layer(torch.zeros(1, *input_shape)).shape[1:]

def same_padding(k):
    half, rest = divmod(k, 2)
    if rest == 0:
        raise ValueError("even")
    return half
"""

ANSWER = """
q1 = [4, 102, 102]
"""

CORRECT = {
    "numpy": {"counting": COUNTING + ANSWER, "arrays": NUMPY_ARRAYS + ANSWER},
    "torch": {"counting": COUNTING + ANSWER, "layer": TORCH_LAYER + ANSWER},
}

GRID = list(product(range(1, 13), range(1, 8), range(4), range(1, 5)))


def test_sizes_equal_the_number_of_windows_counted_one_by_one():
    for n, k, p, s in GRID:
        starts = range(0, n + 2 * p - k + 1, s)
        if starts:
            assert output_size(n, k, p, s) == output_size_total(n, k, 2 * p, s) == len(starts)
        else:
            with pytest.raises(ValueError, match="does not fit"):
                output_size(n, k, p, s)


def test_an_odd_total_padding_counts_every_cell():
    for n, k, total, s in GRID:
        starts = range(0, n + total - k + 1, s)
        if starts:
            assert output_size_total(n, k, total, s) == len(starts)


def test_shapes_equal_those_of_a_layer_of_torch():
    for kernel, padding, stride in product(((2, 3), 3), ((0, 2), 1), ((2, 1), 3)):
        layer = nn.Conv2d(3, 5, kernel, stride, padding)
        expected = tuple(layer(torch.zeros(1, 3, 9, 14)).shape[1:])
        assert output_shape((3, 9, 14), 5, kernel, padding, stride) == expected


def test_the_facts_of_the_lesson():
    for n, k, p, s in GRID:
        if n + 2 * p >= k:
            assert output_size(n, k, p, s) == (n - k + 2 * p + s) // s
        assert output_size_total(n, k, k - 1, s) == (n + s - 1) // s
        if n % s == 0:
            assert output_size_total(n, k, k - 1, s) == n // s


def test_same_padding_keeps_the_size():
    for k in range(1, 20, 2):
        assert output_size(30, k, same_padding(k)) == 30


def test_no_padding_per_side_keeps_the_size_with_an_even_window():
    with pytest.raises(ValueError, match="keep the size"):
        same_padding(4)
    assert all(output_size(30, 4, padding) != 30 for padding in range(10))


def test_the_number_of_filters_sets_the_depth_alone():
    """E03, E16: 4 filters on 3×100×100 with padding 2 give 4×102×102."""
    assert output_shape((3, 100, 100), 4, 3, padding=2) == (4, 102, 102)
    assert output_shape((3, 100, 100), 8, 3, padding=2) == (8, 102, 102)


def test_per_side_and_total_padding_differ():
    """E05."""
    assert output_size(100, 3, padding=2) == 102
    assert output_size_total(100, 3, total_padding=2) == 100


def test_sizes_are_ints():
    sizes = (output_size(7, 3, 1, 2), output_size_total(7, 3, 1, 2), same_padding(3))
    assert all(type(size) is int for size in (*sizes, *output_shape((1, 7, 7), 2, 3)))
