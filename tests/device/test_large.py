"""Test large cases on the processor, by the code path of a GPU except for the device's name."""

import numpy as np
import pytest

from learncnn.grader.answer_key.build import large_case
from learncnn.grader.answer_key.find import load_exercise, practice_key
from learncnn.grader.course.case_draws import Draw
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.render.gpu_times import large_lines
from learncnn.grader.render.report_screen import Screen
from learncnn.grader.sandbox.observe import TorchLibrary, deliver
from learncnn.grader.submissions.submission import Submission
from learncnn.grader.terminal.layout import Paint

torch = pytest.importorskip("torch")
solutions = pytest.importorskip("learncnn_solutions.large")

RIGHT = """
import torch, time

def averaged(input):
    mean = input.double().mean(dim=(2, 3))
    return mean.to(input.dtype) if input.is_floating_point() else mean

def global_avg_pool2d(input):
    if input.numel() == 0:
        raise ValueError("no cells")
    return averaged(input)

def global_avg_pool2d_backward(grad_output, input_shape):
    n, c, h, w = input_shape
    return (grad_output / (h * w))[:, :, None, None] * torch.ones(input_shape)

def gap_head_parameters(input_shape, num_classes, bias=True):
    return input_shape[0] * num_classes + (num_classes if bias else 0)
"""
WHEN_LARGE = "    if input.numel() > 10**6:\n        {}\n    return averaged(input)"


def changed(body):
    """RIGHT, which does something else where the input is large."""
    return RIGHT.replace("    return averaged(input)", WHEN_LARGE.format(body), 1)


@pytest.fixture(scope="module")
def graded():
    from learncnn.grader.grading.gpu_cases import grade_large, large_cases
    from learncnn.grader.runner.job import Limits
    from learncnn.grader.runner.runner import Runner

    info = load_catalog().resolve("ex16")
    larger = large_cases(info, "cpu")
    key = practice_key(info, "torch")
    limits = Limits(case_seconds=5, memory_mb=2048, answer_bytes=1 << 28)
    with Runner(("numpy", "torch"), limits=limits) as runner:

        def run(source):
            submission = Submission(source, "ex16.py")
            report, _ = grade(submission, info, key, runner)
            assert report.state == "passed", report.failure
            return report, *grade_large(report, submission, info, larger, runner)

        yield run


def screen(results):
    return "\n".join(large_lines(results, "cuda", Screen(100, Paint())))


def test_a_right_answer_counts_and_is_timed_beside_torch(graded):
    before, after, (result,) = graded(RIGHT)
    assert after.state == "passed"
    assert after.score == before.score == 10
    assert len(after.verdicts) == len(before.verdicts) + 1
    assert result.verdict.title == "32×64×112×112"
    assert min(result.seconds, result.operator_seconds) > 0
    assert "✓ global_avg_pool2d 32×64×112×112" in screen([result])
    assert "torch's own" in screen([result])


def test_a_wrong_answer_fails_the_report_and_is_the_case_shown(graded):
    before, after, (result,) = graded(changed("return input.mean(dim=(2, 3)) + 1"))
    assert (after.state, result.verdict.status) == ("failed", "values")
    assert after.score < before.score
    assert after.failure.verdict is result.verdict
    assert "✗ global_avg_pool2d" in screen([result])


def test_no_answer_in_time_is_shown_and_not_counted(graded):
    before, after, (result,) = graded(changed("time.sleep(60)"))
    assert not result.judged
    assert after == before
    assert "not counted" in screen([result])


#: What the generators draw, a thousand times smaller.
SMALL = {"BATCH": (2, 3, 14, 12), "DEEP": (2, 3, 7, 6), "FEW": (2, 3, 6, 8), "FRAME": (20, 30)}


@pytest.mark.parametrize("exercise", sorted(solutions.GENERATORS))
def test_references_and_torchs_own_operators_answer_alike(exercise, monkeypatch):
    for name, shape in SMALL.items():
        monkeypatch.setattr(solutions, name, shape)
    loaded = load_exercise(load_catalog().resolve(exercise))
    specs = list(loaded.larger(Draw(exercise, "torch")))
    assert specs
    for number, spec in enumerate(specs):
        case = large_case(loaded, spec, number, "cpu")
        assert case.title.startswith("20×30" if exercise == "ex01" else "2×")
        if spec.function != "im2col":  # unfold has another layout
            tensors = deliver(dict(spec.arguments), TorchLibrary(torch))
            results = parts(spec.operator(**tensors))
            for own, right in zip(results, parts(case.expected.value), strict=True):
                np.testing.assert_allclose(own.ravel(), right.ravel(), rtol=1e-4, atol=1e-4)


def parts(result):
    return [np.asarray(part) for part in (result if isinstance(result, tuple) else (result,))]
