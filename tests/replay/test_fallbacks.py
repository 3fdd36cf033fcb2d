"""Test that unproved drawings are left out, and that no result breaks a page."""

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise_texts import exercise_texts
from learncnn.grader.render.pages.replay_view import replay_view
from learncnn.grader.replay.computations import computation_of
from learncnn.grader.replay.replayed import DRAWN_PRODUCTS, replay_of

CORRELATION = {"kind": "correlation", "input": "X", "kernel": "K"}
X, K = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
RIGHT = np.array([[19.0, 25.0], [37.0, 43.0]])
TURNED = np.array([[5.0, 11.0], [23.0, 29.0]])
TURN = [[{"kernel": "turned"}]]


def replay(yours, expected=RIGHT, drawn=TURN, arguments=None, **more):
    given = {"X": X, "K": K} if arguments is None else arguments
    return replay_of(CORRELATION, given, expected, yours, drawn=drawn, **more)


def test_a_turned_kernel_is_worked_out_at_the_first_wrong_number():
    found = replay(TURNED)
    assert (found.index, found.expected, found.yours) == ((0, 0), 19.0, 5.0)
    assert found.ways == {"kernel": "turned"}
    assert [p.value for p in found.misconceived.cell.products] == [0, 2, 3, 0]
    assert [p.value for p in found.right.cell.products] == [0, 1, 6, 12]


def test_one_number_that_disagrees_leaves_the_right_window_and_the_learners_number():
    almost = TURNED.copy()
    almost[1, 1] += 1
    found = replay(almost)
    assert found.misconceived is None
    assert found.ways == {}
    assert (found.right.value, found.yours) == (19.0, 5.0)


def test_a_declared_drawing_of_another_mistake_is_not_shown():
    assert replay(TURNED, drawn=[[{"kernel": "transposed"}, {"divisor": "products"}]]).ways == {}


def test_of_several_ways_the_one_that_is_true_is_drawn():
    ways = [[{"kernel": "transposed"}, {"kernel": "turned"}]]
    assert replay(TURNED, drawn=ways).ways == {"kernel": "turned"}


def test_a_missing_number_is_drawn_where_its_window_would_lie():
    padded = {"X": X, "K": K, "padding": 1}
    right, *_ = _result(padded)
    short = right[:3, :3]  # padded above and on the left alone
    found = replay(short, right, [[{"padding": "before"}]], padded)
    assert found.index == (0, 3)
    assert found.yours is None
    assert found.misconceived.value is None
    beyond = [p.left for p in found.misconceived.cell.products]
    assert any(not found.misconceived.numbers["X"].present(spot) for spot in beyond)


def test_a_key_that_the_computation_does_not_give_is_not_drawn():
    assert replay(TURNED, expected=RIGHT + 1) is None


def test_a_function_without_a_table_and_unfit_arguments_are_not_drawn():
    assert replay_of({}, {"X": X}, RIGHT, TURNED) is None
    for arguments in ({}, {"X": X}, {"X": "text", "K": K}, {"X": X, "K": np.ones((2, 2, 2, 2))}):
        assert replay(TURNED, arguments=arguments) is None


def test_a_number_of_too_many_products_is_not_drawn():
    side = int(DRAWN_PRODUCTS**0.5) + 1
    arguments = {"X": np.ones((side, side + 1)), "K": np.ones((side, side))}
    right, *_ = _result(arguments)
    assert replay(right * 0, right, arguments=arguments) is None


def test_a_large_result_is_given_up_before_it_takes_long():
    arguments = {"X": np.ones((90, 90)), "K": np.ones((3, 3))}
    assert replay(np.zeros((88, 88)), np.full((88, 88), 9.0), arguments=arguments) is None


@pytest.mark.parametrize(
    "yours",
    [None, 3, "text", [1, 2], np.array(5.0), np.zeros((0, 2)), np.array(["a"]), 1j * RIGHT],
    ids=repr,
)
def test_what_is_no_array_of_numbers_is_not_drawn(yours):
    assert replay(yours) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308])
def test_numbers_that_are_none_leave_the_right_window(value):
    found = replay(np.full((2, 2), value))
    assert found.misconceived is None
    assert found.right.value == 19.0


def _result(arguments):
    right = computation_of(CORRELATION, arguments)
    array = np.zeros(right.shape)
    for index in np.ndindex(*right.shape):
        array[index] = right.worked(index).value
    return array, right


def _wrong_answers(draw, expected):
    """Yield answers of every kind to one case: other numbers, shapes and dtypes."""
    array = np.asarray(expected)
    yield array + draw.integers(-3, 4, array.shape)
    yield array.astype(np.float32) * 2
    yield draw.permutation(array.reshape(-1)).reshape(array.shape)
    yield array[..., :-1] if array.ndim else array
    yield np.zeros(tuple(draw.integers(1, 5, int(draw.integers(1, 5)))))
    yield array.swapaxes(-1, -2) if array.ndim > 1 else array
    yield np.where(draw.random(array.shape) < 0.3, np.nan, array)


@pytest.mark.parametrize(
    "info",
    [i for i in load_catalog().exercises.values() if exercise_texts(i).document.get("worked")],
    ids=lambda info: info.id,
)
def test_random_wrong_answers_never_raise_and_prove_only_what_they_equal(info):
    texts, draw = exercise_texts(info), np.random.default_rng(21)
    codes = [code for code in texts.document["misconceptions"] if texts.drawn(code)]
    for case in practice_key(info, info.libraries[0]).cases:
        table = texts.worked(case.function)
        if not table or case.expected.kind != "value" or case.size > 150:
            continue
        several = isinstance(case.expected.value, tuple)
        results = case.expected.value if several else (case.expected.value,)
        for position, expected in enumerate(results):
            for yours in _wrong_answers(draw, expected):
                code = codes[int(draw.integers(len(codes)))]
                found = replay_of(
                    table,
                    case.arguments,
                    expected,
                    yours,
                    drawn=[texts.drawn(code)],
                    result=position,
                )
                if found is not None:
                    replay_view(found, case.arguments)
                if found is not None and found.misconceived and found.yours is not None:
                    worked = found.misconceived.cell.value
                    assert worked == pytest.approx(found.yours, nan_ok=True)
