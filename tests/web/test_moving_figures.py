"""What a reader can do with a figure: point, type, step, play, by mouse and by keys."""

import pytest

from .conftest import block

WINDOW = """kind = "window"
input = "arange(3, 3)"
kernel = [[0, 1], [2, 3]]"""
POOLING = """kind = "pooling"
input = [[4, 9, 9], [9, 1, 2]]
kernel_size = 2
stride = 1"""
BACKWARD = """kind = "pooling-backward"
input = [[1, 5, 2, 3]]
upstream = [[2, 3, 4]]
kernel_size = [1, 2]
stride = 1"""
NETWORK = """kind = "network"
inputs = [1, 0, 1]
weights = [[[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]], [[-0.3, -0.2]]]
biases = [[-0.4, 0.2], [0.1]]
target = [1]"""


def square(page, name, row, column):
    """A square of the matrix with this title."""
    grid = page.get_by_role("grid", name=name)
    return grid.get_by_role("row").nth(row).get_by_role("gridcell").nth(column)


def numbers(page, name):
    """The numbers of a matrix that can be seen."""
    shown = page.get_by_role("grid", name=name).locator("text:not(.later)")
    return shown.all_text_contents()


def sums(page):
    return page.locator(".move-sums").inner_text().replace("\N{NO-BREAK SPACE}", " ").splitlines()


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_pointing_at_an_output_shows_its_window_and_writes_out_its_products(move):
    page = move(block(WINDOW))
    square(page, "output 2×2", 1, 0).hover()
    assert sums(page) == ["3·0 + 4·1 + 6·2 + 7·3 = 37"]
    frame = page.get_by_role("grid", name="input 3×3").locator(".frame")
    assert [frame.get_attribute(key) for key in ("x", "y", "width")] == ["4", "34", "60"]
    framed = page.get_by_role("grid", name="input 3×3").locator("text.in-input")
    assert framed.all_text_contents() == ["3", "4", "6", "7"]


def test_a_number_that_is_typed_changes_the_output_and_can_be_taken_back(move):
    page = move(block(WINDOW))
    square(page, "kernel 2×2", 0, 0).click()
    field = page.get_by_label("A number for: kernel 2×2")
    assert field.input_value() == "0"
    field.fill("-2,5")
    field.press("Enter")
    assert numbers(page, "kernel 2×2") == ["−2.5", "1", "2", "3"]
    assert sums(page) == ["0·(−2.5) + 1·1 + 3·2 + 4·3 = 19"]
    assert numbers(page, "output 2×2") == ["19", "22.5", "29.5", "33"]
    button(page, "Reset").click()
    assert numbers(page, "output 2×2") == ["19", "25", "37", "43"]


def test_what_is_no_number_changes_nothing(move):
    page = move(block(WINDOW))
    for typed in ("", "x", "1e9", "12345678"):
        square(page, "input 3×3", 0, 0).click()
        field = page.get_by_label("A number for: input 3×3")
        field.fill(typed)
        field.press("Enter")
        assert numbers(page, "input 3×3")[0] == "0"
    square(page, "input 3×3", 0, 0).click()
    page.get_by_label("A number for: input 3×3").fill("7")
    page.keyboard.press("Escape")
    assert numbers(page, "input 3×3")[0] == "0"


def test_keys_alone_walk_through_a_figure_and_change_it(move):
    page = move(block(WINDOW))
    page.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert numbers(page, "input 3×3") == ["0", "1", "2", "3", "4", "5", "6", "5", "8"]
    page.keyboard.press("Tab")  # the kernel
    page.keyboard.press("Tab")  # the output
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert sums(page) == ["4·0 + 5·1 + 5·2 + 8·3 = 39"]
    assert page.locator(".move-sums").get_attribute("aria-live") == "polite"
    page.keyboard.press("Tab")  # the first button
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert numbers(page, "output 2×2") == ["19", "25"]
    page.keyboard.press("ArrowLeft")
    assert numbers(page, "output 2×2") == ["19"]


def test_steps_compute_one_output_after_the_other(move):
    page = move(block(WINDOW))
    seen = []
    for _ in range(5):
        button(page, "One step on").click()
        seen.append(len(numbers(page, "output 2×2")))
    assert seen == [1, 2, 3, 4, 4]
    button(page, "One step back").click()
    assert sums(page) == ["4·0 + 5·1 + 7·2 + 8·3 = 43"]


