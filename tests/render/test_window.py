"""The window of the input behind one output, drawn so that it can be worked out by hand."""

import numpy as np

from learncnn.grader.render.window import row_picture, window_lines

CORR = {"input": "X", "kernel": "K"}


def test_the_window_and_the_kernel_stand_beside_each_other():
    X, K = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
    heading, *lines = window_lines(CORR, {"X": X, "K": K}, (1, 0), 80)
    assert "[1, 0]" in heading
    assert lines == ["│ 3 4 │   · │ 0 1 │", "│ 6 7 │     │ 2 3 │"]


def test_padded_cells_are_zeros_under_a_kernel():
    X, K = np.arange(9.0).reshape(3, 3), np.ones((2, 2))
    lines = window_lines(CORR, {"X": X, "K": K, "padding": 1, "stride": (3, 2)}, (0, 1), 80)
    assert lines[1:3] == ["│ 0 0 │   · │ 1 1 │", "│ 1 2 │     │ 1 1 │"]
    assert "0" in lines[-1]


def test_padded_cells_of_a_pooling_window_are_no_numbers():
    X = -np.arange(1.0, 17).reshape(1, 1, 4, 4)
    names = {"input": "input", "kernel_size": "kernel_size"}
    arguments = {"input": X, "kernel_size": 2, "padding": 1}
    lines = window_lines(names, arguments, (0, 0, 0, 0), 80)
    assert lines[1:3] == ["│ ·  · │", "│ · -1 │"]


def test_each_channel_is_drawn_with_its_own_plane_of_the_kernel():
    X = np.arange(18.0).reshape(1, 2, 3, 3)
    weight = np.arange(8.0).reshape(1, 2, 2, 2)
    names = {"input": "input", "kernel": "weight"}
    lines = window_lines(names, {"input": X, "weight": weight}, (0, 0, 0, 0), 80)
    assert lines[1] == "│ 0 1 │   · │ 0 1 │   │  9 10 │   · │ 4 5 │"


def test_a_filter_of_several_stands_beside_the_window_it_answered():
    image, filters = np.arange(9.0).reshape(3, 3), np.arange(8.0).reshape(2, 2, 2)
    names = {"input": "image", "kernel": "filters"}
    lines = window_lines(names, {"image": image, "filters": filters}, (1, 0, 1), 80)
    assert lines[1:] == ["│ 1 2 │   · │ 4 5 │", "│ 4 5 │     │ 6 7 │"]


def test_a_function_that_slides_no_window_has_none():
    arguments = {"input": np.ones((1, 1, 4, 4)), "kernel_size": 2}
    assert window_lines({}, arguments, (0, 0), 80) == []


def test_nothing_is_drawn_where_a_window_cannot_be():
    X = np.arange(9.0).reshape(3, 3)
    assert window_lines(CORR, {"X": X, "K": np.ones((9, 9))}, (0, 0), 80) == []
    assert window_lines(CORR, {"X": X, "K": 3}, (0, 0), 80) == []
    assert window_lines(CORR, {"X": X, "K": np.ones((2, 2))}, (0,), 80) == []


def test_a_row_shows_its_padding_on_each_side():
    (line,) = row_picture({"n": 5, "k": 3, "padding": 1})
    assert line.startswith("0  [1 2 3 4 5]  0 ")
    (line,) = row_picture({"n": 3, "k": 2, "total_padding": 3})
    assert line.startswith("0  [1 2 3]  0 0 ")
    assert row_picture({"n": 500, "k": 3}) == []
