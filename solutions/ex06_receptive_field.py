"""ex06: how many inputs one output depends on."""

from learncnn.grader.course.exercise import Exercise, case, edge, example

exercise = Exercise("ex06")


@exercise.function
def receptive_field(layers):
    """Return the number of inputs that one output of layers (kernel, stride, dilation) spans."""
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * jump
        jump *= stride
    return size


@exercise.function
def input_range(layers, i):
    """Return the first and the last input that output i depends on, from the last layer back."""
    first = last = i
    for kernel, stride, dilation in reversed(layers):
        first *= stride
        last = last * stride + (kernel - 1) * dilation
    return first, last


@exercise.question("Q06-2")
def q1():
    return receptive_field([(3, 1, 1), (3, 1, 1)])


LENET = [(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1), (5, 1, 1)]


@exercise.cases(receptive_field)
def _(draw):
    yield example(layers=[(3, 1, 1), (3, 1, 1)])
    yield example(layers=[(3, 2, 1), (3, 1, 1)])
    yield example(layers=[(3, 1, 2), (3, 1, 1)])
    yield case("one layer", layers=[(draw.whole(4, 20), 1, 1)])
    yield case("one layer with a stride", layers=_strided(draw))
    yield case("one dilated layer", layers=[(draw.whole(3, 7), 1, draw.whole(2, 6))])
    yield case("two layers of 2", layers=[(2, 1, 1), (2, 1, 1)])
    yield case("the stride comes last", layers=[_plain(draw), *_strided(draw)])
    yield case("a convolution and a pooling layer", layers=[_plain(draw), _pool(draw)])
    yield case("a pooling layer and a convolution", layers=[_pool(draw), _plain(draw)])
    yield case("overlapping pooling", layers=[_plain(draw), (4, 3, 1), _plain(draw)])
    yield case("two strides", layers=[*_strided(draw), *_strided(draw), _plain(draw)])
    yield case("growing dilation", layers=[(draw.whole(2, 5), 1, d) for d in (1, 2, 4)])
    yield case("dilation after a stride", layers=_dilated(draw))
    yield case("LeNet-5", layers=LENET)
    yield case("a deep network", layers=_deep())
    yield case("three layers by chance", layers=_layers(draw, 3))
    yield case("six layers by chance", layers=_layers(draw, 6))
    yield edge("no layer", layers=[])
    yield edge("1×1 layers", layers=[(1, 1, 1), (1, 1, 1)])
    yield edge("a 1×1 layer with a stride", layers=[(1, draw.whole(2, 5), 1), _plain(draw)])
    yield edge("sixty layers that halve", layers=[(2, 2, 1)] * 60)


@exercise.cases(input_range)
def _(draw):
    yield example(layers=[(3, 1, 1)], i=4)
    yield example(layers=[(2, 2, 1), (3, 1, 1)], i=1)
    yield case("the first output", layers=[(3, 1, 1), (4, 1, 1)], i=0)
    yield case("two layers of 2", layers=[(2, 1, 1), (2, 1, 1)], i=3)
    yield case("one layer with a stride", layers=_strided(draw), i=draw.whole(2, 5))
    yield case("one dilated layer", layers=[(draw.whole(3, 7), 1, draw.whole(2, 6))], i=1)
    yield case("the stride comes last", layers=[_plain(draw), *_strided(draw)], i=2)
    yield case("the stride comes first", layers=[*_strided(draw), _plain(draw)], i=2)
    yield case("two strides", layers=[*_strided(draw), *_strided(draw), _plain(draw)], i=5)
    yield case("dilation after a stride", layers=_dilated(draw), i=draw.whole(3, 6))
    yield case("LeNet-5", layers=LENET, i=draw.whole(1, 30))
    yield case("a deep network", layers=_deep(), i=draw.whole(1, 30))
    yield case("three layers by chance", layers=_layers(draw, 3), i=draw.whole(2, 9))
    yield case("six layers by chance", layers=_layers(draw, 6), i=draw.whole(10, 99))
    yield edge("no layer", layers=[], i=7)
    yield edge("a 1×1 layer with a stride", layers=[(1, 2, 1), (1, 1, 1)], i=3)
    yield edge("a range that begins outside", layers=[(draw.whole(4, 9), 1, 1), (2, 2, 1)], i=-1)
    yield edge("a range wholly outside", layers=[(2, 3, 1), (2, 2, 1)], i=-draw.whole(3, 30))
    yield edge(
        "far to the right", layers=[(2, 2, 1)] * 10 + [(3, 1, 2)], i=10**12 + draw.whole(1, 99)
    )


def _plain(draw):
    return draw.whole(2, 6), 1, 1


