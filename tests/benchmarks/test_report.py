"""Test the content of the benchmarks' report, without assertions on speed."""

import subprocess
import sys
import types
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def report(monkeypatch, tmp_path):
    """The report with one benchmark, `toy`, whose ratio the test sets: report(1.5, "--record")."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import harness
    import report as module

    toy = types.ModuleType("toy")
    monkeypatch.setitem(sys.modules, "toy", toy)
    monkeypatch.setattr(module, "BENCHMARKS", {"toy": module.Benchmark({}, {})})
    monkeypatch.setattr(harness, "RECORD", tmp_path / "recorded.json")
    monkeypatch.setattr(module, "PAGE", tmp_path / "performance.md")

    def report(ratio, *words):
        targets = {"ours / theirs": harness.Target(2)}
        result = harness.Result("Toy", [("ours", "1 ms")], {"ours / theirs": ratio}, targets)
        toy.measure = lambda: result if ratio else 1 / 0
        monkeypatch.setattr(sys, "argv", ["report.py", *words])
        return module.main()

    return report


def test_a_ratio_that_moved_is_named_and_is_no_failure(report, capsys):
    assert report(1.0, "--record") == 0
    assert "Nothing was recorded" in capsys.readouterr().out
    assert report(1.1) == 0
    assert "0 of 1 ratios moved" in capsys.readouterr().out
    assert report(2.5) == 0
    shown = capsys.readouterr().out
    assert "1 of 1 ratios moved" in shown
    assert "+150%  ours / theirs: 1 → 2.5" in shown
    assert "≤ 2 (missed)" in shown


def test_ratios_of_another_machine_are_said_to_be(report, capsys, monkeypatch):
    report(1.0, "--record")
    monkeypatch.setattr("report.machine", lambda: "another")
    report(1.0)
    assert "another machine" in capsys.readouterr().out


def test_a_benchmark_that_breaks_is_a_failure_and_named(report, capsys):
    assert report(0) == 1
    assert "Could not run: toy" in capsys.readouterr().out


def test_the_page_names_the_machine_and_holds_the_tables(report, tmp_path):
    import platform

    report(1.5, "--write")
    page = (tmp_path / "performance.md").read_text("utf-8")
    assert f"Python {platform.python_version()}" in page
    assert "| ours / theirs | 1.5 | ≤ 2 |" in page
    assert platform.node() not in page.split("## Toy")[0]


@pytest.mark.parametrize("tool", [["unittest", "-q", "test_unittest"], ["pytest", "-q", "."]])
def test_the_assignment_that_all_graders_judge_tells_right_from_wrong(tool, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FOLDER))
    from assignment import for_scripts
    from startup import SOLUTIONS

    right = SOLUTIONS["numpy"]
    places = for_scripts(tmp_path, [right, right.replace("* K)", "* K[::-1, ::-1])")])
    codes = [
        subprocess.run([sys.executable, "-m", *tool], cwd=place, capture_output=True).returncode
        for place in places
    ]
    assert codes[0] == 0
    assert codes[1] != 0
