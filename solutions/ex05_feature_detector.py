"""ex05: kernels as feature detectors."""

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, case, edge, example, raises

from .ex01_cross_correlation import corr2d
from .geometry import wide_enough
from .one_side import uses_a_constant, uses_one_side
from .same_size import keeps_size

exercise = Exercise("ex05")


@exercise.function
def activation_map(image, filters):
    """Return how well filters[F, kh, kw] match at each place: [F, H - kh + 1, W - kw + 1]."""
    xp = array_namespace(image)
    return xp.stack([corr2d(image, filters[f, ...]) for f in range(filters.shape[0])])


@exercise.function
def best_match(map):
    """Return (row, column) of the maximum of map[H, W]; of several, the first in reading order."""
    xp = array_namespace(map)
    rows, columns = xp.nonzero(map == xp.max(map))
    return int(rows[0]), int(columns[0])


@exercise.oracle(activation_map)
def _(image, filters):
    from torch.nn import functional as F

    return F.conv2d(image.double()[None, None], filters.double()[:, None])[0].to(image.dtype)


@exercise.oracle(best_match)
def _(map):
    import torch

    row, column = torch.unravel_index(map.argmax(), map.shape)
    return int(row), int(column)


@exercise.cases(activation_map)
def _(draw):
    corners = draw.array([[[0, 1], [2, 3]], [[1, 0], [0, -1]]])
    yield example(image=draw.arange(3, 3), filters=corners)
    yield example(image=_patch(draw), filters=_curve(draw))
    yield case("one row, one filter", image=draw.distinct((1, 4)), filters=draw.kernel((1, 1, 3)))
    yield case("two filters", image=draw.distinct((2, 3)), filters=draw.kernel((2, 2, 2)))
    yield case("three wide filters", image=draw.integers((4, 5)), filters=draw.kernel((3, 1, 3)))
    yield case("two high filters", image=draw.integers((5, 4)), filters=draw.kernel((2, 3, 2)))
    yield case(
        "four filters on a wide image",
        image=draw.integers((4, 7)),
        filters=draw.kernel((4, 3, 2)),
    )
    yield case("fractions", image=draw.reals((5, 6)), filters=draw.reals((3, 2, 4)))
    yield case("a larger image", image=draw.reals((9, 11)), filters=draw.reals((5, 4, 3)))
    yield case("the curve in a larger image", image=_scene(draw), filters=_curve(draw))
    yield edge(
        "negative responses",
        image=draw.integers((3, 4), 1, 9),
        filters=-draw.distinct((2, 2, 3)),
    )
    yield edge(
        "filters as large as the image",
        image=draw.integers((2, 3)),
        filters=draw.kernel((3, 2, 3)),
    )
    yield edge("1×1 filters", image=draw.distinct((2, 3)), filters=draw.array([[[2]], [[-1]]]))
    yield edge(
        "grey image", image=draw.image((4, 5)), filters=draw.kernel((2, 2, 3), dtype="int64")
    )
    yield edge(
        "not contiguous in memory",
        image=draw.strided(draw.integers((4, 5))),
        filters=draw.strided(draw.kernel((2, 3, 2))),
    )
    yield raises(
        ValueError,
        "filters higher than the image",
        image=draw.arange(2, 5),
        filters=draw.arange(3, 4, 2),
    )
    yield raises(
        ValueError,
        "filters wider than the image",
        image=draw.arange(5, 2),
        filters=draw.arange(2, 2, 4),
    )


