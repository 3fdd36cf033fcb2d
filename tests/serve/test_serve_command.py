"""The command itself: what it needs, what it says, and that it leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from .conftest import ENDLESS, RIGHT, Visitor, environment, serving, until


def command(folder, *words):
    """Run a command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "learncnn", *words],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    assert command(folder, "start").returncode == 0
    return folder


def test_without_a_workspace_it_says_how_to_make_one(tmp_path):
    result = command(tmp_path, "serve", "--no-browser")
    assert result.returncode == 2
    assert "learncnn start" in result.stderr


def test_without_the_extra_it_says_what_to_install(study):
    program = (
        "import importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'uvicorn' else found(name, *a)\n"
        "from learncnn.cli import main; main(['serve'])"
    )
    words = [sys.executable, "-c", program]
    result = subprocess.run(words, cwd=study, capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert "pip install 'learncnn[serve]'" in result.stderr


def test_a_port_that_is_taken_is_named(study):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = command(study, "serve", "--no-browser", "--port", str(port))
    assert result.returncode == 2
    assert str(port) in result.stderr
    assert "--port" in result.stderr


def below(pid):
    """The processes that a process has started, theirs among them."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                children = [int(child) for child in file.read().split()]
            found += [*children, *(each for child in children for each in below(child))]
    except OSError:  # it has ended
        pass
    return found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_ends_while_pages_are_open_and_a_check_runs_and_leaves_no_process(tmp_path, ending):
    with serving(tmp_path) as served:
        visitor = Visitor(served)
        assert visitor.check("ex01", RIGHT)["state"] == "passed"
        with visitor.listening():
            visitor.start("ex02", ENDLESS)
            started = until(lambda: below(served.process.pid))
            served.process.send_signal(ending)
            served.process.wait(30)
        until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in started))
        if ending == signal.SIGINT:
            assert served.process.returncode == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_names_it(study, lang):
    assert "serve" in command(study, "--lang", lang, "--help").stdout
    assert "--no-browser" in command(study, "--lang", lang, "serve", "--help").stdout
