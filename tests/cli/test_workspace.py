"""Test start, reset, and the records of a workspace."""

import json

import nbformat
import pytest

from learncnn.grader.course.catalog import load_catalog


def test_start_writes_stubs_and_lessons(workspace):
    names = {path.name for path in workspace.iterdir()}
    assert names == {"learncnn.toml", "lessons", ".vscode", "ex01_slide.py", "ex02_sizes.py"}
    source = (workspace / "ex01_slide.py").read_text("utf-8")
    assert "X: numpy array [H, W]" in source
    assert "np.zeros" in source
    assert "$" not in source
    compile(source, "ex01_slide.py", "exec")


def test_start_never_overwrites(cli, workspace):
    (workspace / "ex01_slide.py").write_text("mine")
    (workspace / "ex02_sizes.py").unlink()
    result = cli("start", workspace)
    assert "1 files written" in result.stdout
    assert (workspace / "ex01_slide.py").read_text() == "mine"


def test_start_adds_its_task_to_those_of_vs_code(cli, workspace):
    path = workspace / ".vscode" / "tasks.json"
    path.write_text('{"version": "2.0.0", "tasks": [{"label": "mine"}] /* all */}')
    assert "was added" in cli("start", workspace).stderr
    assert "/* all */" in path.read_text()
    assert "learncnn: watch" in path.read_text()
    assert cli("start", workspace).stderr == ""


def test_start_leaves_tasks_that_it_cannot_read_and_goes_on(cli, workspace):
    path = workspace / ".vscode" / "tasks.json"
    path.write_text("mine")
    (workspace / "ex02_sizes.py").unlink()
    result = cli("start", workspace)
    assert result.exit_code == 0
    assert "stays as it is" in result.stderr
    assert "1 files written" in result.stdout
    assert path.read_text() == "mine"


def test_start_keeps_the_settings_of_a_workspace(cli, workspace):
    cli("start", workspace, "--framework", "torch")
    assert 'framework = "numpy"' in (workspace / "learncnn.toml").read_text()


def test_torch_stubs_import_torch_and_speak_of_tensors(cli, tmp_path):
    cli("start", tmp_path, "--framework", "torch", "--lang", "zh")
    source = (tmp_path / "ex01_slide.py").read_text("utf-8")
    assert "import torch" in source
    assert "numpy" not in source
    assert "torch 张量" in source
    assert "滑动" in (tmp_path / "lessons" / "ex01_slide.md").read_text("utf-8")


def test_the_language_of_start_is_remembered(cli, tmp_path, monkeypatch):
    cli("start", tmp_path, "--lang", "zh")
    monkeypatch.chdir(tmp_path)
    assert "滑动" in cli("list").stdout
    assert "Sliding" in cli("--lang", "en", "list").stdout


@pytest.mark.parametrize(
    ("words", "environment", "stored"),
    [
        (("--lang", "zh", "start"), {}, "zh"),
        (("--lang", "en", "start"), {"LANG": "zh_CN.UTF-8"}, "en"),
        (("start", "--lang", "zh"), {}, "zh"),
        (("--lang", "en", "start", "--lang", "zh"), {}, "zh"),
        (("start",), {"LEARNCNN_LANG": "zh"}, "zh"),
        (("start",), {"LANG": "zh_CN.UTF-8"}, "auto"),
        (("--lang", "auto", "start"), {"LEARNCNN_LANG": "zh"}, "auto"),
    ],
)
def test_the_language_asked_for_is_stored(cli, tmp_path, monkeypatch, words, environment, stored):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli(*words, tmp_path / "study").exit_code == 0
    assert f'lang = "{stored}"' in (tmp_path / "study" / "learncnn.toml").read_text()
    for name in environment:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path / "study")
    assert ("滑动" in cli("list").stdout) == (stored == "zh")


def test_another_language_does_not_change_a_workspace(cli, workspace):
    result = cli("--lang", "zh", "start", ".")
    assert 'lang = "auto"' in (workspace / "learncnn.toml").read_text()
    assert 'lang = "auto"' in result.stderr


def test_a_chinese_stub_says_what_to_do_in_chinese_and_is_untouched(cli, tmp_path, monkeypatch):
    cli("--lang", "zh", "start", tmp_path)
    source = (tmp_path / "ex01_slide.py").read_text("utf-8")
    assert "# TODO：滑动卷积核。" in source
    assert "slide the kernel" not in source
    monkeypatch.chdir(tmp_path)
    result = cli("check", "ex01")
    assert result.exit_code == 1
    assert "ex01_slide.py" in result.stdout
    assert "✗" not in result.stdout


def test_notebook_stubs_are_valid_notebooks_and_checked(cli, tmp_path, monkeypatch):
    cli("start", tmp_path, "--notebooks")
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.read(tmp_path / "ex02_sizes.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", *["code"] * 5]
    assert "not started yet" in cli("check", "ex02").stdout


def test_a_folder_that_cannot_be_written_is_said(cli, tmp_path):
    (tmp_path / "file").write_text("")
    result = cli("start", tmp_path / "file" / "study")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_reset_keeps_a_backup(cli, workspace):
    (workspace / "ex01_slide.py").write_text("mine")
    result = cli("reset", "ex01")
    assert result.exit_code == 0
    (backup,) = (workspace / "backups").iterdir()
    assert backup.read_text() == "mine"
    assert backup.name in result.stdout
    assert "TODO" in (workspace / "ex01_slide.py").read_text()


def test_two_resets_keep_two_backups(cli, workspace):
    cli("reset", "--all")
    cli("reset", "--all")
    assert len(list((workspace / "backups").iterdir())) == 4


def test_reset_needs_a_name(cli, workspace):
    assert cli("reset").exit_code == 2


