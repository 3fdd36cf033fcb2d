"""Test that the examples in the public docstrings produce the shown output."""

import doctest

import pytest

import learncnn


def examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in sorted(learncnn.__all__):
        public = getattr(learncnn, name)
        if getattr(public, "__module__", "").startswith("learncnn."):
            yield from (t for t in finder.find(public, name, globs={}) if t.examples)


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_the_example_of_a_docstring_does_what_it_shows(example):
    runner = doctest.DocTestRunner()
    runner.run(example)
    assert runner.tries > 1
    assert runner.failures == 0


def test_each_way_to_grade_has_an_example():
    assert {example.name.partition(".")[0] for example in examples()} >= {
        "Grader",
        "grade",
        "grade_many",
    }
