"""Test the GPU check: its output without a GPU, and its logic with the processor instead.

The stand-in is `cpu:0`, which torch takes for another device's name: inputs are moved there, and
the tolerances are those of a GPU.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from learncnn.grader.course.catalog import load_catalog

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import gpu_numbers
import gpu_parts
import gpu_section
from gpu_corpus import Handed, right_submissions, wrong_submissions
from gpu_device import Device, Row, find_device
from gpu_hostile import Hostile

pytest.importorskip("torch")
pytest.importorskip("learncnn_solutions")

FOLDER = Path(gpu_section.__file__).parent
RELU = """
import torch
def relu(x):
    return torch.where(x > 0, x, torch.zeros_like(x)){}
"""


@pytest.fixture
def fake():
    return Device("cpu:0", description="a stand-in", end=time.monotonic() + 600)


@pytest.fixture
def one_exercise(monkeypatch):
    """Only ex18, which has many functions and floating numbers."""
    info = load_catalog().resolve("ex18")
    monkeypatch.setattr(gpu_numbers, "exercises", lambda: iter([info]))
    monkeypatch.setattr(gpu_parts, "exercises", lambda: iter([info]))


def test_without_a_gpu_it_runs_to_its_end_and_says_why_of_each_part(tmp_path):
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    before = gpu_section.PAGE.read_text("utf-8")
    done = subprocess.run(
        [sys.executable, FOLDER / "gpu_check.py", "--record"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if "| skipped |" in line]
    assert [row.split("|")[1].strip() for row in rows] == list(gpu_parts.PARTS)
    assert all("torch" in row for row in rows)
    assert "Nothing was recorded" in done.stdout
    assert gpu_section.PAGE.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("cuda", "found", "ours", "reason"),
    [
        (None, False, False, "built without CUDA"),
        ("13.0", False, False, "finds no CUDA device"),
        ("13.0", True, False, "and learncnn does not"),
    ],
)
def test_it_says_what_is_missing(cuda, found, ours, reason, monkeypatch):
    import torch

    from learncnn.grader.runner import devices

    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: found)
    monkeypatch.setattr(devices, "cuda_present", lambda: ours)
    assert reason in find_device(60).missing


def test_a_part_that_breaks_or_has_no_time_costs_no_other(fake):
    row = fake.row("broken", lambda device, row: 1 / 0)
    assert row.wrong == ["it broke: ZeroDivisionError: division by zero"]
    late = Device("cpu:0", end=time.monotonic() - 1)
    assert late.row("late", lambda device, row: None).skipped == "no time was left"


def test_references_agree_on_the_stand_in_and_a_reference_that_is_off_is_named(
    fake, one_exercise, monkeypatch
):
    row = fake.row("references", gpu_numbers.references)
    assert not row.wrong
    assert row.checked > 20
    real = gpu_numbers.observe

    def off(*arguments):
        outcome = real(*arguments)
        if isinstance(outcome.value, np.ndarray) and outcome.value.dtype.kind == "f":
            outcome = outcome._replace(value=outcome.value * np.float32(1.001))
        return outcome

    monkeypatch.setattr(gpu_numbers, "observe", off)
    row = fake.row("references", gpu_numbers.references)
    assert any("another answer" in what for what in row.wrong)
    row = fake.row("tolerances", gpu_numbers.tolerances)
    assert any("is off by" in what for what in row.wrong)


def test_tolerances_are_used_little_and_rounding_as_tf32_does_is_noticed(
    fake, one_exercise, monkeypatch
):
    row = fake.row("tolerances", gpu_numbers.tolerances)
    assert not row.wrong
    assert "of a tolerance" in row.seen[0]
    rounded = "def product(X):\n    X = X.bfloat16().float()\n    return X @ X\n"
    monkeypatch.setattr(gpu_numbers, "PRODUCT", rounded)
    row = fake.row("tolerances", gpu_numbers.tolerances)
    assert any("a product is off" in what for what in row.wrong)


def test_submissions_get_the_same_verdicts_and_one_that_depends_on_the_device_is_named(
    fake, monkeypatch
):
    handed = [
        Handed("right", "ex18", RELU.format("")),
        Handed("wrong", "ex18", RELU.format(" + 1")),
        # Too far off for a processor, and within the wider tolerance of a GPU.
        Handed("between", "ex18", RELU.format(" * (1 + 100 * 2**-23)")),
    ]
    monkeypatch.setattr(gpu_parts, "right_submissions", lambda: iter(handed))
    row = fake.row("right", gpu_parts.right)
    assert row.checked == 3
    (what,) = row.wrong
    assert what.startswith("between: ")
    assert "on the processor" in what


def test_what_there_is_no_time_for_is_counted(monkeypatch):
    handed = [Handed(str(n), "ex18", RELU.format("")) for n in range(5)]
    monkeypatch.setattr(gpu_parts, "wrong_submissions", lambda: iter(handed))
    row = Row("wrong")
    gpu_parts.wrong(Device("cpu:0", end=time.monotonic() - 1), row)
    assert (row.checked, row.seen) == (0, ["5 left out for lack of time"])


def test_attacks_fail_on_the_stand_in_and_a_breach_is_named(fake, monkeypatch):
    row = fake.row("hostile", gpu_parts.hostile)
    assert not row.wrong
    assert row.checked == 1 + 2 * len(gpu_parts.ATTACKS)
    breach = Hostile("asks for nothing", "return True")
    layered = Hostile("needs a layer that is not there", "return True", "no such layer")
    monkeypatch.setattr(gpu_parts, "ATTACKS", (breach, layered))
    row = fake.row("hostile", gpu_parts.hostile)
    assert row.wrong == ["breach: asks for nothing"]
    assert "open without no such layer: needs a layer that is not there" in row.seen


def test_large_cases_are_judged_and_timed_beside_torch(fake, one_exercise, monkeypatch):
    solutions = pytest.importorskip("learncnn_solutions.large")
    small = {"BATCH": (2, 3, 14, 12), "DEEP": (2, 3, 7, 6), "FEW": (2, 3, 6, 8), "FRAME": (20, 30)}
    for name, shape in small.items():
        monkeypatch.setattr(solutions, name, shape)
    info = load_catalog().resolve("ex08")
    monkeypatch.setattr(gpu_parts, "exercises", lambda: iter([info]))
    row = fake.row("large", gpu_parts.large)
    assert not row.wrong
    assert row.checked == 2
    assert all(" ms, torch " in seen for seen in row.seen)


def test_the_corpus_holds_right_submissions_of_every_torch_exercise_and_wrong_ones_of_most():
    exercises = {info.id for info in gpu_numbers.exercises()}
    assert {each.exercise for each in right_submissions()} == exercises
    mistaken = {each.exercise for each in wrong_submissions()}
    assert mistaken <= exercises
    assert len(mistaken) > 15


def test_the_table_shows_what_was_wrong_and_stands_in_the_page(tmp_path, monkeypatch):
    page = tmp_path / "performance.md"
    page.write_text("# Performance\n\nFigures.\n\n## On a GPU\n\nNot measured.\n", "utf-8")
    monkeypatch.setattr(gpu_section, "PAGE", page)
    monkeypatch.setattr(gpu_section, "RECORD", tmp_path / "recorded.md")
    row = Row("references", 7, ["a|b\nc"], ["seen"], seconds=1.2)
    text = gpu_parts.table(Device("cuda", description="A GPU"), [row])
    assert "| references | 7 | 1 | 1 | WRONG: a\\|b c<br>seen |" in text
    gpu_section.record(text)
    written = page.read_text("utf-8")
    assert written.startswith("# Performance\n\nFigures.\n\n## On a GPU\n\nA GPU")
    assert "Not measured" not in written
    assert gpu_section.with_section(written) == written


def test_the_page_says_not_measured_until_it_was():
    page = gpu_section.PAGE.read_text("utf-8")
    assert page.endswith(gpu_section.section())
    if not gpu_section.RECORD.exists():
        assert "Not measured" in page


def test_a_bare_machine_needs_only_what_is_packed(tmp_path):
    """learncnn and its solutions are taken from the checkout, where neither is installed."""
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[1]); import gpu_check\n"
        "sys.meta_path = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
        "sys.path = [p for p in sys.path if not p.endswith('/src')]\n"
        "with gpu_check.importable(None):\n"
        "    from learncnn.grader.answer_key.find import load_exercise\n"
        "    from learncnn.grader.course.catalog import load_catalog\n"
        "    found = load_exercise(load_catalog().resolve('ex01'))\n"
        "    print(json.dumps([found.id, sys.modules['learncnn_solutions'].__file__]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(FOLDER)], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0] == "ex01"
