"""Every exercise is solved in the browser; the module has a server, and so files, of its own."""

import pytest

from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import load_catalog

from .conftest import report, write


@pytest.mark.parametrize(
    "id",
    [
        pytest.param(id, marks=() if id in ("ex03", "ex10") else pytest.mark.full)
        for id in load_catalog().exercises
    ],
)
def test_every_exercise_is_solved_once(browse, server, id):
    info = load_catalog().exercises[id]
    answer = model_answers(info, "numpy").plain
    page = browse(f"/e/{id}")
    write(page, answer)
    page.locator(".cm-content").press("ControlOrMeta+Enter")
    assert "✓" in report(page)
    assert page.locator("#report .state.good").count() == 1
    assert (server.folder / f"{info.folder}.py").read_text("utf-8") == answer