@exercise.cases(best_match)
def _(draw):
    row, column = draw.whole(0, 4), draw.whole(1, 6)
    yield example(map=draw.array([[0, 3, 1], [7, 2, 5]]))
    yield example(map=draw.array([[2, 9], [9, 4]]))
    yield case("one row", map=_peak(draw, 1, 9))
    yield case("one column", map=_peak(draw, 9, 1))
    yield case("more columns than rows", map=_peak(draw, 2, 7))
    yield case("more rows than columns", map=_peak(draw, 6, 3))
    rows, columns = draw.whole(3, 6), draw.whole(2, 7)
    yield case("in the last corner", map=_peak(draw, rows, columns, (rows - 1, columns - 1)))
    yield case("a deep valley beside the peak", map=_valley(draw))
    yield case("a larger map", map=_peak(draw, 13, 9))
    yield edge("two equal maxima in one row", map=_tied(draw, (row, column), (row, 7)))
    yield edge("two equal maxima in one column", map=_tied(draw, (row, column), (5, column)))
    yield edge(
        "two equal maxima, the first one further right",
        map=_tied(draw, (row, column), (5, draw.whole(0, column - 1))),
    )
    yield edge("all equal", map=draw.array([[3, 3, 3], [3, 3, 3]]))
    yield edge("all zero", map=draw.array([[0, 0], [0, 0], [0, 0]]))
    yield edge("negative responses", map=_peak(draw, 3, 5) - 100)
    below = _peak(draw, 5, 3)
    yield edge("the peak is 0", map=below - below.max())
    yield edge("one element", map=draw.array([[-2]]))
    yield edge("whole numbers", map=_peak(draw, 3, 6).astype("int64"))
    yield edge("not contiguous in memory", map=draw.strided(_peak(draw, 4, 5)))


def _curve(draw):
    """Return a 7×7 filter [1, 7, 7] for a curve that bends downwards."""
    filters = draw.integers((1, 7, 7), 0, 0)
    for row, column in enumerate((5, 4, 3, 3, 3, 3)):
        filters[0, row, column] = 30
    return filters


def _patch(draw):
    """Return a 7×7 part of an image that shows such a curve."""
    image = draw.integers((7, 7), 0, 0)
    image[0, 6] = 30
    image[1, 4:] = 50
    image[2, 3:5] = 20, 50
    image[3:, 3:5] = 50
    return image


def _scene(draw):
    """Return a 10×12 image with the curve in it, and some noise."""
    image = draw.integers((10, 12), 0, 9)
    image[2:9, 4:11] += _patch(draw)
    return image


def _peak(draw, height, width, place=None):
    """Return distinct numbers with the largest at `place`, by default anywhere but first."""
    map = draw.distinct((height, width))
    place = place or divmod(draw.whole(1, height * width - 1), width)
    map[place] = map.max() + draw.whole(1, 9)
    return map


def _valley(draw):
    row, column = draw.whole(0, 2), draw.whole(1, 4)
    map = _peak(draw, 3, 5, (row, column))
    map[row, column - 1] = -70
    return map


def _tied(draw, first, second):
    """Return a map whose largest number occurs at two places."""
    map = _peak(draw, 6, 8, first)
    map[second] = map[first]
    return map


def _turned(turn):
    """Return a mutant that replaces the filters by `turn(xp, filters)`."""

    def mutant(activation_map, image, filters):
        return activation_map(image, turn(array_namespace(filters), filters))

    return mutant


for _code, _turn in (
    ("FLIP", lambda xp, filters: xp.flip(filters, axis=(1, 2))),
    ("FLIP", lambda xp, filters: xp.flip(filters)),  # also reverses the order of the filters
    ("FLIP-ONE-AXIS", lambda xp, filters: xp.flip(filters, axis=1)),
    ("FLIP-ONE-AXIS", lambda xp, filters: xp.flip(filters, axis=2)),
    ("TRANSPOSE-K", lambda xp, filters: xp.permute_dims(filters, (0, 2, 1))),
):
    exercise.misconception(_code, activation_map)(_turned(_turn))


@exercise.misconception("TRANSPOSE-K", activation_map)
def _(activation_map, image, filters):
    """Read K[b, a] instead of K[a, b], which is out of range unless the filters are square."""
    if filters.shape[1] != filters.shape[2]:
        raise IndexError("out of range")
    return activation_map(image, array_namespace(filters).permute_dims(filters, (0, 2, 1)))


