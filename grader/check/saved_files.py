"""Detect saved files in a folder, by the system's events or by polling.

Some systems deliver no events (WSL, network mounts, some containers). A probe file is therefore
written first: if its event does not arrive, the folder is polled.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

#: Maximum time between changes that count as one save, in milliseconds.
DEBOUNCE_MS = 30
STEP_MS = 5
PROBE_SECONDS = 1.0
POLL_SECONDS = 0.1
SUFFIXES = (".py", ".ipynb")

Saved = Callable[[Path], None]
#: Path → values of which at least one changes when the file is saved.
States = dict[Path, tuple[int, int, int]]


class Watcher:
    """Calls `saved`, in a separate thread, with every source file of `root` that changes."""

    def __init__(
        self, root: Path, state_dir: Path, saved: Saved, *, since: States, poll: bool = False
    ) -> None:
        """Start to watch; report changes `since` too. The probe is written in `state_dir`."""
        self._root = root
        self._probe = state_dir / ".watch-probe"
        self._saved = saved
        self._known = dict(since)
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._heard = threading.Event()
        self.polling = poll
        self._threads: list[threading.Thread] = []
        if not poll:
            self._begin(self._listen)
            self.polling = not self._events_arrive()
        if self.polling:
            self._begin(self._poll)
        self._tell_changes()

    def close(self) -> None:
        """End the threads."""
        self._end.set()
        for thread in self._threads:
            thread.join(timeout=2)

    def _begin(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _events_arrive(self) -> bool:
        """Write the probe repeatedly until its event arrives, since the watch may start late."""
        try:
            self._probe.parent.mkdir(exist_ok=True)
            deadline = time.monotonic() + PROBE_SECONDS
            while time.monotonic() < deadline:
                self._probe.write_text(str(time.monotonic()))
                if self._heard.wait(0.05):
                    return True
            return False
        except OSError:  # only others can change a read-only folder
            return False
        finally:
            self._probe.unlink(missing_ok=True)

    def _listen(self) -> None:
        from watchfiles import watch

        events = watch(
            self._root,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=self._end,
            rust_timeout=500,
            raise_interrupt=False,
        )
        try:
            for changes in events:
                if any(name.endswith(self._probe.name) for _, name in changes):
                    self._heard.set()
                if not self.polling:
                    self._tell_changes()
        except (OSError, RuntimeError):  # the folder was deleted, or the system has no watches left
            if not self.polling and not self._end.is_set():
                self.polling = True
                self._poll()

    def _poll(self) -> None:
        while not self._end.wait(POLL_SECONDS):
            self._tell_changes()

    def _tell_changes(self) -> None:
        """Report each file that has changed since it was last reported."""
        with self._lock:
            for path, state in states(self._root).items():
                if self._known.get(path) != state:
                    self._known[path] = state
                    self._saved(path)


def states(root: Path) -> States:
    """Return the current states of the source files of a folder."""
    found = {}
    try:
        entries = list(os.scandir(root))
    except OSError:
        return {}
    for entry in entries:
        if entry.name.endswith(SUFFIXES):
            try:
                info = entry.stat()
            except OSError:  # renamed meanwhile
                continue
            found[Path(entry.path)] = (info.st_mtime_ns, info.st_size, info.st_ino)
    return found


def await_content(path: Path) -> None:
    """Wait briefly for content, because some editors empty a file before they write it."""
    for _ in range(10):
        try:
            if path.stat().st_size:
                return
        except OSError:
            pass
        time.sleep(0.01)
