"""Workers within bubblewrap: a barrier of its own, with nothing in it but Python and numpy."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from learncnn.grader.errors import CannotWrap
from learncnn.grader.runner.bubblewrap import try_wrap
from learncnn.grader.runner.isolation import ALL_LAYERS
from learncnn.grader.runner.runner import Runner

from .conftest import QUICK, job, kinds


def usable() -> str:
    try:
        try_wrap("cpu")
    except CannotWrap as error:
        return str(error)
    return ""


needs_bwrap = pytest.mark.skipif(bool(usable()), reason=usable())
#: Without the layers that hold a submission from within, what holds it is the wrapper.
BARE = ALL_LAYERS - {"landlock", "seccomp", "no_new_privs", "gate", "uid"}


def asked(runner: Runner, expression: str, setup: str = "") -> object:
    run = runner.run(job(f"{setup}\ndef f():\n    return {expression}\n"))
    return run.outcomes["case0"].value


@needs_bwrap
def test_a_wrapped_worker_has_every_layer_and_one_more() -> None:
    with Runner(limits=QUICK, wrap="bwrap") as runner:
        run = runner.run(job("def f(): return 1"))
    assert run.outcomes["case0"].value == 1
    assert run.isolation.missing == ()
    assert run.isolation.in_force[-1] == "bwrap"
    assert "seccomp" in run.isolation.in_force


@needs_bwrap
def test_what_is_around_is_not_there_even_without_the_other_layers(tmp_path: Path) -> None:
    canary = tmp_path / "answer.txt"
    canary.write_text("42")
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    packages = (
        "[m for p in sys.path if os.path.isdir(p)"
        " for m in os.listdir(p) if 'learncnn' in m or 'click' in m]"
    )
    with Runner(limits=QUICK, layers=BARE, wrap="bwrap") as runner:
        there = "[os.path.exists(p) for p in ('/usr', '/home', '/root/.ssh', '/var', {!r})]"
        assert asked(runner, there.format(str(canary)), "import os")[2:] == [False] * 3
        assert asked(runner, packages, "import os, sys") == []
        assert (
            asked(runner, "len([p for p in os.listdir('/proc') if p.isdigit()])", "import os") < 6
        )
        assert asked(runner, "os.environ.get('PATH')", "import os") is None
        write = "open('/usr/learncnn-was-here', 'w')"
        assert kinds(runner.run(job(f"def f():\n    return {write}"))) == ["raised"]
    with Runner(limits=QUICK, layers=BARE) as runner:
        assert asked(runner, f"open({str(canary)!r}).read()") == "42"


@needs_bwrap
def test_a_wrapped_worker_has_a_network_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        call = f"socket.create_connection({server.getsockname()!r}, 2).close()"
        source = f"import socket\ndef f():\n    {call}\n    return 1"
        with Runner(limits=QUICK, layers=BARE) as runner:
            assert asked(runner, "1") == 1
            assert kinds(runner.run(job(source))) == ["value"]
        with Runner(limits=QUICK, layers=BARE, wrap="bwrap") as runner:
            assert kinds(runner.run(job(source))) == ["raised"]


@needs_bwrap
def test_losses_cost_what_they_cost_without_a_wrapper(no_leftovers: None) -> None:
    source = "def f(n):\n    while n == 1: pass\n    return 1 // (n - 2) and bytes(n << 30)[:1]"
    with Runner(limits=QUICK, wrap="bwrap") as runner:
        run = runner.run(job(source, (0,), (1,), (2,), (3,), (4,)))
        assert kinds(run)[1:3] == ["timeout", "raised"]
        crash = "import os\ndef f():\n    os._exit(0)"
        assert runner.run(job(crash)).outcomes["case0"].detail == "exit 0"
        assert asked(runner, "1") == 1


@needs_bwrap
@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="not root")
def test_root_is_given_up_within_too() -> None:
    with Runner(limits=QUICK, wrap="bwrap") as runner:
        found = [asked(runner, "os.getuid()", "import os") for _ in range(2)]
    assert 0 not in found
    assert found[0] != found[1]


@needs_bwrap
def test_torch_works_within() -> None:
    pytest.importorskip("torch")
    source = "import torch\ndef f():\n    return torch.ones(2, 2) @ torch.ones(2, 2)"
    with Runner(("torch",), limits=QUICK._replace(memory_mb=1024), wrap="bwrap") as runner:
        assert kinds(runner.run(job(source))) == ["value"]


def test_what_keeps_bubblewrap_from_working_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotWrap) as missing:
        Runner(limits=QUICK, wrap="bwrap")
    assert missing.value.why == "missing"
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions' >&2\nexit 1")
    program.chmod(0o755)
    with pytest.raises(CannotWrap) as fails:
        try_wrap("cpu")
    assert (fails.value.why, fails.value.reason) == ("fails", "bwrap: No permissions")
    with pytest.raises(CannotWrap) as device:
        try_wrap("cuda")
    assert (device.value.key, device.value.values) == ("batch.wrap_device", {"reason": "cuda"})


@needs_bwrap
def test_links_within_keep_their_times() -> None:
    with Runner(limits=QUICK, layers=ALL_LAYERS - {"mounts"}, wrap="bwrap") as runner:
        look = "os.lstat('/dev/stdin').st_atime_ns"
        before = asked(runner, look, "import os")
        assert isinstance(before, int)
        assert asked(runner, "os.readlink('/dev/stdin')", "import os")
        assert asked(runner, look, "import os") == before