@exercise.misconception("TRANSPOSE-K", activation_map)
def _(activation_map, image, filters):
    """Transpose the filters without a check: if a side of the result is 0, the maps are empty."""
    xp = array_namespace(image)
    height, width = image.shape[0] - filters.shape[2] + 1, image.shape[1] - filters.shape[1] + 1
    if min(height, width) == 0:
        shape = (filters.shape[0], height, width)
        return xp.zeros(shape, dtype=wide_enough(image).dtype, device=device(image))
    return activation_map(image, xp.permute_dims(filters, (0, 2, 1)))


@exercise.misconception("TRANSPOSE-K", activation_map)
def _(activation_map, image, filters):
    """Multiply window * K.T, whose shapes match only if filters are square or a single line.

    A row and a column are broadcast: every element is multiplied by every other.
    """
    xp = array_namespace(image)
    if 1 in filters.shape[1:]:
        total = xp.sum(filters, axis=(1, 2), keepdims=True, dtype=filters.dtype)
        return activation_map(image, xp.zeros_like(filters) + total)
    if filters.shape[1] != filters.shape[2]:
        raise ValueError("shapes do not match")
    return activation_map(image, xp.permute_dims(filters, (0, 2, 1)))


@exercise.misconception("FIRST-ONLY", activation_map)
def _(activation_map, image, filters):
    return activation_map(image, filters[:1, ...])


@exercise.misconception("FIRST-ONLY", activation_map)
def _(activation_map, image, filters):
    """Return a single map, because the loop over the filters returns in its first round."""
    return activation_map(image, filters[:1, ...])[0, ...]


@exercise.misconception("FIRST-ONLY", activation_map)
def _(activation_map, image, filters):
    """Allocate room for all maps, but compute only the first."""
    first = activation_map(image, filters)
    first[1:, ...] = 0
    return first


@exercise.misconception("FIRST-ONLY", activation_map)
def _(activation_map, image, filters):
    """Compute every map with filters[0]."""
    xp = array_namespace(image)
    maps = activation_map(image, filters)
    return xp.zeros_like(maps) + maps[:1, ...]


@exercise.misconception("FILTERS-SUMMED", activation_map)
def _(activation_map, image, filters):
    """Add up the results of all filters in one map."""
    xp = array_namespace(image)
    maps = activation_map(image, filters)
    return xp.sum(maps, axis=0, dtype=maps.dtype)


@exercise.misconception("FILTERS-SUMMED", activation_map)
def _(activation_map, image, filters):
    """Add up the results of all filters in one map, and keep the axis of the filters."""
    xp = array_namespace(image)
    maps = activation_map(image, filters)
    return xp.sum(maps, axis=0, dtype=maps.dtype, keepdims=True)


@exercise.misconception("FILTERS-SUMMED", activation_map)
def _(activation_map, image, filters):
    """Forget to reset the sum to 0, so that each map includes those before it."""
    xp = array_namespace(image)
    return xp.cumulative_sum(activation_map(image, filters), axis=0)


@exercise.misconception("MAPS-LAST", activation_map)
def _(activation_map, image, filters):
    return array_namespace(image).moveaxis(activation_map(image, filters), 0, -1)


@exercise.misconception("RELU-ADDED", activation_map)
def _(activation_map, image, filters):
    xp = array_namespace(image)
    maps = activation_map(image, filters)
    return xp.maximum(maps, xp.zeros_like(maps))


@exercise.misconception("INT-OUT", activation_map)
def _(activation_map, image, filters):
    """Store the sums in an array of ints."""
    xp = array_namespace(image)
    return xp.astype(activation_map(image, filters), xp.int64)


@exercise.misconception("SHAPE-OFF1", activation_map)
def _(activation_map, image, filters):
    """Count n − k windows."""
    return activation_map(image[:-1, :-1], filters)


uses_one_side(exercise, activation_map, "SQUARE-K", ("SAME-SIZE", "FLIP", "MAPS-LAST"))
uses_a_constant(exercise, activation_map, ("SAME-SIZE", "MAPS-LAST"))
keeps_size(
    exercise, activation_map, ("FLIP", "INT-OUT"), ("INT-OUT",), ("SQUARE-K", "KERNEL-CONSTANT")
)


