"""Test the computations of each kind of figure against the references or by hand."""

import numpy as np
import pytest

from learncnn.grader.errors import FigureError
from learncnn.grader.figures.blocks import FigureBlock, figure_of
from learncnn.grader.figures.panels import CountBars, Matrix, Picture
from learncnn.grader.figures.scenes import scene
from learncnn.grader.figures.text_drawing import figure_lines
from learncnn.grader.terminal.layout import Paint


def figure(kind, **keys):
    lines = [f'kind = "{kind}"', 'caption = "c"', *(f"{k} = {v}" for k, v in keys.items())]
    return figure_of(FigureBlock(1, "\n".join(lines)))


def drawn(kind, **keys):
    found = figure(kind, **keys)
    return "\n".join(figure_lines(found.drawing, found.caption, 80, Paint()))


def matrices(found, role):
    """The numbers of all matrices of a role."""
    return [
        np.array([[float(s.text.replace("−", "-")) for s in row] for row in panel.squares])
        for row in found.drawing.rows
        for panel in row
        if isinstance(panel, Matrix) and panel.role == role
    ]


def test_a_1x1_convolution_mixes_channels_at_each_place():
    found = figure(
        "conv1x1",
        input="[[[1, 2], [3, 4]], [[0, 1], [1, 0]], [[2, 0], [0, -2]]]",
        weight="[[1, 2, 3], [0, 1, -1]]",
        bias="[0, 5]",
        at="[1, 1]",
    )
    first, second = matrices(found, "output")
    assert first.tolist() == [[7, 4], [5, -2]]
    assert second.tolist() == [[3, 6], [6, 7]]
    assert [w.plain for w in found.drawing.words] == [
        "1·4 + 2·0 + 3·(−2) = −2",
        "0·4 + 1·0 + (−1)·(−2) + 5 = 7",
    ]
    with pytest.raises(FigureError, match="kernel has 2 channels, the input 3"):
        figure("conv1x1", input='"ones(3, 2, 2)"', weight='"ones(1, 2)"')


@pytest.mark.parametrize(
    ("layers", "size", "field"),
    [
        ("[[2], [2]]", 9, 3),
        ("[[3], [3]]", 9, 5),
        ("[[3, 2], [3]]", 11, 7),
        ("[[3], [3, 1, 2]]", 9, 7),
    ],
)
def test_receptive_fields_are_those_of_the_curriculum(layers, size, field):
    found = figure("receptive-field", layers=layers, size=size)
    assert found.drawing.rows[-1][0].outlines[0].columns == field
    assert found.drawing.words[-1].plain.endswith(f"= {field}")


def test_a_receptive_field_that_does_not_fit_is_refused():
    with pytest.raises(FigureError, match="does not fit"):
        figure("receptive-field", layers="[[3], [3]]", size=4)
    with pytest.raises(FigureError, match="kernel, stride, dilation"):
        figure("receptive-field", layers="[[3, 1, 1, 1]]", size=9)


def test_the_gradient_of_a_maximum_goes_to_the_first_of_equals_and_adds_up():
    keys = {"input": "[[5, 5], [5, 5]]", "kernel_size": 2, "upstream": "[[3]]"}
    assert matrices(figure("pooling-backward", **keys), "gradient")[1].tolist() == [[3, 0], [0, 0]]
    keys = {"input": "[[1, 3, 2], [4, 9, 5], [6, 7, 8]]", "kernel_size": 2, "stride": 1}
    found = figure("pooling-backward", **keys, upstream="[[1, 2], [3, 4]]", at="[1, 1]")
    assert found.drawing.words[0].plain == "[1, 1]: 1 + 2 + 3 + 4 = 10"


def test_the_gradient_of_a_mean_is_kept_only_where_padding_does_not_count():
    keys = {"input": '"ones(3, 3)"', "mode": '"avg"', "kernel_size": 3, "stride": 2, "padding": 1}
    keys["upstream"] = '"ones(2, 2)"'
    assert "4; of the input's gradient: 1.778" in drawn("pooling-backward", **keys)
    told = drawn("pooling-backward", **keys, count_include_pad="false")
    assert "4; of the input's gradient: 4." in told


def test_the_gradients_of_a_convolution_agree_with_finite_differences():
    X, K = np.arange(12.0).reshape(3, 4) - 5, np.array([[1.0, -2], [3, 0.5]])
    G = np.array([[1.0, -2, 3, 0], [0, 1, 4, 2]])
    keys = {"input": X.tolist(), "kernel": K.tolist(), "upstream": G.tolist()}
    keys |= {"padding": "[1, 1]", "stride": "[2, 1]"}
    G5 = np.c_[G, [2, -1]]
    keys["upstream"] = G5.tolist()

    def loss(X, K):
        P = np.pad(X, 1)
        Y = [[(P[i : i + 2, j : j + 2] * K).sum() for j in range(5)] for i in range(0, 4, 2)]
        return (np.array(Y) * G5).sum()

    for of, array in (("input", X), ("kernel", K)):
        made = matrices(figure("gradient-paths", **keys, of=f'"{of}"'), "gradient")[1]
        for place in np.ndindex(*array.shape):
            step = np.zeros_like(array)
            step[place] = 1
            change = (loss(X + step, K) if of == "input" else loss(X, K + step)) - loss(X, K)
            assert made[place] == pytest.approx(change), (of, place)


