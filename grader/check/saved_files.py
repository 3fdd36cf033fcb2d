"""Which files of a folder were saved: by the system's events, or by looking again and again.

Events do not arrive everywhere (WSL, network mounts, some containers). So a probe is written
first: if its event does not come, the folder is polled.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

#: Changes that come this close together are one save, in milliseconds.
DEBOUNCE_MS = 30
STEP_MS = 5
PROBE_SECONDS = 1.0
POLL_SECONDS = 0.1
SUFFIXES = (".py", ".ipynb")

Saved = Callable[[Path], None]
#: What changes when a file is saved, by path.
States = dict[Path, tuple[int, int, int]]


class Watcher:
    """Calls `saved` with every source file of `root` that changes, from a thread of its own."""

    def __init__(
        self, root: Path, state_dir: Path, saved: Saved, *, since: States, poll: bool = False
    ) -> None:
        """Tells of what changed `since` too. `state_dir` is where the probe is written."""
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
        """Write the probe until it is heard of, for it may be written before the watch is on."""
        try:
            self._probe.parent.mkdir(exist_ok=True)
            deadline = time.monotonic() + PROBE_SECONDS
            while time.monotonic() < deadline:
                self._probe.write_text(str(time.monotonic()))
                if self._heard.wait(0.05):
                    return True
            return False
        except OSError:  # a read-only folder changes by other hands, if at all
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
        except (OSError, RuntimeError):  # the folder is gone, or there are no watches left
            if not self.polling and not self._end.is_set():
                self.polling = True
                self._poll()

    def _poll(self) -> None:
        while not self._end.wait(POLL_SECONDS):
            self._tell_changes()

    def _tell_changes(self) -> None:
        """Tell of each file that is not as it was when it was last told of."""
        with self._lock:
            for path, state in states(self._root).items():
                if self._known.get(path) != state:
                    self._known[path] = state
                    self._saved(path)


def states(root: Path) -> States:
    """The source files of a folder as they are now."""
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
    """Wait a moment for an editor that empties a file before it writes it."""
    for _ in range(10):
        try:
            if path.stat().st_size:
                return
        except OSError:
            pass
        time.sleep(0.01)