def _strided(draw):
    """Return one layer whose windows overlap."""
    stride = draw.whole(2, 4)
    return [(stride + draw.whole(1, 3), stride, 1)]


def _pool(draw):
    size = draw.whole(2, 4)
    return size, size, 1


def _dilated(draw):
    return [(2, 3, 1), (draw.whole(3, 5), 1, draw.whole(2, 5))]


def _layers(draw, count):
    return [(draw.whole(2, 5), draw.whole(1, 3), draw.whole(1, 3)) for _ in range(count)]


def _deep():
    """Return the convolutional and pooling layers of VGG-16, without the fully connected ones."""
    layers = []
    for convolutions in (2, 2, 3, 3, 3):
        layers += [(3, 1, 1)] * convolutions + [(2, 2, 1)]
    return layers


def _once_more(layers):
    """Add (k − 1)·d + 1 elements per layer instead of (k − 1)·d."""
    return [((k - 1) * d + 2, s, 1) for k, s, d in layers]


def _once_more_dilated(layers):
    return [(k * d + 1, s, 1) for k, s, d in layers]


def _no_jump(layers):
    return [(k, 1, d) for k, s, d in layers]


def _own_stride(layers):
    """Multiply each kernel by the jump after its own stride, not before it."""
    kernels = [(1, 1), *((k, d) for k, _, d in layers)]
    strides = [*(s for _, s, _ in layers), 1]
    return [(k, s, d) for (k, d), s in zip(kernels, strides, strict=True)]


def _only_own_stride(layers):
    """Add (k − 1)·d·s for every layer, as if no other layer had a stride."""
    return [((k - 1) * d * s + 1, 1, 1) for k, s, d in layers]


def _is_pooling(layer):
    kernel, stride, _ = layer
    return kernel == stride > 1


def _without_pooling(layers):
    return [layer for layer in layers if not _is_pooling(layer)]


def _pooling_only_steps(layers):
    """Let pooling layers enlarge the jump, but count their own window as one element."""
    return [(1, *layer[1:]) if _is_pooling(layer) else layer for layer in layers]


def _reversed(layers):
    return layers[::-1]


def _undilated(layers):
    return [(k, s, 1) for k, s, _ in layers]


def _whole_dilated(layers):
    """Take a dilated kernel to span k·d elements."""
    return [(k * d, s, 1) for k, s, d in layers]


def _longer(layers):
    """Take a dilated kernel to span k + d − 1 elements."""
    return [(k + d - 1, s, 1) for k, s, d in layers]


def _longer_if_dilated(layers):
    """Take a kernel to span k + d elements if it is dilated."""
    return [(k + d if d > 1 else k, s, 1) for k, s, d in layers]


def _first_kernel(layers):
    return [(layers[0][0], s, d) for _, s, d in layers]


def _no_gaps(layers):
    """Go back with r·s + max(k − s, 0), as if windows were never apart."""
    return [(max((k - 1) * d + 1, s), s, 1) for k, s, d in layers]


for _code, _distort in (
    ("RF-NO-JUMP", _no_jump),
    ("RF-STRIDE-SELF", _own_stride),
    ("RF-STRIDE-SELF", _only_own_stride),
    ("RF-MINUS1", _once_more),
    ("RF-MINUS1", _once_more_dilated),
    ("RF-POOL-IGNORED", _without_pooling),
    ("RF-POOL-IGNORED", _pooling_only_steps),
    ("RF-ORDER", _reversed),
    ("RF-DILATION-IGNORED", _undilated),
    ("RF-DILATED-SIZE", _whole_dilated),
    ("RF-DILATED-SIZE", _longer),
    ("RF-DILATED-SIZE", _longer_if_dilated),
    ("RF-FIRST-KERNEL", _first_kernel),
    ("RF-GAPS-FILLED", _no_gaps),
):

    @exercise.misconception(_code, receptive_field)
    def _(receptive_field, layers, distort=_distort):
        return receptive_field(distort(layers))

    @exercise.misconception(_code, input_range)
    def _(input_range, layers, i, distort=_distort):
        """Return a range with the right start and the wrong size of the receptive field."""
        first, _ = input_range(layers, i)
        start, end = input_range(distort(layers), 0)
        return first, first + end - start


for _code, _distort in (("RF-NO-JUMP", _no_jump), ("RF-POOL-IGNORED", _without_pooling)):

    @exercise.misconception(_code, input_range)
    def _(input_range, layers, i, distort=_distort):
        """Return a range whose start is wrong as well."""
        return input_range(distort(layers), i)


