"""ex05: the references against torch's convolution and argmax, and other correct solutions."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from learncnn_solutions.ex05_feature_detector import activation_map, best_match

NUMPY_LOOPS = """
import numpy as np

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

def activation_map(image, filters):
    return np.stack([corr2d(image, K) for K in filters])

def best_match(map):
    best, where = map[0, 0], (0, 0)
    for i in range(map.shape[0]):
        for j in range(map.shape[1]):
            if map[i, j] > best:
                best, where = map[i, j], (i, j)
    return where
"""

NUMPY_WINDOWS = """
import numpy as np

def activation_map(image, filters):
    windows = np.lib.stride_tricks.sliding_window_view(image, filters.shape[1:])
    return np.einsum("ijab,fab->fij", windows, filters)

def best_match(map):
    return np.unravel_index(map.argmax(), map.shape)
"""

NUMPY_MATMUL = """
import numpy as np

def activation_map(image, filters):
    count, kh, kw = filters.shape
    height, width = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    if height < 1 or width < 1:
        raise ValueError("filters larger than the image")
    columns = [image[a:a + height, b:b + width].ravel() for a in range(kh) for b in range(kw)]
    return (filters.reshape(count, -1) @ np.array(columns)).reshape(count, height, width)

def best_match(map):
    return tuple(np.argwhere(map == map.max())[0])
"""

NUMPY_UGLY = """
import numpy

class Detector:
    maps = None

    def __init__(self, filters):
        self.filters = [numpy.asfortranarray(K) for K in filters]

    def look(self, picture):
        h, w = self.filters[0].shape
        answer = []
        for number, K in enumerate(self.filters):
            rows = []
            for top in range(0, len(picture) - h + 1):
                row = []
                for left in range(0, len(picture[0]) - w + 1):
                    total = 0
                    for (a, b), weight in numpy.ndenumerate(K):
                        total += int(weight) * int(picture[top + a, left + b]) if (
                            picture.dtype.kind in "iu") else weight * picture[top + a, left + b]
                    row.append(total)
                rows.append(row)
            print("map", number, "has", len(rows), "rows")
            answer.append(rows)
        maps = numpy.array(answer, order="F")
        if maps.ndim != 3 or not maps.size:
            raise ValueError("nothing to see")
        return maps

def activation_map(image, filters):
    return Detector(filters).look(image)

def best_match(map):
    cells = [(-value, i, j) for (i, j), value in numpy.ndenumerate(map)]
    cells.sort()
    print(cells[:3])
    return list(cells[0][1:])
"""

TORCH_LOOPS = (
    NUMPY_LOOPS.replace("import numpy as np", "import torch")
    .replace("np.", "torch.")
    .replace("range(map.shape[0])", "range(len(map))")
)

TORCH_WINDOWS = """
import torch

def activation_map(image, filters):
    kh, kw = filters.shape[1:]
    windows = image.unfold(0, kh, 1).unfold(1, kw, 1)
    return torch.einsum("ijab,fab->fij", windows, filters)

def best_match(map):
    return torch.unravel_index(map.argmax(), map.shape)
"""

TORCH_SHIFTS = """
import torch

def activation_map(image, filters):
    count, kh, kw = filters.shape
    height, width = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    if height < 1 or width < 1:
        raise ValueError("filters larger than the image")
    maps = 0
    for a in range(kh):
        for b in range(kw):
            maps = maps + filters[:, a, b, None, None] * image[a:a + height, b:b + width]
    return maps

def best_match(map):
    position = int(torch.argmax(map))
    return divmod(position, map.shape[1])
"""

TORCH_UGLY = """
import torch

