"""Provide one warm worker per framework, shared by all tests of a module."""

import pytest

from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner

#: On a busy machine a right submission may wait for seconds.
PATIENT = Limits(case_seconds=10.0, load_seconds=30.0)


@pytest.fixture(scope="module")
def runners():
    opened = {}

    def runner(framework):
        if framework not in opened:
            libraries = ("numpy",) if framework == "numpy" else ("numpy", "torch")
            opened[framework] = Runner(libraries, limits=PATIENT, warm="full")
        return opened[framework]

    yield runner
    for each in opened.values():
        each.close()
