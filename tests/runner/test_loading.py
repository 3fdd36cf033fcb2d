"""How a source becomes a module, and what happens when it does not."""

from __future__ import annotations

from learncnn.grader.runner.job import Job
from learncnn.grader.runner.runner import Runner

from .conftest import job, kinds


def test_a_syntax_error_has_line_and_text(runner: Runner) -> None:
    error = runner.run(job("x = 1\ndef f(:\n    pass")).load_error
    assert error is not None
    assert error.error is not None
    assert (error.error.type, error.error.line) == ("SyntaxError", 2)
    assert error.error.text == "def f(:"


def test_an_exception_at_import_has_a_line(runner: Runner) -> None:
    error = runner.run(job("x = 1\ny = x / 0\n")).load_error
    assert error is not None
    assert error.error is not None
    assert (error.error.type, error.error.line) == ("ZeroDivisionError", 2)


def test_leaving_at_import_is_a_failure(runner: Runner) -> None:
    assert kinds(runner.run(job("import sys; sys.exit(0)"))) == ["load raised"]


def test_a_loop_at_import_is_a_timeout(runner: Runner) -> None:
    assert kinds(runner.run(job("while True: pass"))) == ["load timeout"]


def test_dying_at_import_is_a_crash(runner: Runner) -> None:
    error = runner.run(job("import os; os._exit(0)")).load_error
    assert error is not None
    assert (error.kind, error.detail) == ("crashed", "exit 0")


def test_eating_memory_at_import_is_a_memory_failure(runner: Runner) -> None:
    assert kinds(runner.run(job("x = b'x' * (1 << 30)"))) == ["load memory"]


def test_the_main_block_does_not_run(runner: Runner) -> None:
    source = "def f(): return __name__\nif __name__ == '__main__': raise SystemExit(3)"
    assert runner.run(job(source)).outcomes["case0"].value == "ex01"


def test_a_nul_byte_is_the_students_error(runner: Runner) -> None:
    assert kinds(runner.run(job("x = 1\0"))) == ["load raised"]


def test_absurd_nesting_is_the_students_error(runner: Runner) -> None:
    assert kinds(runner.run(job("x = " + "(" * 5000 + ")" * 5000))) == ["load raised"]


def test_dataclasses_and_inspect_find_the_module(runner: Runner) -> None:
    source = (
        "from __future__ import annotations\nimport dataclasses, inspect\n"
        "@dataclasses.dataclass\nclass P:\n    x: int = 1\n"
        "def f():\n    return [P().x, inspect.getsource(f)[:5]]"
    )
    assert runner.run(job(source)).outcomes["case0"].value == [1, "def f"]


def test_a_file_named_like_a_library_does_not_hide_it(runner: Runner) -> None:
    source = "import json\ndef f():\n    return json.dumps([1])"
    run = runner.run(Job(source, "json.py", job("").calls))
    assert run.outcomes["case0"].value == "[1]"


def test_lazy_imports_of_the_standard_library_work(runner: Runner) -> None:
    names = "collections cProfile difflib numpy.fft numpy.polynomial unittest xml.dom string"
    source = "\n".join(f"import {name}" for name in names.split()) + "\ndef f(): return 1"
    run = runner.run(job(source))
    assert run.load_error is None, run.load_error