class Detector(torch.nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.filters = filters

    def forward(self, picture):
        h, w = self.filters.shape[-2:]
        if picture.shape[0] < h or picture.shape[1] < w:
            raise ValueError(f"{h}x{w}")
        print("looking at", tuple(picture.shape))
        out = picture.new_zeros(
            picture.shape[1] - w + 1, picture.shape[0] - h + 1, len(self.filters)
        )
        for j in range(out.shape[0]):
            for i in range(out.shape[1]):
                out[j, i] = (self.filters * picture[i:i + h, j:j + w]).sum(dim=(1, 2))
        return out.permute(2, 1, 0)

def activation_map(image, filters):
    return Detector(filters)(image)

def best_match(map):
    highest = map.max()
    for i, row in enumerate(map.tolist()):
        if highest.item() in row:
            return [i, row.index(highest.item())]
"""

CORRECT = {
    "numpy": {
        "d2l": NUMPY_LOOPS,
        "sliding_window_view": NUMPY_WINDOWS,
        "matmul": NUMPY_MATMUL,
        "class": NUMPY_UGLY,
    },
    "torch": {
        "d2l": TORCH_LOOPS,
        "unfold": TORCH_WINDOWS,
        "shifts": TORCH_SHIFTS,
        "module": TORCH_UGLY,
    },
}

CURVE, PATCH = np.zeros((7, 7)), np.zeros((7, 7))
CURVE[(0, 1, 2, 3, 4, 5), (5, 4, 3, 3, 3, 3)] = 30
PATCH[0, 6] = 30
PATCH[1, 4:] = 50
PATCH[2, 3:5] = 20, 50
PATCH[3:, 3:5] = 50


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_maps_equal_conv2d_on_random_shapes(dtype):
    rng = np.random.default_rng(5)
    for _ in range(50):
        count, kh, kw = (int(v) for v in rng.integers(1, 5, 3))
        H, W = kh + int(rng.integers(0, 7)), kw + int(rng.integers(0, 7))
        image = rng.normal(size=(H, W)).astype(dtype)
        filters = rng.normal(size=(count, kh, kw)).astype(dtype)
        tensors = torch.tensor(image), torch.tensor(filters)
        expected = F.conv2d(tensors[0][None, None], tensors[1][:, None])[0]
        for arrays in ((image, filters), tensors):
            result = np.asarray(activation_map(*arrays))
            assert result.dtype == dtype
            np.testing.assert_allclose(result, expected.numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("convert", [np.asarray, torch.tensor])
def test_the_best_match_equals_argmax_on_random_maps_with_ties(convert):
    rng = np.random.default_rng(6)
    for _ in range(50):
        map = rng.integers(-3, 3, size=rng.integers(1, 6, size=2)).astype("float32")
        place = best_match(convert(map))
        assert place == np.unravel_index(map.argmax(), map.shape)
        assert [type(index) for index in place] == [int, int]


def test_the_curve_answers_6600_and_its_images_less():
    def response(filter):
        return activation_map(PATCH, filter[None]).tolist()

    assert response(CURVE) == [[[6600]]]
    assert response(CURVE[::-1, ::-1]) == [[[3600]]]
    assert response(CURVE[:, ::-1]) == response(CURVE[::-1]) == [[[5100]]]
    assert response(CURVE.T) == [[[3000]]]


def test_the_second_piece_of_the_lesson_answers_4200():
    piece = np.zeros((7, 7))
    for row, (first, last) in enumerate([(0, 1), (0, 2), (0, 3), (1, 4), (2, 5), (3, 7)], 1):
        piece[row, first:last] = 70
    assert activation_map(piece, CURVE[None]).tolist() == [[[4200]]]


def test_the_two_filters_of_the_lesson():
    filters = np.array([[[0, 1], [2, 3]], [[1, 0], [0, -1.0]]])
    maps = activation_map(np.arange(9.0).reshape(3, 3), filters)
    assert maps.tolist() == [[[19, 25], [37, 43]], [[-4, -4], [-4, -4]]]
    assert best_match(np.array([[2, 9, 0], [9, 4, 1]])) == (0, 1)


def test_the_curve_is_found_where_it_was_put():
    scene = np.random.default_rng(0).integers(0, 9, (12, 15)).astype(float)
    scene[4:11, 6:13] += CURVE
    assert best_match(activation_map(scene, CURVE[None])[0]) == (4, 6)


def test_more_filters_make_the_result_deeper_and_not_larger():
    """E03."""
    image = np.ones((6, 8))
    sizes = [activation_map(image, np.ones((count, 3, 2))).shape for count in (1, 2, 9)]
    assert sizes == [(1, 4, 7), (2, 4, 7), (9, 4, 7)]


def test_a_plain_area_leaves_a_filter_of_sum_0_unmoved():
    edge = np.array([[[1, -1], [2, -2.0]]])
    assert not activation_map(np.full((4, 5), 200.0), edge).any()


def test_a_grey_image_does_not_wrap_around():
    image, filters = np.full((1, 2), 200, "uint8"), np.full((2, 1, 2), 2, "uint8")
    assert activation_map(image, filters).tolist() == [[[800]], [[800]]]


def test_filters_larger_than_the_image_are_refused():
    with pytest.raises(ValueError, match="larger"):
        activation_map(np.ones((3, 3)), np.ones((2, 2, 5)))
