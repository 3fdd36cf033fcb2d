"""VS Code's tasks.json: written, added to without touching the rest, or left as it is."""

import json
import os

import pytest

from learncnn.grader.files.jsonc import JsoncError, read_jsonc, with_item
from learncnn.grader.i18n.texts import worded
from learncnn.grader.workspace.editor_tasks import TASK, TASKS, add_task

from ..scanners.growth import superlinear

COMMENTED = """// Tasks of mine. "tasks": [
{
    "version": "2.0.0", /* not
    2.0.1 */
    "inputs": [{"tasks": ["no, not here"], "id": "a // b"}],
    "tasks": [
        {
            "label": "build \\"all\\" // [", // keep
            "command": "make", "args": ["]", "}",],
        }, // the last one
    ],
}
"""


@pytest.fixture
def tasks(tmp_path):
    """Write tasks.json, if there is any content, and add the task: (note, bytes)."""
    path = tmp_path / TASKS

    def tasks(content=None):
        if content is not None:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        note = add_task(tmp_path)
        return worded(note), path.read_bytes()

    return tasks


def test_a_new_file_is_plain_json_with_the_task(tasks):
    note, content = tasks()
    assert note == ""
    assert json.loads(content) == {"version": "2.0.0", "tasks": [TASK]}


def test_a_second_time_changes_nothing(tasks):
    _, content = tasks()
    assert tasks() == ("", content)


def test_a_task_that_was_edited_stays(tasks):
    edited = json.dumps({"version": "2.0.0", "tasks": [TASK | {"command": "python3"}]})
    assert tasks(edited) == ("", edited.encode())


def test_the_rest_of_a_file_with_comments_stays_to_the_letter(tasks):
    note, content = tasks(COMMENTED)
    text = content.decode()
    assert "was added" in note
    before, after = COMMENTED.split("    ],\n}")
    assert text.startswith(before.rstrip("\n"))
    assert text.endswith("    ],\n}" + after)
    found = read_jsonc(text)["tasks"]
    assert [task["label"] for task in found] == ['build "all" // [', TASK["label"]]
    assert found[1] == TASK
    assert tasks() == ("", content)


@pytest.mark.parametrize(
    "text",
    [
        '{"version": "2.0.0"}',
        '{"version": "2.0.0", "tasks": []}',
        '{"version": "2.0.0", "tasks": [\n]}',
        '{"version": "2.0.0", "tasks": [ /* none */ ]}',
        '{"version": "2.0.0", "tasks": [{"label": "a"}]}',
        '{"version": "2.0.0", "tasks": [{"label": "a"},]}',
        '{"version": "2.0.0", "tasks": [{"label": "a"} // , or not\n]}',
        '{"version": "2.0.0", "tasks": [{"label": "a"}\n// end\n\t]\n}',
        '{\r\n\t"version": "2.0.0",\r\n\t"tasks": [\r\n\t\t{"label": "a"}\r\n\t]\r\n}\r\n',
        '\ufeff{"version": "2.0.0", "tasks": [{"label": "构建"}]}',
    ],
)
def test_every_layout_is_added_to(tasks, text):
    had = read_jsonc(text.lstrip("\ufeff"))
    note, content = tasks(text)
    added = content.decode("utf-8-sig")
    assert "was added" in note
    assert read_jsonc(added) == had | {"tasks": [*had.get("tasks", []), TASK]}
    assert content.startswith(b"\xef\xbb\xbf") == text.startswith("\ufeff")
    assert added.count("//") == text.count("//")
    if "\r\n" in text:
        assert added.count("\n") == added.count("\r\n")


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_is_filled(tasks, text):
    assert json.loads(tasks(text)[1])["tasks"] == [TASK]


@pytest.mark.parametrize(
    "text",
    [
        '{"version": "2.0.0", "tasks": [',
        '{"version": "2.0.0", "tasks": {}}',
        '{"version": "2.0.0", "tasks": null}',
        '{"version": "2.0.0", "tasks": ["a"]}',
        '{"version": "2.0.0", "tasks": [], "tasks": []}',
        '{"version": "0.1.0", "command": "make"}',
        '{"command": "make"}',
        "[]",
        "3",
        b"\xff\xfe{\x00}\x00",
        "[" * 100_000,
        "{} " * 500_000,
    ],
    ids=range(12),
)
def test_what_cannot_be_merged_stays_as_it_is_and_is_told(tasks, text):
    note, content = tasks(text)
    assert "stays as it is" in note
    assert content == (text if isinstance(text, bytes) else text.encode())


def test_a_link_is_followed_and_permissions_stay(tasks, tmp_path):
    (tmp_path / ".vscode").mkdir()
    real = tmp_path / "real.json"
    real.write_text('{"version": "2.0.0"}')
    real.chmod(0o600)
    (tmp_path / TASKS).symlink_to(real)
    tasks()
    assert (tmp_path / TASKS).is_symlink()
    assert read_jsonc(real.read_text())["tasks"] == [TASK]
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / ".vscode").mkdir()
    os.mkfifo(tmp_path / TASKS)
    assert "stays as it is" in worded(add_task(tmp_path))


def test_a_file_in_the_folders_place_is_told(tmp_path):
    (tmp_path / ".vscode").write_text("mine")
    assert "cannot be written" in worded(add_task(tmp_path))
    assert (tmp_path / ".vscode").read_text() == "mine"


@pytest.mark.parametrize("part", ["/*", "//", '"', ",", "[", '"tasks":', ", \n", "\\"])
def test_reading_takes_time_in_proportion(part):
    def read(text):
        with pytest.raises(JsoncError):
            with_item(text, "tasks", {})

    assert not superlinear(read, lambda size: "{" + part * (size // len(part)))
