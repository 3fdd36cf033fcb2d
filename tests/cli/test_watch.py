"""Test `learncnn watch` as a real process: it checks saved files, and survives editors' habits."""

import os
import pty
import select
import subprocess
import sys
import time

import pytest

from .conftest import CORRECT, FLIPPED, SIZES

SECONDS = 30


class Watching:
    """A running `watch` and what it has said so far."""

    def __init__(self, command, root, terminal):
        self.root = root
        self.said = ""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "80"}
        if terminal:
            self.out, theirs = pty.openpty()
            streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        else:
            self.out, theirs = os.pipe()
            streams = {"stdin": subprocess.DEVNULL, "stdout": theirs, "stderr": theirs}
        self.process = subprocess.Popen(command, cwd=root, env=environment, **streams)
        os.close(theirs)

    def until(self, text):
        """What is said from now on, up to `text`."""
        deadline = time.monotonic() + SECONDS
        while text not in self.said:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} was not said, but: {self.said}"
            if select.select([self.out], [], [], left)[0]:
                self.said += os.read(self.out, 1 << 16).decode("utf-8", "replace")
        before, _, self.said = self.said.partition(text)
        return before + text

    def save(self, name, content):
        (self.root / name).write_text(content)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.out)


@pytest.fixture
def watch(course, workspace):
    """Start `watch`: watch("ex01", "--poll", terminal=True)."""
    program = (
        "from pathlib import Path; import learncnn.grader.course.catalog as c\n"
        f"c.EXERCISES = Path({str(course)!r})\n"
        "from learncnn.cli import main; main()"
    )
    opened = []

    def start(*words, terminal=False):
        command = [sys.executable, "-c", program, "watch", *words]
        opened.append(Watching(command, workspace, terminal))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.mark.parametrize("options", [(), ("--poll",)], ids=["events", "polling"])
def test_a_save_is_checked_and_a_pass_goes_on(watch, options):
    running = watch(*options)
    running.until("not started yet")
    running.until("watching ex01_slide.py")
    running.save("ex01_slide.py", FLIPPED)
    assert "FLIP" in running.until("ex01_slide.py checked in")
    running.save("ex01_slide.py", CORRECT)
    passed = running.until("ex01_slide.py checked in")
    assert "✓ values" in passed
    assert "Watching ex02_sizes.py" in passed
    running.save("ex02_sizes.py", SIZES)
    assert "✓ values" in running.until("ex02_sizes.py checked in")


def test_broken_deleted_and_renamed_files_are_survived(watch):
    running = watch("ex01")
    running.until("watching ex01_slide.py")
    running.save("ex01_slide.py", "def corr2d(X, K:\n")
    assert "SyntaxError" in running.until("checked in")
    (running.root / "ex01_slide.py").unlink()
    running.save("aside.py", CORRECT)
    (running.root / "aside.py").rename(running.root / "ex01_slide.py")
    assert "✓ values" in running.until("ex01_slide.py checked in")
    assert running.process.poll() is None


def test_keys_give_hints_details_lists_and_an_end(watch):
    running = watch("ex01", terminal=True)
    running.until("q quit")
    for key, said in ((b"h", "First hint."), (b"l", "ex02"), (b"n", "ex02_sizes.py")):
        os.write(running.out, key)
        running.until(said)
    os.write(running.out, b"q")
    assert running.process.wait(timeout=SECONDS) == 0


def test_a_reset_asks_twice_and_keeps_a_backup(watch):
    running = watch("ex01", terminal=True)
    running.until("q quit")
    running.save("ex01_slide.py", FLIPPED)
    running.until("FLIP")
    os.write(running.out, b"x")
    running.until("once more")
    os.write(running.out, b"x")
    running.until("not started yet")
    (backup,) = (running.root / "backups").iterdir()
    assert backup.read_text() == FLIPPED


def test_watch_needs_a_workspace(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("watch").exit_code == 2
