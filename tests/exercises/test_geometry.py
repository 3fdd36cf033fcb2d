"""What the references of sliding windows share."""

import itertools

import numpy as np
import pytest

from learncnn_solutions.geometry import pad, pad_apart


@pytest.mark.parametrize("padding", [0, (1, 2), (3, 1), (4, 5)])
@pytest.mark.parametrize("stride", [1, (2, 3), (3, 2), (5, 7)])
def test_planes_are_the_padded_image_a_stride_apart(padding, stride):
    rows, columns = stride if isinstance(stride, tuple) else (stride, stride)
    for height, width in itertools.product((1, 2, 5, 8), (1, 3, 7)):
        X = np.arange(1, height * width + 1).reshape(1, height, width)
        whole, planes = pad(X, padding), pad_apart(X, padding, stride)
        for i, j in itertools.product(range(rows), range(columns)):
            np.testing.assert_array_equal(planes[i][j], whole[..., i::rows, j::columns])
