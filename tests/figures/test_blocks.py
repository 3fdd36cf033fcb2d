"""Test figure blocks: reading from Markdown, computing, refusing with a clear reason."""

import json
import re
from pathlib import Path

import pytest

import learncnn.grader
from learncnn.grader.errors import FigureError
from learncnn.grader.figures.blocks import FigureBlock, figure_of, figures_in, pieces
from learncnn.grader.figures.kinds import KINDS
from learncnn.grader.figures.svg_drawing import figure_html
from learncnn.grader.figures.text_drawing import figure_lines
from learncnn.grader.terminal.layout import Paint, width_of

GUIDE = Path(learncnn.grader.__file__).resolve().parents[1] / "docs" / "author-guide.md"
WINDOW = """kind = "window"
caption = "c"
input = "arange(3, 3)"
kernel = [[0, 1], [2, 3]]
"""


def figure(source):
    return figure_of(FigureBlock(1, source))


def drawn(source):
    found = figure(source)
    return "\n".join(figure_lines(found.drawing, found.caption, 80, Paint()))


def test_text_and_blocks_come_in_order_with_their_lines():
    markdown = f"# A\n\n```figure\n{WINDOW}```\nB\n\n```\n```figure\n```\n"
    first, block, rest = pieces(markdown)
    assert first == "# A\n\n"
    assert (block.line, block.source) == (3, WINDOW)
    assert rest == "B\n\n```\n```figure\n```\n"  # within a fence of code it is no figure
    assert "".join([first, f"```figure\n{block.source}```\n", rest]) == markdown


def test_a_block_that_does_not_end_is_refused_by_its_line():
    with pytest.raises(FigureError, match=r"line 2: its fence is never closed"):
        figures_in(f"A\n```figure\n{WINDOW}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('kind = "window"', 'kind = "widow"'), r"no kind 'widow'; kinds: window, "),
        (('caption = "c"', 'caption = ""'), "caption is missing"),
        (("[[0, 1], [2, 3]]", "[[0, 1], [2]]"), "kernel is an array of numbers"),
        (("[[0, 1], [2, 3]]", "[0, 1]"), "kernel has 1 dimensions instead of 2"),
        (("[[0, 1], [2, 3]]", '"ones(4, 4)"'), r"window of \[4, 4\] does not fit into \[3, 3\]"),
        (('"arange(3, 3)"', '"arange(13, 3)"'), "too many to draw; at most 12"),
        (('"arange(3, 3)"', '"arrange(3, 3)"'), "input is an array of numbers, or a name"),
        (("[[0, 1], [2, 3]]", "[[0, 1], [2, inf]]"), "kernel is an array of numbers"),
        (("kernel", "colonel"), "kernel is missing"),
        (("kernel", "pading = 1\nkernel"), "'pading' is not a key of this kind; keys: at, bias"),
        (("kernel", "stride = 0\nkernel"), "stride is a whole number of at least 1"),
        (("kernel", "stride = [1, 2, 3]\nkernel"), "stride is a whole number or a pair"),
        (("kernel", "at = [2, 0]\nkernel"), r"at = \[2, 0\] lies outside the output .* \[2, 2\]"),
        (("kernel", 'operation = "both"\nkernel'), "operation is one of: correlation | conv"),
        (("[[0, 1], [2, 3]]", "[[0, 1], [2, 3]"), "not valid TOML"),
    ],
)
def test_a_malformed_block_is_refused_with_the_reason(change, reason):
    assert change[0] in WINDOW
    with pytest.raises(FigureError, match=r"line 1: .*" + reason.replace("|", r"\|")):
        figure(WINDOW.replace(*change))


def test_the_description_carries_arrays_and_defaults_for_a_movable_figure():
    data = json.loads(figure(WINDOW).data)
    assert data["kind"] == "window"
    assert data["input"] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert (data["padding"], data["stride"], data["at"]) == ([0, 0], [1, 1], [0, 0])
    page = figure_html(figure(WINDOW))
    assert json.loads(re.search(r'data-figure="([^"]*)"', page)[1].replace("&quot;", '"')) == data


def test_markup_in_a_caption_is_escaped():
    page = figure_html(figure(WINDOW.replace('"c"', '"<script>1 & 2"')))
    assert "<script>" not in page
    assert "&lt;script&gt;1 &amp; 2" in page