def test_play_goes_on_by_itself_and_ends_with_everything_shown(move):
    page = move(block(WINDOW))
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    button(page, "Play").click()
    assert numbers(page, "output 2×2") == ["19"]
    page.clock.run_for(1000)
    assert numbers(page, "output 2×2") == ["19", "25"]
    button(page, "Pause").click()
    page.clock.run_for(5000)
    assert numbers(page, "output 2×2") == ["19", "25"]
    button(page, "Play").click()
    page.clock.run_for(5000)
    assert numbers(page, "output 2×2") == ["19", "25", "37", "43"]
    assert button(page, "Play").is_visible()


def test_a_step_moves_for_at_most_300_ms_and_not_at_all_for_those_who_asked_for_rest(move):
    seconds = """() => Math.max(...[...document.querySelectorAll('.drawing *')].map(e =>
      Math.max(...getComputedStyle(e).transitionDuration.split(',').map(parseFloat))))"""
    page = move(block(WINDOW))
    assert 0 < page.evaluate(seconds) <= 0.3
    page = move(block(WINDOW), still=True)
    assert page.evaluate(seconds) == 0
    assert button(page, "Play").count() == 0
    assert button(page, "One step on").count() == 1


def test_padding_stride_and_dilation_change_the_output_as_far_as_windows_fit(move):
    page = move(block(WINDOW))
    button(page, "padding: more").click()
    assert page.get_by_role("grid", name="output 4×4").count() == 1
    button(page, "stride: more").click()
    assert numbers(page, "output 2×2") == ["0", "8", "21", "43"]
    button(page, "dilation: more").click()
    assert numbers(page, "output 2×2") == ["12", "8", "4", "0"]
    while button(page, "dilation: more").is_enabled():
        button(page, "dilation: more").click()
    assert page.locator(".move-stepper", has_text="dilation").inner_text().split() == [
        "dilation",
        "−",
        "4",
        "+",
    ]
    assert button(page, "stride: less").is_enabled()


def test_a_pair_of_two_numbers_is_changed_in_each_direction(move):
    page = move(block(f"{WINDOW}\npadding = 1\nstride = [3, 2]"))
    button(page, "stride ↕: less").click()
    assert page.get_by_role("grid", name="output 2×2").count() == 1
    button(page, "stride ↔: less").click()
    assert page.get_by_role("grid", name="output 2×4").count() == 1


def test_the_maximum_is_the_first_of_ties_and_its_index_is_told(move):
    page = move(block(POOLING))
    square(page, "output 1×2", 0, 1).hover()
    note = page.locator(".move-note")
    assert note.inner_text() == "The maximum stands in row 0, column 1: index 0·3 + 1 = 1."
    square(page, "input 2×3", 0, 1).click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    assert note.inner_text() == "The maximum stands in row 0, column 2: index 0·3 + 2 = 2."
    button(page, "mean").click()
    assert numbers(page, "output 1×2") == ["5.5", "5"]


def test_pooling_backward_adds_where_windows_overlap_and_follows_ties(move):
    page = move(block(BACKWARD))
    for _ in range(2):
        button(page, "One step on").click()
    assert numbers(page, "gradient of the input 1×4") == ["0", "5", "0", "0"]
    assert sums(page)[0] == "[0, 1]: 3 → [0, 1]"
    square(page, "input 1×4", 0, 2).click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert numbers(page, "gradient of the input 1×4") == ["0", "5", "4", "0"]
    square(page, "upstream gradient 1×3", 0, 2).hover()
    assert sums(page)[0] == "[0, 2]: 4 → [0, 2]"


def test_a_worked_network_goes_forward_then_back_and_learns(move):
    page = move(block(NETWORK))
    for _ in range(4):
        button(page, "One step on").click()
    assert page.locator("text.error").all_text_contents() == ["Err 0.1312"]
    shown = page.locator(".move-sums .worked:not(.later)")
    assert [text.split(" ")[0] for text in shown.all_text_contents()] == ["O4", "O5", "O6", "Err6"]
    assert page.locator(".move-note").inner_text() == "½·(T − O)² = 0.1384"
    button(page, "Learn once").click()
    losses = [float(page.locator(".move-note").inner_text().rpartition(" ")[2])]
    button(page, "Learn once").click()
    losses.append(float(page.locator(".move-note").inner_text().rpartition(" ")[2]))
    assert 0.1384 > losses[0] > losses[1]