def test_progress_counts_attempts_and_passes(cli, check, correct, flipped, workspace):
    check(flipped)
    check(correct)
    entry = json.loads(cli("progress", "--json").stdout)["exercises"]["ex01"]
    assert entry["attempts"] == 2
    assert entry["passed"]
    assert entry["codes"] == []
    assert "1/2 exercises passed" in cli("progress").stdout


def test_an_untouched_stub_is_no_attempt(cli, workspace):
    cli("check", "ex01")
    assert json.loads(cli("progress", "--json").stdout)["exercises"]["ex01"]["attempts"] == 0


def test_progress_says_what_one_can_do_and_what_was_overcome(cli, check, correct, flipped):
    check(flipped)
    before = cli("progress").stdout
    assert "Still open" in before
    assert "ex01  FLIP\n        Your numbers match a kernel rotated" in before
    assert "You can now" not in before
    check(correct)
    after = cli("progress").stdout
    assert "✓ ex01  Slide a window." in after
    assert "Still open" not in after
    assert "Misconceptions you have overcome\n  ex01  FLIP\n        Your numbers match" in after
    found = json.loads(cli("progress", "--json").stdout)
    assert found["units"] == [{"name": "A", "title": "Windows", "passed": 1, "exercises": 2}]
    assert [mistake["code"] for mistake in found["overcome"]] == ["FLIP"]
    check(flipped)
    assert json.loads(cli("progress", "--json").stdout)["overcome"] == []


def test_progress_counts_quizzes_answered_and_due(cli, workspace):
    assert "learncnn quiz" in cli("progress").stdout
    due = {"asked": 3, "right": 2, "due": "2020-01-01T00:00:00+00:00"}
    state = {"version": 1, "student": "ann", "items": {"Q03-1": due}}
    (workspace / ".learncnn").mkdir(exist_ok=True)
    (workspace / ".learncnn" / "quiz.json").write_text(json.dumps(state))
    screen = cli("progress").stdout
    assert "Quiz questions answered: 3, right: 2 · Due today: 1 (learncnn review)" in screen


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_progress_as_a_page_says_the_same(cli, check, correct, flipped, workspace, lang):
    check(flipped)
    check(correct)
    result = cli("--lang", lang, "progress", "--html", "progress.html")
    assert result.stdout == ""
    page = (workspace / "progress.html").read_text("utf-8")
    said = {"en": ["Slide a window.", "Your numbers match", "1/2"], "zh": ["滑动窗口。", "1/2"]}
    assert all(text in page for text in said[lang])
    assert "<script" not in page


def test_a_page_that_cannot_be_written_is_a_usage_error(cli, workspace):
    result = cli("progress", "--html", "nowhere/progress.html")
    assert result.exit_code == 2
    assert "nowhere/progress.html" in result.stderr


def test_progress_survives_a_crash_while_it_is_written(cli, check, correct, workspace, monkeypatch):
    check(correct)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", crash)
        cli("check", "ex01")
    path = workspace / ".learncnn" / "progress.json"
    assert json.loads(path.read_text())["exercises"]["ex01"]["passed"]
    assert [p.name for p in path.parent.iterdir() if "progress" in p.name] == ["progress.json"]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), ["ex01", "ex02"]),
        (("--todo",), ["ex02"]),
        (("--done",), ["ex01"]),
        (("--due",), []),
        (("--unit", "a"), ["ex01", "ex02"]),
    ],
)
def test_list_selects(cli, check, correct, options, ids, workspace, monkeypatch):
    check(correct)
    monkeypatch.setattr("learncnn.grader.student.overview.due_exercises", lambda _: frozenset())
    found = json.loads(cli("list", *options, "--json").stdout)
    assert [item["id"] for item in found] == ids


def test_an_unknown_unit_is_refused(cli):
    assert cli("list", "--unit", "Z").exit_code == 2


def test_next_is_the_first_not_passed(cli, check, correct, workspace):
    assert "ex01" in cli("next").stdout
    check(correct)
    assert "ex02" in cli("next").stdout


def test_list_shows_what_an_exercise_builds_on(cli, workspace):
    line = next(line for line in cli("list").stdout.splitlines() if "ex02" in line)
    assert line.rstrip().endswith("after ex01")


def test_the_fast_track_is_marked_and_explained():
    from learncnn.grader.student.overview import list_lines
    from learncnn.grader.terminal.layout import Paint
    from learncnn.grader.workspace.progress import Entry, Progress

    info = load_catalog().resolve("ex02")._replace(covers=("ex01",))
    lines = list_lines([info], Progress({"ex01": Entry()}), Paint())
    assert "»  after ex01" in lines[1]
    assert "fast track" in lines[-1]


def test_a_passed_fast_track_exercise_covers_narrower_ones(monkeypatch):
    from learncnn.grader.student import overview
    from learncnn.grader.workspace.progress import Entry, Progress

    catalog = load_catalog()
    first, second = catalog.exercises.values()
    fast = second._replace(id="ex03", covers=("ex01",))
    monkeypatch.setattr(
        overview, "load_catalog", lambda: catalog._replace(exercises={"ex01": first, "ex03": fast})
    )
    passed = Progress({"ex03": Entry(passed="2026-01-01")})
    assert overview.open_prerequisites(second, passed) == []
    assert overview.open_prerequisites(second, Progress()) == ["ex01"]


def test_open_prerequisites_warn_and_never_refuse(cli, workspace, sizes):
    (workspace / "ex02_sizes.py").write_text(sizes.replace("2 * padding", "padding"))
    result = cli("check", "ex02")
    assert result.exit_code == 1
    assert "ex02 builds on ex01" in result.stderr
