"""Test lessons without an exercise: shown by list, show, next and quiz, but never counted."""

import json

import pytest

from learncnn.grader.course import catalog
from learncnn.grader.course.lesson_catalog import load_lessons

LESSONS = """[les01]
folder = "les01_before"
before = "ex01"
title.en = "Before all"
title.zh = "开始之前"
banks = ["les01"]
"""
ITEM = """[[item]]
id = "QL01-1"
kind = "choice"
stem.en = "What comes first?"
stem.zh = "什么在先？"
[item.answer]
text.en = "the lesson"
text.zh = "讲解"
en = "It stands before."
zh = "它在前面。"
[[item.wrong]]
code = "FLIP"
text.en = "the answer"
text.zh = "答案"
en = "That comes last."
zh = "那在最后。"
"""


@pytest.fixture(autouse=True)
def lesson(course, tmp_path, monkeypatch):
    """The small course with a lesson before its first exercise."""
    import shutil

    folder = tmp_path / "with_lesson"
    shutil.copytree(course, folder)
    (folder / "lessons.toml").write_text(LESSONS, "utf-8")
    (folder / "les01_before").mkdir()
    for lang, text in (("en", "# Before all\n\nRead me."), ("zh", "# 开始之前\n\n先读我。")):
        (folder / "les01_before" / f"lesson.{lang}.md").write_text(text, "utf-8")
    (folder / "les01_before" / "quiz.toml").write_text(ITEM, "utf-8")
    monkeypatch.setattr(catalog, "EXERCISES", folder)
    catalog.load_catalog.cache_clear()
    assert list(load_lessons()) == ["les01"]


def test_a_lesson_is_shown_by_any_of_its_names(cli):
    for name in ("les01", "les1", "LES 01", "lesson 1", "les01_before", "Before all"):
        assert "Read me." in cli("show", name).stdout
    assert "先读我" in cli("--lang", "zh", "show", "les01").stdout
    assert "<h1>Before all</h1>" in cli("show", "les01", "--html").stdout


def test_the_list_has_it_before_its_exercise_and_counts_it_nowhere(cli, workspace):
    lines = cli("list").stdout.splitlines()
    place = next(n for n, line in enumerate(lines) if "les01  Before all" in line)
    assert "ex01" in lines[place + 1]
    rows = json.loads(cli("list", "--json").stdout)
    assert [row["id"] for row in rows] == ["les01", "ex01", "ex02"]
    assert [row["kind"] for row in rows] == ["lesson", "exercise", "exercise"]
    for choice in ("--todo", "--done", "--due"):
        assert "les01" not in cli("list", choice).stdout
    assert "0/2" in cli("progress").stdout
    assert json.loads(cli("progress", "--json").stdout)["total"] == 2


def test_next_says_to_read_it_first(cli, workspace):
    assert "read first: learncnn show les01  (Before all)" in cli("next").stdout


def test_the_workspace_holds_its_text_and_no_stub(workspace):
    assert "Read me." in (workspace / "lessons" / "les01_before.md").read_text("utf-8")
    assert not list(workspace.glob("les01*"))


@pytest.mark.parametrize("command", ["check", "hint", "reset", "notebook"])
def test_what_needs_an_exercise_says_that_it_has_none(cli, workspace, command):
    result = cli(command, "les01")
    assert result.exit_code == 2
    assert "lesson without an exercise" in result.stderr


def test_start_says_where_to_begin(cli, tmp_path):
    assert "learncnn show les01  ·  learncnn show ex01" in cli("start", tmp_path / "new").stdout


def test_a_figure_that_cannot_be_drawn_is_named_by_file_and_line(cli, tmp_path):
    path = load_lessons()["les01"].path / "lesson.en.md"
    path.write_text("# A\n\n```figure\nkind = 'widow'\n```\n", "utf-8")
    for words in (("show", "les01"), ("show", "les01", "--html"), ("start", tmp_path / "new")):
        result = cli(*words)
        assert result.exit_code == 5
        assert f"{path}: figure block in line 3: there is no kind 'widow'" in result.stderr
        assert "Traceback" not in result.stderr
    assert not (tmp_path / "new").exists()
