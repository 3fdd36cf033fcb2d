"""Refused system calls are named; correct solutions need none."""

import importlib.util
import platform
from pathlib import Path

import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.planning import plan
from learncnn.grader.runner.runner import Runner
from learncnn.grader.sandbox.layers.syscall_trace import names_of
from learncnn.grader.submissions.submission import Submission

from .conftest import job

#: What modules behind `from numpy import *` try while they are imported, and do without.
PROBES = frozenset({"epoll_create1", "socket"})
SOLUTIONS = Path(__file__).parent.parent / "exercises"

pytestmark = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this processor"
)


@pytest.fixture(scope="module")
def tracer():
    opened = {}

    def runner(framework):
        if framework not in opened:
            libraries = (framework, "array_api_compat")  # references are written with it
            opened[framework] = Runner(libraries, warm="full", trace=True)
        return opened[framework]

    yield runner
    for each in opened.values():
        each.close()


def correct(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "CORRECT", {})


def sources():
    for path in sorted(SOLUTIONS.glob("test_ex[0-9][0-9]_*.py")):
        for framework, known in correct(path).items():
            for name, source in known.items():
                id = path.stem.split("_")[1]
                yield pytest.param(id, framework, source, id=f"{id}-{framework}-{name}")


def needs_no_refused_call(info, framework, source, tracer, probes=frozenset()):
    planned = plan(Submission(source, f"{info.id}.py"), info, practice_key(info, framework))
    run = tracer(framework).run(planned.job)
    assert run.load_error is None, run.load_error
    assert set(names_of(run.stdout, platform.machine())) <= probes
    assert {outcome.kind for outcome in run.outcomes.values()} <= {"value", "raised"}


@pytest.mark.parametrize(("id", "framework", "source"), list(sources()))
def test_a_correct_solution_needs_no_refused_call(id, framework, source, tracer):
    needs_no_refused_call(load_catalog().resolve(id), framework, source, tracer)


@pytest.mark.parametrize("info", load_catalog().exercises.values(), ids=lambda info: info.id)
def test_a_model_answer_needs_no_refused_call(info, tracer):
    for framework in info.libraries:
        answer = model_answers(info, framework).both
        needs_no_refused_call(info, framework, answer, tracer)


def test_prints_that_look_like_a_refused_call_are_no_reason_to_fail():
    said = "".join(
        f"learncnn: refused system call {n}\n" for n in ("41", "\u00b2", "9" * 5000, "-1")
    )
    assert names_of(said, "x86_64") == ("socket",)


def test_refused_calls_are_named_and_still_refused(tracer):
    source = """
import os

def f():
    refused = 0
    for action in (os.fork, lambda: os.kill(0, 0), lambda: os.mkdir("/tmp/x")):
        try:
            action()
        except PermissionError:
            refused += 1
    return refused
"""
    run = tracer("numpy").run(job(source))
    assert run.outcomes["case0"].value == 3
    assert names_of(run.stdout, platform.machine()) == ("clone", "kill", "mkdir")
