"""Test the public functions learncnn.grade and learncnn.grade_many."""

import os

import pytest

import learncnn
from learncnn.grader.errors import KeyUnavailable, SubmissionError, UsageError

from .conftest import FLIPPED, RIGHT


def test_source_text_bytes_and_a_path_are_graded_alike(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(RIGHT)
    reports = [learncnn.grade(source, "ex01") for source in (RIGHT, RIGHT.encode(), path)]
    assert {(r.state, r.score, r.max_score) for r in reports} == {("passed", 10, 10)}
    assert isinstance(reports[0], learncnn.Report)


def test_a_mistake_is_diagnosed_and_a_broken_file_is_a_report():
    assert learncnn.grade(FLIPPED, "corr2d").diagnoses[0].codes == ("FLIP",)
    assert learncnn.grade("def corr2d(:", "1").state == "not_loaded"


def test_a_seed_draws_other_cases():
    reports = [learncnn.grade(RIGHT, "ex01", seed=seed) for seed in ("a", "b")]
    assert len({report.provenance.key_digest for report in reports}) == 2


def test_what_cannot_be_graded_raises(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="no exercise"):
        learncnn.grade(RIGHT, "ex99")
    with pytest.raises(SubmissionError, match="empty"):
        learncnn.grade("", "ex01")
    with pytest.raises(SubmissionError, match="no such file"):
        learncnn.grade(tmp_path / "none.py", "ex01")
    with pytest.raises(UsageError, match="neither source"):
        learncnn.grade(3, "ex01")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    with pytest.raises(KeyUnavailable, match="not installed"):
        learncnn.grade(RIGHT, "ex01", seed="x")


@pytest.mark.parametrize(
    "slip",
    [
        {"require_sandbox": "ful"},
        {"framework": "jax"},
        {"device": "gpu"},
        {"timeout": -1},
        {"timeout": float("nan")},
        {"memory_mb": 0},
    ],
)
def test_a_slip_in_an_option_is_not_the_students(slip):
    (name,) = slip
    for call in (learncnn.grade, lambda *a, **o: next(learncnn.grade_many([a], **o))):
        with pytest.raises(UsageError, match=f"{name} must be"):
            call(RIGHT, "ex01", **slip)


def test_a_gpu_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr("learncnn.grader.runner.devices.cuda_present", lambda: False)
    with pytest.raises(UsageError, match="no CUDA device"):
        learncnn.grade(RIGHT, "ex01", device="cuda")


def test_a_missing_layer_is_fatal_only_where_all_are_required(monkeypatch):
    from learncnn.grader.runner import isolation

    lacking = [isolation.LayerStatus("landlock", False, "the kernel has none")]
    monkeypatch.setattr(isolation, "isolation_status", lambda: lacking)
    assert learncnn.grade(RIGHT, "ex01").state == "passed"
    with pytest.raises(UsageError, match="landlock"):
        learncnn.grade(RIGHT, "ex01", require_sandbox="full")


def test_many_are_graded_with_their_errors_in_place(children):
    sources = [(RIGHT, "ex01"), ("", "ex01"), (FLIPPED, "ex01"), (RIGHT, "ex99"), (b"x", "ex03")]
    before = children()
    graded = sorted(learncnn.grade_many(sources, jobs=2), key=lambda item: item.index)
    states = [g.report.state if g.report else type(g.error).__name__ for g in graded]
    assert states == ["passed", "EmptySubmission", "failed", "UsageError", "not_loaded"]
    assert [g.source for g in graded] == [source for source, _ in sources]
    assert children() == before


def test_an_endless_batch_can_be_left_at_any_time(children):
    def endless():
        while True:
            yield RIGHT, "ex01"

    before, descriptors = children(), len(os.listdir("/proc/self/fd"))
    batch = learncnn.grade_many(endless(), jobs=1)
    assert [next(batch).report.state for _ in range(5)] == ["passed"] * 5
    batch.close()
    assert children() == before
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_importing_learncnn_imports_nothing_heavy(tmp_path):
    import subprocess
    import sys

    program = "import sys, learncnn; learncnn.__version__; print('numpy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert shown.stdout == "False\n"
