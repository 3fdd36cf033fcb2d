"""Manage learners and their files; no other module of this room handles paths.

There is currently one learner with one workspace. A server for a class would only have more of
them.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from ..check.checking import Target
from ..course.catalog import ExerciseInfo
from ..errors import FileConflict, SubmissionError, UsageError, WorkspaceError
from ..files.writing import write_aside
from ..submissions.submission import (
    MAX_NOTEBOOK_BYTES,
    MAX_SOURCE_BYTES,
    Submission,
    parse_submission,
    read_bytes,
)
from ..workspace.workspace import Workspace, back_up, reset_file
from .event_streams import EventStreams

_BOM = b"\xef\xbb\xbf"


class FileText(NamedTuple):
    """The content of a file, as shown in an editor."""

    text: str
    #: sha256 of its bytes.
    hash: str
    name: str
    #: Whether an editor may write it back; False for notebooks.
    editable: bool = True


class Learner:
    """A learner with a workspace. Methods may be called from several threads at once."""

    def __init__(self, workspace: Workspace, language: str) -> None:
        self.workspace = workspace
        #: The language of pages unless a request asks for another.
        self.language = language
        #: Lock held while progress, answers or a file are read, changed and written.
        self.lock = RLock()
        #: The open pages.
        self.streams = EventStreams()
        #: Hash of each exercise's file when this program last wrote or checked it.
        self._known: dict[str, str] = {}

    def target(self, info: ExerciseInfo) -> Target:
        """Return the target of a check of an exercise."""
        path = self.workspace.file_of(info)
        return Target(info, path, self.workspace, self.workspace.framework)

    def submission(self, info: ExerciseInfo) -> tuple[Submission, str]:
        """Return an exercise's file as a submission, and its hash. Raises SubmissionError."""
        path = self.workspace.file_of(info)
        content = _content(path)
        return parse_submission(content, path.name), _hash(content)

    def file_text(self, info: ExerciseInfo) -> FileText:
        """Return an exercise's file. Raises SubmissionError if there is none that can be read."""
        return _shown(self.workspace.file_of(info))

    def file_hash(self, info: ExerciseInfo) -> str:
        """Return the hash of an exercise's file. Raises SubmissionError."""
        return _hash(_content(self.workspace.file_of(info)))

    def write(self, info: ExerciseInfo, text: str, base: str, *, backup: bool = False) -> str:
        """Replace an exercise's file, whose hash was `base` ("" without one); return its hash.

        Line endings and a byte order mark are preserved. With `backup`, the replaced file is kept
        as in `reset`. Raises FileConflict if the file has changed, UsageError if an editor cannot
        write it back, SubmissionError for a link and for a text that is too long.
        """
        path = self.workspace.file_of(info)
        with self.lock:
            before = b""
            if base or os.path.lexists(path):
                before, found = _content(path), _shown(path)
                if found.hash != base:
                    raise FileConflict(found)
                if not found.editable:
                    key = "notebook" if path.suffix == ".ipynb" else "encoding"
                    raise UsageError("serve", key, file=path.name)
            content = _encoded(text, before)
            if len(content) > MAX_SOURCE_BYTES:
                limit = MAX_SOURCE_BYTES >> 10
                raise SubmissionError("submission", "too_big", file=path.name, limit=limit)
            if content != before:
                self._save(path, content, backup=backup)
            self._known[info.id] = _hash(content)
            return self._known[info.id]

    def reset(self, info: ExerciseInfo) -> str:
        """Restore the stub; return the name of the backup, "" if there was no file."""
        path = self.workspace.file_of(info)
        with self.lock:
            if path.is_symlink():
                raise SubmissionError("submission", "link", file=path)
            from ..lessons.lesson_notebook import stub_text  # imports numpy

            notebook = path.suffix == ".ipynb"
            stub = stub_text(info, self.workspace.framework, notebook=notebook)
            backup = reset_file(self.workspace, path, stub, _stamp())
            return backup.relative_to(self.workspace.root).as_posix() if backup else ""

    def is_news(self, info: ExerciseInfo, hash: str) -> bool:
        """Return whether another program has saved a file since the last call."""
        with self.lock:
            news = self._known.get(info.id) != hash
            self._known[info.id] = hash
            return news

    def _save(self, path: Path, content: bytes, *, backup: bool) -> None:
        try:
            if backup:
                back_up(self.workspace, path, _stamp())
            write_aside(path, content)
        except OSError as error:
            reason = error.strerror
            raise WorkspaceError("workspace", "unwritable", path=path, reason=reason) from error


def _content(path: Path) -> bytes:
    limit = MAX_NOTEBOOK_BYTES if path.suffix == ".ipynb" else MAX_SOURCE_BYTES
    return read_bytes(path, limit, follow=False)


def _shown(path: Path) -> FileText:
    content = _content(path)
    if path.suffix != ".ipynb":
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:  # another encoding: shown, if it is known, but not editable
            pass
        else:
            return FileText(text.replace("\r\n", "\n"), _hash(content), path.name)
    submission = parse_submission(content, path.name)
    return FileText(submission.source, _hash(content), path.name, editable=False)


def _encoded(text: str, before: bytes) -> bytes:
    """Encode text with the line endings and byte order mark of the content that it replaces."""
    text = text.replace("\r\n", "\n")
    if before.count(b"\r\n") * 2 > before.count(b"\n"):
        text = text.replace("\n", "\r\n")
    mark = _BOM if before.startswith(_BOM) else b""
    try:
        return mark + text.encode()
    except UnicodeEncodeError as error:  # half of a character that JSON writes as two
        raise UsageError("serve", "body") from error


def _stamp() -> str:
    return datetime.now().strftime("%Y%m%d-%H%M%S")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
