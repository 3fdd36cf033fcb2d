"""Test every lesson on a terminal: no broken line, and the first example drawn."""

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.lesson_catalog import load_lessons
from learncnn.grader.lessons.lesson import PHONE, example_lines, lesson_lines
from learncnn.grader.terminal.layout import WIDTH, width_of

LESSONS = [*load_lessons().values(), *load_catalog().exercises.values()]


def test_no_lesson_is_wider_than_a_screen(lang):
    wide = {
        (info.id, line)
        for info in LESSONS
        for line in lesson_lines(info, WIDTH, color=True, answers=True)
        if width_of(line) > WIDTH
    }
    assert wide == set()


def test_no_example_is_wider_than_a_phone():
    lines = [line for info in LESSONS for line in example_lines(info, PHONE)]
    assert [line for line in lines if width_of(line) > PHONE] == []


def test_a_long_vector_is_broken_evenly():
    lines = example_lines(load_catalog().exercises["ex19"], PHONE)
    assert [len(line.split()) for line in lines[3:5]] == [5, 5]


def test_lists_of_arrays_are_drawn_one_by_one():
    lines = example_lines(load_catalog().exercises["ex20"], WIDTH)
    assert lines[0] == "forward(x, weights, biases)"
    assert "weights[0] =" in "\n".join(lines)
    assert "0.473889" in "\n".join(lines)


def test_results_have_the_names_that_the_texts_give_them():
    lines = "\n".join(example_lines(load_catalog().exercises["ex21"], WIDTH))
    for name in ("grad_input", "grad_weight", "grad_bias"):
        assert f"→ {name}" in lines