def test_the_guide_explains_every_kind_and_its_examples_can_be_drawn():
    guide = GUIDE.read_text("utf-8")
    examples = figures_in(guide.split("## Figures")[1].replace("````\n", ""))
    assert {example.kind for example in examples} == set(KINDS)
    for kind in KINDS:
        assert f"| `{kind}` |" in guide
    for example in examples:
        lines = figure_lines(example.drawing, example.caption, 80, Paint())
        assert max(map(width_of, lines)) <= 80
        assert "<svg" in figure_html(example)


def test_a_window_and_its_products_are_drawn():
    text = drawn(WINDOW + "at = [1, 0]\n")
    assert "3·0 + 4·1 + 6·2 + 7·3 = 37" in text
    assert "┃ 3   4 ┃ 5 │" in text
    assert re.search(r"┃ 37 ┃ 43", text)
    padded = drawn(WINDOW + "padding = 1\nbias = 2\n")
    assert "0·0 + 0·1 + 0·2 + 0·3 + 2 = 2" in padded
    assert "0 │ 3   4   5 │ 0" in padded


def test_convolution_turns_the_kernel():
    text = drawn(WINDOW + 'operation = "convolution"\n')
    assert "0·3 + 1·2 + 3·1 + 4·0 = 5" in text
    assert "turned by 180°" in text


def test_padding_and_stride_show_all_windows_and_what_is_left_over():
    text = drawn('kind = "padding-stride"\ncaption = "c"\nsize = 8\nkernel = 3\nstride = 2\n')
    assert text.count("└───────┘") == 3
    assert "⌊(8 + 2·0 − 3) / 2⌋ + 1 = 3" in text
    assert re.search(r"7  ×$", text, re.MULTILINE)
    plane = drawn(
        'kind = "padding-stride"\ncaption = "c"\nsize = [4, 5]\nkernel = [2, 3]\nstride = 2\n'
    )
    assert "1,1" in plane
    assert "×" not in plane.split("⌊")[0].split("\n", 1)[1]


def test_channels_are_summed_and_a_bias_is_added():
    text = drawn(
        'kind = "channels"\ncaption = "c"\n'
        "input = [[[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]]\n"
        "kernel = [[[0, 1], [2, 3]], [[1, 2], [3, 4]]]\nbias = [-6]\n"
    )
    assert "19 + 37 + (−6) = 50" in text
    assert re.search(r"98 +114", text)


def test_pooling_pads_a_maximum_with_minus_infinity_and_a_mean_as_it_is_told():
    start = 'caption = "c"\nkind = "pooling"\ninput = [[-3, -1], [-4, -2]]\nkernel_size = 2\n'
    assert "max(−3) = −3" in drawn(start + "padding = 1\n")
    assert "−∞" in drawn(start + "padding = 1\n")
    mean = start + 'padding = 1\nmode = "avg"\n'
    assert "(0 + 0 + 0 + (−3)) / 4 = −0.75" in drawn(mean)
    assert "((−3)) / 1 = −3" in drawn(mean + "count_include_pad = false\n")
    with pytest.raises(FigureError, match="larger than half"):
        figure(start + "padding = 2\n")


def test_shapes_are_computed_layer_by_layer():
    source = (
        'kind = "shapes"\ncaption = "c"\ninput = [1, 32, 32]\nconnections = [[0, 1], [1, 2]]\n'
        'layers = [{ op = "conv", name = "C1", channels = 6, kernel = 5 },'
        ' { op = "pool", name = "S2", kernel = 2 }, { op = "flatten", name = "v" }]\n'
    )
    text = drawn(source)
    for size in ("1@32×32", "6@28×28", "6@14×14", "1176"):
        assert size in text
    assert "4 of the kernels exist" in text
    with pytest.raises(FigureError, match="layer 2: a window of"):
        figure(source.replace("kernel = 2", "kernel = 29"))


def test_gradient_descent_is_computed_at_each_rate():
    found = figure('kind = "curves"\ncaption = "c"\nrates = [0.5, 1, 3]\nsteps = 4\n')
    half, whole, beyond = found.drawing.rows[0][0].curves
    assert list(half.y[:3]) == [0.5, 0.125, 0.03125]
    assert list(whole.y) == [0.5, 0, 0, 0, 0]
    assert list(beyond.y) == [0.5]  # the next loss, 2, is beyond what is drawn


def test_functions_are_drawn_between_their_ends():
    found = figure('kind = "curves"\ncaption = "c"\nfunctions = ["relu", "sigmoid"]\nfrom = -2\n')
    relu, sigmoid = found.drawing.rows[0][0].curves
    assert (relu.x[0], relu.y[0], relu.y[-1]) == (-2, 0, 4)
    assert min(sigmoid.y) == pytest.approx(0.1192, abs=1e-4)
