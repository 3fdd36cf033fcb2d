"""Memories that outlive a submission's process: what one leaves behind, the next must not find."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from learncnn.grader.runner.isolation import ALL_LAYERS
from learncnn.grader.runner.job import Call, Job, Limits
from learncnn.grader.runner.runner import Runner

FOLDER = Path(os.__file__).parent
#: What a submission does, and what the next one looks at.
TRACES = {
    "a file": ("open({0!r}, 'rb').read(1)", "os.stat({0!r}).st_atime_ns"),
    "a folder": ("os.listdir({0!r})", "os.stat({0!r}).st_atime_ns"),
    "a link": ("os.readlink({0!r})", "os.lstat({0!r}).st_atime_ns"),
}


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    limits = Limits(case_seconds=10, load_seconds=10)
    with Runner(limits=limits, layers=ALL_LAYERS) as own:
        if "mounts" not in ask(own, "0").isolation.in_force:
            pytest.skip("mounts cannot be set here")
        yield own


def ask(runner: Runner, expression: str):
    source = f"import os\n\ndef f():\n    return {expression}\n"
    return runner.run(Job(source=source, filename="a.py", calls=(Call("case", "f", {}, 0),)))


def value(runner: Runner, expression: str) -> object:
    return ask(runner, expression).outcomes["case"].value


@pytest.mark.parametrize("kind", TRACES)
def test_what_was_read_is_not_seen_by_the_next(kind: str, runner: Runner, tmp_path: Path) -> None:
    path = {"a file": FOLDER / "this.py", "a folder": FOLDER / "wsgiref", "a link": tmp_path / "l"}
    if kind == "a link":
        for folder in (tmp_path, *tmp_path.parents[:-2]):
            folder.chmod(0o755)
        path[kind].symlink_to("nowhere")
    else:
        try:  # an old time, which the next access would set
            os.utime(path[kind], (1, path[kind].stat().st_mtime))
        except OSError:
            pytest.skip("not the owner of the standard library")
    act, look = (text.format(str(path[kind])) for text in TRACES[kind])
    before = value(runner, look)
    assert isinstance(before, int)
    assert ask(runner, f"[{act}] and 0").outcomes["case"].value == 0
    assert value(runner, look) == before


@pytest.mark.parametrize("path", ["/proc/self/stat", "/proc/sys/kernel/pid_max", "/sys/kernel"])
def test_the_kernels_own_files_are_not_there(path: str, runner: Runner) -> None:
    assert os.path.exists(path)
    assert value(runner, f"os.path.exists({path!r})") is False
