"""Run notebooks like those of students in a real child."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import nbformat
import pytest

from learncnn.grader.runner.job import Call, Job, Limits, Run
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission, parse_submission

LIMITS = Limits(case_seconds=2.0, load_seconds=8.0, memory_mb=256)


def notebook(*cells: str, **metadata: object) -> bytes:
    """Return the bytes of a notebook; a cell that starts with `#md` is a text cell."""
    made = [
        nbformat.v4.new_markdown_cell(cell[3:])
        if cell.startswith("#md")
        else nbformat.v4.new_code_cell(cell)
        for cell in cells
    ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata=metadata)).encode()


def submission(*cells: str) -> Submission:
    """Return a notebook, read as `check` and `grade` read it."""
    return parse_submission(notebook(*cells), "ex01.ipynb")


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner(limits=LIMITS) as shared:
        yield shared


@pytest.fixture
def run(runner: Runner) -> Callable[..., Run]:
    """Run cells, then call each of `functions` without arguments."""

    def running(*cells: str, functions: tuple[str, ...] = ("f",), **options: object) -> Run:
        read = submission(*cells)
        calls = tuple(Call(name, name, {}, 0) for name in functions)
        job = Job(read.source, "ex01.ipynb", calls, cells=read.cells, **options)
        return runner.run(job)

    return running