def test_a_larger_learning_rate_overshoots_and_then_moves_away(move):
    page = move(block('kind = "curves"\nrates = [0.9]'))
    for _ in range(3):
        button(page, "One step on").click()
    note = page.locator(".move-note")
    assert note.inner_text() == "step 2 · rate 0.9: 5e−05"
    for _ in range(10):
        button(page, "rate 1: more").click()
    assert note.inner_text() == "step 2 · rate 1.9: 0.328"
    button(page, "in the valley").click()
    assert page.locator(".base").count() == 1
    assert note.inner_text() == "step 2 · rate 1.9: 0.328"


def test_curves_tell_their_values_where_they_are_pointed_at(move):
    page = move(block('kind = "curves"\nfunctions = ["relu", "tanh"]'))
    plot = page.get_by_role("slider")
    plot.focus()
    for _ in range(46):
        page.keyboard.press("ArrowRight")
    assert page.locator(".move-note").inner_text() == "x 2 · relu: 2 · tanh: 0.964"
    assert page.locator(".dot").count() == 2


def test_lenet_s_table_counts_what_each_map_reads(move):
    source = """kind = "shapes"
input = [1, 32, 32]
layers = [
  { op = "conv", name = "C1", channels = 6, kernel = 5 },
  { op = "pool", name = "S2", kernel = 2 },
  { op = "conv", name = "C3", channels = 3, kernel = 5 },
]
connections = [[0, 1, 2], [1, 2, 3, 4], [0, 1, 2, 3, 4, 5]]"""
    page = move(block(source))
    page.get_by_role("button", name="C1").hover()
    assert (
        "⌊(32 + 2·0 − 5) / 1⌋ + 1 = 28; parameters 1·5·5·6 + 6 = 156"
        in page.locator(".move-note").inner_text()
    )
    name = "which maps (rows) each map of the next layer (columns) reads"
    square(page, name, 0, 0).hover()
    assert "reads the maps 0, 1, 2: 3·5·5 + 1 = 76" in page.locator(".move-note").inner_text()
    square(page, name, 0, 0).click()
    assert "reads the maps 1, 2: 2·5·5 + 1 = 51" in page.locator(".move-note").inner_text()
    assert sums(page) == ["12 of the kernels exist; the others are left out."]
    page.get_by_role("button", name="C3").hover()
    assert "12 kernels in the table, parameters 303" in page.locator(".move-note").inner_text()


@pytest.mark.parametrize(
    ("source", "act", "told"),
    [
        (
            'kind = "padding-stride"\nsize = 8\nkernel = 3',
            "stride: more",
            "⌊(8 + 2·0 − 3) / 2⌋ + 1 = 3",
        ),
        (
            'kind = "receptive-field"\nsize = 10\nlayers = [[2, 2], [3]]',
            "dilation: more",
            "after layer 1: 1 + (2 − 1)·2 = 3",
        ),
        (
            'kind = "im2col"\ninput = "arange(3, 3)"\nkernel = [[0, 1], [2, 3]]',
            "One step back",
            "4·0 + 5·1 + 7·2 + 8·3 = 43",
        ),
        (
            'kind = "gradient-paths"\ninput = "arange(3, 3)"\nkernel = [[0, 1], [2, 3]]\n'
            "upstream = [[1, 2], [3, -1]]\nat = [1, 1]",
            "of the kernel",
            "1·4 + 2·5 + 3·7 + (−1)·8 = 27",
        ),
        (
            'kind = "conv1x1"\ninput = [[[1, 2]], [[10, 20]]]\nweight = [[1, 1], [2, 0]]',
            "One step back",
            "1·2 + 1·20 = 22",
        ),
        (
            'kind = "channels"\ninput = [[[0, 1], [3, 4]], [[1, 2], [4, 5]]]\n'
            "kernel = [[[0, 1], [2, 3]], [[1, 2], [3, 4]]]",
            "padding: more",
            "0 + 4 = 4",
        ),
        ('kind = "network"\nlayers = [5, 3, 2]', "layer 2: more", "Connections: 28"),
    ],
)
def test_every_kind_has_something_to_move(move, source, act, told):
    page = move(block(source))
    button(page, act).first.click()
    assert sums(page)[0] == told


def test_counts_follow_the_layers(move):
    layer = '{ op = "conv", name = "c", channels = 6, kernel = 5 }'
    page = move(block(f'kind = "parameters"\ninput = [3, 32, 32]\nlayers = [{layer}]'))
    button(page, "kernel: less").click()
    button(page, "channels: more").first.click()
    assert sums(page) == ["together: 390"]
    assert page.locator("text.formula").text_content() == "4·4·4·6 + 6"
