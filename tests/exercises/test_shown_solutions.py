"""The solution that a student is shown, of every exercise: it runs by itself and defines all."""

import pytest

from learncnn.grader.catalog import load_catalog
from learncnn.grader.guidance import solution_source


@pytest.mark.parametrize("info", list(load_catalog().exercises.values()), ids=lambda info: info.id)
def test_the_solution_shown_runs_by_itself(info):
    defined = {}
    exec(compile(solution_source(info), info.id, "exec"), defined)
    assert set(info.functions) <= set(defined)
