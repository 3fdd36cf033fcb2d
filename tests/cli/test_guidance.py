"""Test hints, solutions, lessons, help, doctor and completion."""

import json
from types import SimpleNamespace

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise import Exercise
from learncnn.grader.lessons.lesson import lesson_html


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


@pytest.fixture
def answers(tmp_path_factory, monkeypatch):
    """Solutions of ex01 with a model answer."""
    folder = tmp_path_factory.mktemp("answers")
    (folder / "plain.py").write_text(
        "import numpy as np\n\n\ndef empty(X):\n    return np.zeros(X.shape, dtype=X.dtype)\n"
        "\n\ndef corr2d(X, K):\n    return empty(X)\n"
    )
    (folder / "vectorised.py").write_text("def corr2d(X, K):\n    return 0 * X\n")
    (folder / "why.toml").write_text('[corr2d]\nen = "Zero times X."\nzh = "零乘 X。"\n', "utf-8")
    found = Exercise("ex01", answers=folder)
    monkeypatch.setattr(
        "learncnn.grader.answer_key.model_answers.load_exercise", lambda info: found
    )
    return folder


def test_giving_up_shows_the_model_answer_and_is_recorded(cli, workspace, answers):
    result = cli("solution", "ex01", "--give-up")
    assert result.exit_code == 0
    assert result.stdout == (answers / "plain.py").read_text()
    assert "learncnn solution ex01 corr2d" in result.stderr
    assert "solution seen" in cli("progress").stdout
    assert cli("solution", "ex01").exit_code == 0


def test_one_function_is_shown_in_both_forms_with_the_reason(cli, workspace, answers):
    shown = cli("solution", "ex01", "corr2d", "--give-up").stdout
    assert shown.splitlines() == [
        "# Plain",
        "def corr2d(X, K):",
        "    return empty(X)",
        "",
        "# Vectorised",
        "def corr2d(X, K):",
        "    return 0 * X",
        "",
        "# Zero times X.",
        "# Calls empty(): learncnn solution ex01",
    ]
    assert "# 零乘 X。" in cli("--lang", "zh", "solution", "ex01", "corr2d").stdout


def test_a_workspace_for_torch_is_shown_torchs_words(cli, workspace, answers):
    marker = workspace / "learncnn.toml"
    marker.write_text(marker.read_text().replace('"numpy"', '"torch"'))
    shown = cli("solution", "ex01", "--give-up").stdout
    assert "import torch\n" in shown
    assert "return X.new_zeros(X.shape)" in shown


def test_a_function_that_does_not_exist_is_named_with_those_that_do(cli, workspace, answers):
    result = cli("solution", "ex01", "corr3d", "--give-up")
    assert result.exit_code == 2
    assert "corr3d" in result.stderr
    assert "corr2d" in result.stderr
    assert json.loads(cli("progress", "--json").stdout)["exercises"]["ex01"]["given_up"] == ""


def test_solutions_without_a_model_answer_say_so(cli, workspace, answers):
    (answers / "plain.py").unlink()
    result = cli("solution", "ex01", "--give-up")
    assert result.exit_code == 2
    assert "no model answer of ex01" in result.stderr


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
    monkeypatch.setattr(
        "learncnn.grader.lessons.lesson.lesson_text", lambda _: "<script>x</script>"
    )
    assert "<script>" not in lesson_html(info)


QUESTION = """
Why?

<details>
<summary>Answer</summary>

Because of **x < y**.

</details>
"""


def test_an_answer_is_folded_on_a_page_and_shown_on_demand_on_a_terminal(cli, monkeypatch):
    monkeypatch.setattr("learncnn.grader.lessons.lesson.lesson_text", lambda _: QUESTION)
    info = load_catalog().resolve("ex01")
    page = lesson_html(info)
    assert "<details>\n<summary>Answer</summary>\n<p>Because of <strong>x\xa0&lt;\xa0y" in page
    assert page.count("</details>") == 1
    assert "Because" not in cli("show", "ex01").stdout
    assert "learncnn show ex01 --answers" in cli("show", "ex01").stdout
    assert "Because of x < y." in cli("show", "ex01", "--answers").stdout


@pytest.mark.parametrize(
    "markup",
    [
        "<details open onclick=x>\n<summary>A</summary>\n",
        "<details>\n<summary><b>A</b></summary>\n",
        "a <b onclick=x>",
    ],
)
def test_other_markup_than_that_of_answers_is_escaped(monkeypatch, markup):
    monkeypatch.setattr("learncnn.grader.lessons.lesson.lesson_text", lambda _: markup)
    page = lesson_html(load_catalog().resolve("ex01"))
    assert "&lt;" in page
    assert not any(tag in page for tag in ("<details", "<b" + ">", "<b "))


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
    for exercise, functions in (("ex01", ["corr2d"]), ("ex99", [])):
        found = [item.value for item in completer.get_completions(["solution", exercise], "c")]
        assert found == functions
