"""Numbers and arrays as text."""

import numpy as np
import pytest

from learncnn.grader.render.arrays import matrix_lines, number_text, shape_text, value_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (19.0, "19"),
        (1 / 3, "0.333333"),
        (196609000, "196609000"),
        (np.float32(0.1), "0.1"),
        (float("nan"), "nan"),
        (-0.0, "0"),
        (True, "True"),
        (1e12, "1e+12"),
    ],
)
def test_a_number_is_short_and_a_count_exact(number, text):
    assert number_text(number) == text


def test_a_value_in_one_line():
    assert value_text((4, 102, 102)) == "(4, 102, 102)"
    assert value_text((5,)) == "(5,)"
    assert value_text(np.array([1, 2])) == "[1 2]"
    assert value_text(np.zeros((3, 40), "float32")) == "float32 [3, 40]"
    assert value_text("\x1b[31mred") == "'[31mred'"
    assert shape_text((2, 3)) == "[2, 3]"


def test_columns_are_aligned_and_the_marked_element_stands_in_brackets():
    assert matrix_lines(np.array([[1, 20], [3, 4]]), (1, 0)) == [" 1  20 ", "[3]  4 "]


def test_the_plane_of_the_mark_is_drawn_under_its_index():
    array = np.arange(2 * 3 * 2 * 2).reshape(2, 3, 2, 2)
    assert matrix_lines(array, (1, 2, 0, 1))[0] == "[1, 2, :, :]"
    assert "[21]" in matrix_lines(array, (1, 2, 0, 1))[1]


def test_of_a_large_array_the_part_around_the_mark_is_drawn():
    lines = matrix_lines(np.arange(10_000).reshape(100, 100), (50, 60))
    assert len(lines) <= 10
    assert any("[5060]" in line for line in lines)
    assert lines[0].strip() == lines[-1].strip() == "⋮"


def test_an_empty_array_is_told_by_its_shape():
    assert matrix_lines(np.zeros((0, 3))) == ["float64 [0, 3]"]
