"""Hints, solutions, lessons, help, doctor, completion."""

import json
from types import SimpleNamespace

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise import Exercise
from learncnn.grader.render.lesson import lesson_html


def test_hints_go_from_level_to_level(cli, workspace):
    outputs = [cli("hint", "ex01").stdout for _ in range(4)]
    assert "First hint." in outputs[0]
    assert "Second hint." in outputs[1]
    assert "Third hint." in outputs[2]
    assert "That was the last hint" in outputs[3]


def test_after_a_diagnosis_its_hint_comes_first_and_once(cli, check, flipped, workspace):
    check(flipped)
    assert "Use K as it is." in cli("hint", "ex01").stdout
    assert "First hint." in cli("hint", "ex01").stdout


def test_a_hint_needs_no_workspace(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "First hint." in cli("hint", "slide").stdout


def test_the_solution_waits_for_a_pass(cli, workspace):
    result = cli("solution", "ex01")
    assert result.exit_code == 2
    assert "--give-up" in result.stderr


def test_the_solution_says_when_it_is_not_installed(cli, workspace, monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    result = cli("solution", "ex01", "--give-up")
    assert result.exit_code == 2
    assert "learncnn-solutions" in result.stderr
    assert json.loads(cli("progress", "--json").stdout)["exercises"]["ex01"]["given_up"] == ""


def test_the_solution_says_that_it_needs_torch(cli, workspace, monkeypatch):
    """Where torch is not installed an exercise for torch alone has no reference to run."""

    def load(folder):
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    entry = SimpleNamespace(load=lambda: load)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: (entry,))
    result = cli("solution", "ex01", "--give-up")
    assert result.exit_code == 2
    assert "pip install torch" in result.stderr
    assert json.loads(cli("progress", "--json").stdout)["exercises"]["ex01"]["given_up"] == ""


def test_giving_up_shows_the_reference_and_is_recorded(cli, workspace, monkeypatch):
    found = Exercise("ex01")

    @found.function
    def corr2d(X, K):
        return X

    monkeypatch.setattr(
        "learncnn.grader.answer_key.solution_source.load_exercise", lambda info: found
    )
    result = cli("solution", "ex01", "--give-up")
    assert result.exit_code == 0
    assert "def corr2d(X, K):" in result.stdout
    assert "solution seen" in cli("progress").stdout
    assert cli("solution", "ex01").exit_code == 0


def test_show_prints_the_lesson_and_draws_its_example(cli):
    output = cli("show", "ex01").stdout
    assert "Sliding a window" in output
    assert "19  25" in output
    assert "卷积核" in cli("--lang", "zh", "show", "ex01").stdout


def test_the_html_lesson_is_a_page_with_the_table(cli):
    page = cli("show", "ex01", "--html").stdout
    assert page.startswith("<!doctype html>")
    assert "<table>" in page
    assert "<strong>kernel</strong>" in page


def test_markup_in_a_lesson_is_escaped(tmp_path, monkeypatch):
    info = load_catalog().resolve("ex01")
    monkeypatch.setattr("learncnn.grader.render.lesson.lesson_text", lambda _: "<script>x</script>")
    assert "<script>" not in lesson_html(info)


def test_an_exercise_without_a_lesson_says_so(cli):
    result = cli("show", "ex02")
    assert result.exit_code == 2
    assert "no lesson" in result.stderr


def test_doctor_names_versions_layers_and_places(cli, workspace):
    output = cli("doctor").stdout
    for word in ("numpy", "landlock", "seccomp", str(workspace)):
        assert word in output
    assert json.loads(cli("doctor", "--json").stdout)["workspace"] == str(workspace)


def test_doctor_says_how_to_get_a_missing_layer(cli, monkeypatch):
    from learncnn.grader.runner.isolation import LayerStatus

    status = [LayerStatus("landlock", False, "the kernel has none", "layer.landlock")]
    monkeypatch.setattr("learncnn.grader.student.doctor.machine_status", lambda: status)
    output = cli("doctor").stdout
    assert "MISSING: the kernel has none" in output
    assert "lsm=landlock" in output


def test_help_is_translated_and_lists_every_command(cli):
    english, chinese = cli("--help").stdout, cli("--lang", "zh", "--help").stdout
    for name in ("start", "check", "doctor", "quiz", "author"):
        assert f"\n  {name}" in english
        assert f"\n  {name}" in chinese
    assert "检查你的代码" in chinese
    assert "JUnit" in cli("--lang", "zh", "check", "--help").stdout


def test_version_and_unknown_commands(cli):
    from learncnn import __version__

    assert __version__ in cli("--version").stdout
    assert cli("frobnicate").exit_code == 2


def test_completion_offers_exercises(command):
    from click.shell_completion import BashComplete

    from learncnn.cli import main

    assert "_LEARNCNN_COMPLETE=bash_complete" in command("completion", "bash").stdout
    completer = BashComplete(main, {}, "learncnn", "_LEARNCNN_COMPLETE")
    found = [item.value for item in completer.get_completions(["check"], "ex")]
    assert found == ["ex01", "ex02"]
