"""Write `.vscode/tasks.json`, so that VS Code runs `watch --problems` and lists problems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import NO_MESSAGE, Message
from ..files.jsonc import JsoncError, read_jsonc, with_item
from ..files.writing import write_aside, write_new

TASKS = Path(".vscode", "tasks.json")
#: Maximum size of a file to which the task is added, in bytes; usual files have a few KiB.
_MAX_BYTES = 1 << 20
#: Version of VS Code's format.
_VERSION = "2.0.0"
#: Lines that `watch --problems` prints before and after the current problems.
BEGIN, END = "learncnn watch: begin", "learncnn watch: end"
#: Pattern of a problem's line: FILE:LINE:COL: error: TEXT [CODE]
PROBLEM = r"^(.+?):(\d+):(\d+): (error): (.*?)(?: \[([A-Z0-9-]+)\])?$"
TASK: dict[str, Any] = {
    "label": "learncnn: watch",
    "type": "process",
    "command": "${command:python.interpreterPath}",
    "args": ["-m", "learncnn", "watch", "--problems"],
    "options": {"cwd": "${workspaceFolder}"},
    "isBackground": True,
    "presentation": {"reveal": "silent", "panel": "dedicated"},
    "problemMatcher": {
        "owner": "learncnn",
        "source": "learncnn",
        "fileLocation": ["autoDetect", "${workspaceFolder}"],
        "pattern": {
            "regexp": PROBLEM,
            "file": 1,
            "line": 2,
            "column": 3,
            "severity": 4,
            "message": 5,
            "code": 6,
        },
        "background": {
            "activeOnStart": True,
            "beginsPattern": f"^{BEGIN}$",
            "endsPattern": f"^{END}$",
        },
    },
}
_NEW = json.dumps({"version": _VERSION, "tasks": [TASK]}, indent=4) + "\n"
_MARK = b"\xef\xbb\xbf"


def add_task(root: Path) -> Message:
    """Add the task to the workspace's tasks.json, or create the file.

    A task of the same name, other tasks, comments and layout are unchanged. Return a note if an
    existing file was changed or could not be; an empty message otherwise.
    """
    path = root / TASKS
    try:
        path.parent.mkdir(exist_ok=True)
        if write_new(path, _NEW):
            return NO_MESSAGE
        content = _content(path)
        text = content.decode("utf-8-sig")
        if text.strip():
            tasks = _tasks(read_jsonc(text))
            if any(task.get("label") == TASK["label"] for task in tasks):
                return NO_MESSAGE
            mark = "\ufeff" if content.startswith(_MARK) else ""
            write_aside(path, mark + with_item(text, "tasks", TASK))
        else:
            write_aside(path, _NEW)
    except OSError as error:
        return Message("workspace", "tasks_unwritable", path=path, reason=error.strerror)
    except (JsoncError, UnicodeDecodeError):
        return Message("workspace", "tasks_kept", path=path)
    return Message("workspace", "tasks_merged", path=path)


def _content(path: Path) -> bytes:
    """Return the bytes of a file. Raises JsoncError if it is not a regular file or is too large."""
    if not path.is_file() or path.stat().st_size > _MAX_BYTES:
        raise JsoncError(str(path))
    return path.read_bytes()


def _tasks(document: Any) -> list[dict[str, Any]]:
    """Return the tasks of a document. Raises JsoncError if its version or form is unknown."""
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise JsoncError("version")
    tasks = document.get("tasks", [])
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise JsoncError("tasks")
    return tasks
