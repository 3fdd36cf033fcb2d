"""Each mutant has to be diagnosed as its own code, unless its form only raises."""

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.author.naming import naming_problems
from learncnn.grader.course.exercise import Exercise, case, example


def make_double(*raising):
    exercise = Exercise("ex97")

    @exercise.function
    def double(X):
        return X * 2

    @exercise.cases(double)
    def _(draw):
        yield example(X=draw.arange(2, 3) + 1)
        for shape in ((2, 2), (3, 1), (1, 4), (3, 2)):
            yield case("a matrix", X=draw.distinct(shape))

    @exercise.misconception("SQUARED", double)
    def _(double, X):
        return double(X) ** 2

    for code in raising:

        @exercise.misconception(code, double)
        def _(double, X):
            raise IndexError("out of bounds")

    return exercise


def problems(exercise):
    return list(naming_problems(build_key(exercise, framework="numpy", seed="test"), "numpy"))


def test_a_form_that_only_raises_needs_another_form_with_values():
    assert problems(make_double()) == []
    assert problems(make_double("SQUARED")) == []
    (problem,) = problems(make_double("STOPS"))
    assert "STOPS" in problem
