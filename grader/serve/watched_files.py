"""Check and show files that other programs save in a workspace, as `watch` does."""

from __future__ import annotations

from pathlib import Path

from ..check.checking import exercise_at
from ..check.saved_files import Watcher, await_content, states
from ..errors import LearncnnError
from .file_routes import tell_saved
from .learners import Learner
from .running_checks import RunningChecks


class WatchedFiles:
    """Watches one learner's workspace in a separate thread."""

    def __init__(self, learner: Learner, checks: RunningChecks) -> None:
        self._learner = learner
        self._checks = checks
        workspace = learner.workspace
        since = states(workspace.root)
        self._watcher = Watcher(workspace.root, workspace.state_dir, self._saved, since=since)

    def close(self) -> None:
        """End the watch."""
        self._watcher.close()

    def _saved(self, path: Path) -> None:
        """Check a file, unless the page itself has written it or it belongs to no exercise."""
        info = exercise_at(path, self._learner.workspace)
        if info is None:
            return
        await_content(path)
        try:
            hash = self._learner.file_hash(info)
        except LearncnnError:  # deleted, or a link
            return
        if self._learner.is_news(info, hash):
            tell_saved(self._learner, info, hash)
            self._checks.start(self._learner, info)