for _change in (_no_jump, lambda layers: _no_jump(_undilated(layers))):

    @exercise.misconception("RF-SUM-K", receptive_field)
    def _(receptive_field, layers, change=_change):
        """Add up the kernel sizes, as if the kernels lay side by side."""
        return receptive_field(change(layers)) + len(layers) - 1

    @exercise.misconception("RF-SUM-K", input_range)
    def _(input_range, layers, i, change=_change):
        first, _ = input_range(layers, i)
        start, end = input_range(change(layers), 0)
        return first, first + end - start + len(layers) - 1


@exercise.misconception("RF-FROM-0", receptive_field)
def _(receptive_field, layers):
    return receptive_field(layers) - 1


@exercise.misconception("RF-FROM-0", input_range)
def _(input_range, layers, i):
    first, last = input_range(layers, i)
    return first, last - 1


@exercise.misconception("FLOAT-OUT", receptive_field, breaks="whole")
def _(receptive_field, layers):
    """Return a float, because `np.prod([])` is 1.0."""
    return float(receptive_field(layers))


@exercise.misconception("FLOAT-OUT", input_range, breaks="whole")
def _(input_range, layers, i):
    first, last = input_range(layers, i)
    return float(first), float(last)


@exercise.misconception("RANGE-EXCLUSIVE", input_range)
def _(input_range, layers, i):
    """Return (first, last + 1), as for a slice."""
    first, last = input_range(layers, i)
    return first, last + 1


@exercise.misconception("RANGE-STEP", input_range)
def _(input_range, layers, i):
    """Start the range of output i at input i."""
    first, last = input_range(layers, i)
    return i, i + last - first


@exercise.misconception("RANGE-STEP", input_range)
def _(input_range, layers, i):
    """Start the range of output i at i times the stride of the last layer alone."""
    first, last = input_range(layers, i)
    begin = i * layers[-1][1] if layers else i
    return begin, begin + last - first


for _lacking in (0, 1):

    @exercise.misconception("RANGE-CENTRED", input_range)
    def _(input_range, layers, i, lacking=_lacking):
        """Centre the range on i·jump, as if padding kept the size.

        A range of even size lies to either side, depending on `lacking`.
        """
        first, last = input_range(layers, i)
        half = (last - first + 1 - lacking) // 2
        return first - half, last - half


@exercise.misconception("RANGE-CENTRED", input_range)
def _(input_range, layers, i):
    """Return i·jump ± size // 2."""
    first, last = input_range(layers, i)
    half = (last - first + 1) // 2
    return first - half, first + half


@exercise.misconception("RANGE-CLIPPED", input_range)
def _(input_range, layers, i):
    first, last = input_range(layers, i)
    return max(first, 0), last


@exercise.misconception("RANGE-CLIPPED", input_range)
def _(input_range, layers, i):
    first, last = input_range(layers, i)
    return max(first, 0), max(last, 0)


@exercise.misconception("RANGE-CLIPPED", input_range)
def _(input_range, layers, i):
    """Clip the start at 0, and keep the full size."""
    first, last = input_range(layers, i)
    return max(first, 0), max(first, 0) + last - first


@exercise.misconception("RF-ORDER", receptive_field, alone=True, beside=("RF-DILATION-IGNORED",))
def _(receptive_field, layers):
    """Multiply each kernel by its own stride and those of the layers after it."""
    return receptive_field(_own_stride(_reversed(layers)))


@exercise.misconception("RF-ORDER", input_range, alone=True, beside=("RF-DILATION-IGNORED",))
def _(input_range, layers, i):
    first, _ = input_range(layers, i)
    start, end = input_range(_own_stride(_reversed(layers)), 0)
    return first, first + end - start


@exercise.misconception(
    *("RF-BACKWARDS", receptive_field),
    alone=True,
    beside=("RF-DILATION-IGNORED", "RF-ORDER"),
)
def _(receptive_field, layers):
    """Go back from the output with r * s + d·(k − 1), which lacks the − s + 1."""
    size = receptive_field([])
    for k, s, d in reversed(layers):
        size = size * s + d * (k - 1)
    return size


@exercise.misconception("RF-DILATION-IGNORED", receptive_field, alone=True)
def _(receptive_field, layers):
    """Start with the first layer's kernel: without layers the answer is 0."""
    return receptive_field(_undilated(layers)) if layers else 0


for _empty in (0, 1):

    @exercise.misconception("RF-NO-JUMP", receptive_field, beside=("RF-DILATION-IGNORED",))
    def _(receptive_field, layers, empty=_empty):
        """Add d·(k − 1) of every layer to the first one's kernel, as if strides were 1."""
        if not layers:
            return empty
        (k, _, _), *rest = layers
        return receptive_field([(k, 1, 1), *_no_jump(rest)])
