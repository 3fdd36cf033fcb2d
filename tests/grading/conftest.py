"""Provide a small exercise, so that these tests depend on no real one."""

import numpy as np
import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, edge, example, raises


def make_exercise() -> Exercise:
    exercise = Exercise("ex90")

    @exercise.function
    def scale(X, factor=2):
        if factor == 0:
            raise ValueError("no factor")
        return X * factor

    @exercise.cases(scale)
    def _(draw):
        yield example(X=draw.arange(2, 3))
        yield case("large", X=draw.reals((5, 6)), factor=3)
        yield case("small", X=draw.distinct((1, 2)), factor=3)
        yield edge("fractions", X=draw.array([[0.25, -1.5]]), factor=5)
        yield raises(ValueError, "no factor", X=draw.arange(1, 2), factor=0)

    @exercise.misconception("TWICE", scale)
    def _(scale, X, factor=2):
        return scale(X, factor) * 2

    @exercise.misconception("NEGATED", scale)
    def _(scale, X, factor=2):
        return -scale(X, factor)

    @exercise.misconception("TRUNCATED", scale)
    def _(scale, X, factor=2):
        return np.trunc(scale(X, factor))

    @exercise.misconception("MUTATE", scale)
    def _(scale, X, factor=2):
        Y = scale(X, factor)
        X[0, 0] += 1
        return Y

    return exercise


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture(scope="session")
def key():
    return build_key(make_exercise(), framework="numpy", seed="test")
