"""Provide one warm worker per framework, shared by all tests of a module."""

import pytest

from learncnn.grader.runner.runner import Runner


@pytest.fixture(scope="module")
def runners():
    opened = {}

    def runner(framework):
        if framework not in opened:
            libraries = ("numpy",) if framework == "numpy" else ("numpy", "torch")
            opened[framework] = Runner(libraries, warm="full")
        return opened[framework]

    yield runner
    for each in opened.values():
        each.close()