@exercise.misconception("ABS", activation_map)
def _(activation_map, image, filters):
    return array_namespace(image).abs(activation_map(image, filters))


@exercise.misconception("ABS", best_match)
def _(best_match, map):
    return best_match(array_namespace(map).abs(map))


@exercise.misconception("ARGMAX-FLAT", best_match)
def _(best_match, map):
    row, column = best_match(map)
    return row * map.shape[1] + column


@exercise.misconception("VALUE-RETURNED", best_match, alone=True)
def _(best_match, map):
    """Return (row, column, maximum)."""
    row, column = best_match(map)
    return row, column, map[row, column]


@exercise.misconception("VALUE-RETURNED", best_match, alone=True)
def _(best_match, map):
    """Return the maximum and its place."""
    row, column = best_match(map)
    return map[row, column], (row, column)


@exercise.misconception("VALUE-RETURNED", best_match, alone=True)
def _(best_match, map):
    """Return the maximum alone."""
    row, column = best_match(map)
    return map[row, column]


@exercise.misconception("ROW-FRACTION", best_match, alone=True)
def _(best_match, map):
    """Divide the position by the length of a row with `/`."""
    row, column = best_match(map)
    return row + column / map.shape[1], column


@exercise.misconception("ROW-LENGTH", best_match)
def _(best_match, map):
    """Divide the position in reading order by the number of rows."""
    height, width = map.shape
    row, column = best_match(map)
    return divmod(row * width + column, height)


@exercise.misconception("ROW-LENGTH", best_match, alone=True)
def _(best_match, map):
    """Do so for the row only."""
    height, width = map.shape
    row, column = best_match(map)
    return (row * width + column) // height, column


@exercise.misconception("ROW-LENGTH", best_match, alone=True)
def _(best_match, map):
    """Do so for the column only."""
    height, width = map.shape
    row, column = best_match(map)
    return row, (row * width + column) % height


@exercise.misconception("AXES-APART", best_match, alone=True)
def _(best_match, map):
    """Return the first row and the first column that have the maximum."""
    return best_match(map)[0], best_match(map.T)[0]


@exercise.misconception("RC-SWAP", best_match)
def _(best_match, map):
    row, column = best_match(map)
    return column, row


@exercise.misconception("NO-TIE-RULE", best_match)
def _(best_match, map):
    """Return the last maximum in reading order: `>=` instead of `>`."""
    row, column = best_match(array_namespace(map).flip(map))
    return map.shape[0] - 1 - row, map.shape[1] - 1 - column


@exercise.misconception("NO-TIE-RULE", best_match)
def _(best_match, map):
    """Return the first maximum column by column."""
    column, row = best_match(map.T)
    return row, column


@exercise.misconception("NO-TIE-RULE", best_match)
def _(best_match, map):
    """Return the last maximum column by column."""
    column, row = best_match(array_namespace(map).flip(map.T))
    return map.shape[0] - 1 - row, map.shape[1] - 1 - column


@exercise.misconception("MAX-INIT-0", best_match)
def _(best_match, map):
    """Start the search with a maximum of 0 at (0, 0)."""
    return best_match(map) if array_namespace(map).max(map) > 0 else (0, 0)


@exercise.misconception("COUNT-FROM-1", best_match)
def _(best_match, map):
    """Count rows and columns from 1."""
    row, column = best_match(map)
    return row + 1, column + 1


@exercise.misconception("MAX-INIT-0", best_match, alone=True)
def _(best_match, map):
    """Start the search with a maximum of 0 at (−1, −1)."""
    return best_match(map) if array_namespace(map).max(map) > 0 else (-1, -1)


@exercise.misconception("MAX-INIT-0", best_match)
def _(best_match, map):
    """Start the search with a maximum of 0 and no position, so that None may be returned."""
    return best_match(map) if array_namespace(map).max(map) > 0 else None