def test_upstream_of_another_shape_is_refused():
    with pytest.raises(FigureError, match=r"upstream has shape \[1, 1\], the output \[2, 2\]"):
        figure("gradient-paths", input='"ones(3, 3)"', kernel='"ones(2, 2)"', upstream="[[1]]")


def test_windows_become_rows_in_the_order_of_the_output():
    found = figure("im2col", input='"arange(3, 3)"', kernel="[[0, 1], [2, 3]]", at="[1, 0]")
    rows = matrices(found, "input")[1]
    assert rows.tolist() == [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]
    assert matrices(found, "output")[0].tolist() == [[19], [25], [37], [43]]
    two = figure("im2col", input='"arange(2, 2, 2)"', kernel='"ones(2, 2, 1)"')
    assert matrices(two, "input")[-1].tolist() == [[0, 2, 4, 6], [1, 3, 5, 7]]


def test_parameters_are_those_of_the_curriculum():
    layers = (
        '[{ op = "linear", units = 1000 }, { op = "conv", channels = 10, kernel = 3 },'
        ' { op = "conv", channels = 3, kernel = [3, 5], bias = false },'
        ' { op = "local", channels = 1, kernel = 10, bias = false }, { op = "pool", kernel = 2 }]'
    )
    found = figure("parameters", input="[3, 256, 256]", layers=layers, compare="true")
    bars = found.drawing.rows[0][0]
    assert isinstance(bars, CountBars)
    assert [bar.value for bar in bars.bars] == [196609000, 280, 135, 300 * 247 * 247, 0]
    assert bars.bars[0].formula == "3·256·256·1000 + 1000"
    with pytest.raises(FigureError, match="2 groups do not divide"):
        figure("parameters", input="[3, 8, 8]", layers='[{op="conv",channels=4,kernel=1,groups=2}]')


def test_parameters_of_a_network_are_added_up():
    layers = '[{ op = "conv", channels = 4, kernel = 3 }, { op = "linear", units = 2 }]'
    assert "together: 330" in drawn("parameters", input="[1, 8, 8]", layers=layers)


def test_a_filter_answers_where_the_scene_has_its_edge():
    found = figure(
        "feature-maps",
        image='"scene"',
        filters='[{ name = "n", kernel = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] }]',
    )
    (picture,) = [p for p in found.drawing.rows[1] if isinstance(p, Picture)]
    image = scene()
    assert image.shape == (64, 64)
    assert (image.min(), image.max()) == (15, 245)
    assert picture.pixels.shape == (62, 62)
    assert picture.pixels[20, 6] > 0.8  # left edge of the bright upright bar
    assert picture.pixels[20, 11] == 0  # its right edge gets darker
    assert found.parameters["image"] == "scene"


def test_24_patterns_have_24_directions_and_widths():
    found = figure("patterns")
    pictures = [panel.pixels for row in found.drawing.rows for panel in row]
    assert len(pictures) == 24
    assert len({p.round(6).tobytes() for p in pictures}) == 24


def test_training_is_real_and_the_same_each_time():
    one, other = (figure("curves", training='"loss"', epochs=5) for _ in range(2))
    assert one.drawing == other.drawing
    train, test = one.drawing.rows[0][0].curves
    assert train.y[0] == pytest.approx(np.log(3), abs=0.2)  # three classes, nothing learned yet
    assert train.y[-1] < train.y[0]
    assert len(test.y) == 6
    with pytest.raises(FigureError, match="at most 100 epochs"):
        figure("curves", training='"loss"', epochs=101)


def test_a_unit_reads_all_of_the_layer_before_or_its_neighbours():
    assert "Connections: 24" in drawn("network", layers="[7, 5, 3]", reach=3)
    assert "Connections: 18" in drawn("network", layers="[4, 3, 2]")
    assert "Connections: 10" in drawn("network", layers="[5]", feedback="true")
    with pytest.raises(FigureError, match="make a layer of 5"):
        figure("network", layers="[7, 4]", reach=3)


def test_a_sigmoid_network_computes_the_known_example():
    found = figure(
        "network",
        inputs="[1, 0, 1]",
        weights="[[[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]], [[-0.3, -0.2]]]",
        biases="[[-0.4, 0.2], [0.1]]",
        target="[1]",
    )
    told = [words.plain.rsplit("= ", 1)[1] for words in found.drawing.words]
    assert told == ["0.3318", "0.525", "0.4739", "0.1312", "−0.008725", "−0.006542"]
    with pytest.raises(FigureError, match="do not fit"):
        figure("network", inputs="[1, 0]", weights="[[[0.2, 0.4, 1]]]", biases="[[0]]")
