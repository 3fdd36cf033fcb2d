"""Test what a locked child cannot do, and that the report names its layers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learncnn.grader.runner import isolation, process
from learncnn.grader.runner.isolation import ALL_LAYERS, isolation_status
from learncnn.grader.runner.runner import Runner

from .conftest import QUICK, job

Ask = Callable[..., Any]

TRY = """
import errno, os
def tried(action, *arguments):
    try:
        action(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
"""


def test_all_layers_hold_here(runner: Runner) -> None:
    isolation = runner.run(job("def f(): return 1")).isolation
    assert isolation.missing == ()
    expected = {"split", "seccomp", "rlimits", "no_new_privs", "dumpable", "pdeathsig", "gate"}
    assert expected <= set(isolation.in_force)
    assert any(name.startswith("landlock") for name in isolation.in_force)


@pytest.mark.parametrize(
    "action",
    [
        "open, '/etc/passwd'",
        "open, '/proc/self/environ'",
        "open, '/proc/1/status'",
        "open, '/tmp/learncnn-was-here', 'w'",
        "open, '/dev/shm/learncnn-was-here', 'w'",
        "os.listdir, '/'",
        "os.mkdir, '/tmp/learncnn-was-here'",
        "os.fork",
        "os.kill, os.getppid(), 9",
        "os.kill, 1, 0",
        "os.setsid",
        "os.pipe",
        "os.memfd_create, 'x'",
        "os.execv, '/bin/true', ['true']",
        "__import__('socket').socket",
        "__import__('resource').prlimit, 0, 7, (4096, 4096)",
    ],
)
def test_the_kernel_refuses(ask: Ask, action: str) -> None:
    refusals = {"EACCES", "EPERM"}
    if "/proc" in action:
        refusals.add("ENOENT")  # covered, for a child that may search any folder
    assert ask(f"tried({action})", TRY) in refusals
    assert not Path("/tmp/learncnn-was-here").exists()
    assert not Path("/dev/shm/learncnn-was-here").exists()


def test_threads_are_refused(ask: Ask) -> None:
    outcome = ask("t.Thread(target=print).start()", "import threading as t")
    assert outcome.error.type == "RuntimeError"


def test_the_environment_is_empty(ask: Ask) -> None:
    assert ask("dict(os.environ)", "import os") == {}


def test_a_child_has_four_descriptors(ask: Ask) -> None:
    setup = TRY + "def there(n):\n    return tried(os.fstat, n) == 'done'"
    assert ask("[n for n in range(1024) if there(n)]", setup) == [0, 1, 2, 3]


#: Marks every open file, and says how each was found. Without seccomp marking is allowed.
MARK = """
import fcntl, os

found = []
for fd in range(4):
    try:
        at = os.lseek(fd, 0, os.SEEK_CUR)
    except OSError:
        at = -1
    found.append([fcntl.fcntl(fd, fcntl.F_GETFL), at])
    # A channel that does not block is lost with its child.
    mark = os.O_APPEND if fd == 3 else os.O_NONBLOCK | os.O_APPEND
    fcntl.fcntl(fd, fcntl.F_SETFL, found[-1][0] | mark)
    if fd != 3:
        os.lseek(fd, 7, os.SEEK_SET)

def f():
    return found
"""


def test_what_one_child_does_to_its_open_files_no_other_sees() -> None:
    with Runner(limits=QUICK, layers=ALL_LAYERS - {"seccomp"}) as own:
        first, second = (own.run(job(MARK)).outcomes["case0"].value for _ in range(2))
    assert first == second
    assert not any(flags & (os.O_NONBLOCK | os.O_APPEND) for flags, _ in first[:2])


def test_marks_on_open_files_are_refused(ask: Ask) -> None:
    setup = TRY + "import fcntl\n"
    assert ask("tried(fcntl.fcntl, 0, fcntl.F_SETFL, os.O_NONBLOCK)", setup) == "EPERM"


def test_a_child_does_not_read_the_clocks_of_others(ask: Ask) -> None:
    setup = TRY + "import time\n"
    assert ask("tried(time.clock_gettime, ~os.getppid() << 3 | 2)", setup) == "EPERM"
    assert ask("tried(time.clock_gettime, time.CLOCK_PROCESS_CPUTIME_ID)", setup) == "done"


def test_neither_folder_nor_path_is_the_graders(ask: Ask) -> None:
    cwd, path = ask("[os.getcwd(), sys.path]", "import os, sys")
    assert cwd == "/"
    assert "" not in path
    assert os.getcwd() not in path


def test_a_child_of_root_is_not_root(ask: Ask) -> None:
    assert ask("os.geteuid()", "import os") != 0
    assert ask("os.getgroups()", "import os") in ([], os.getgroups())


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="not root")
def test_two_children_of_root_are_different_users(ask: Ask) -> None:
    assert ask("os.geteuid()", "import os") != ask("os.geteuid()", "import os")


@pytest.mark.parametrize("name", ["scipy", "torch", "learncnn", "click", "learncnn_solutions"])
def test_a_numpy_worker_imports_no_other_package(ask: Ask, name: str) -> None:
    error = ask(f"__import__({name!r})").error
    assert error.type == "ModuleNotFoundError"
    assert "only the standard library and numpy" in error.message


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site folder with a numpy (a link to the real one) and a package that holds answers."""
    (tmp_path / "canary").mkdir()
    (tmp_path / "canary" / "__init__.py").write_text("answer = 42\n")
    real = Path(np.__file__).parent
    (tmp_path / "numpy").mkdir()
    monkeypatch.setattr("sys.path", [*__import__("sys").path, str(tmp_path)])
    assert real.is_dir()
    return tmp_path


STEAL = """
import importlib.util as u, sys
sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != 'Gate']
def f():
    spec = u.spec_from_file_location('harmless', {path!r})
    module = u.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.answer
"""


def test_a_planted_reference_cannot_be_read(planted: Path) -> None:
    source = STEAL.format(path=str(planted / "canary" / "__init__.py"))
    with Runner(limits=QUICK) as own:
        outcome = own.run(job(source)).outcomes["case0"]
    assert outcome.kind == "raised"
    assert outcome.error is not None
    assert outcome.error.type == "PermissionError"


def test_without_landlock_it_would_be(planted: Path) -> None:
    """The canary lives where a course's packages do, so the test above can fail."""
    planted.chmod(0o755)
    for parent in planted.parents[:-2]:
        parent.chmod(0o755)
    source = STEAL.format(path=str(planted / "canary" / "__init__.py"))
    with Runner(limits=QUICK, layers=ALL_LAYERS - {"landlock", "uid"}) as own:
        assert own.run(job(source)).outcomes["case0"].value == 42


@pytest.mark.parametrize("layer", sorted(ALL_LAYERS))
def test_a_layer_that_is_off_is_named(layer: str) -> None:
    if layer == "uid" and os.geteuid() != 0:
        pytest.skip("not root: there is no user to give up")
    with Runner(limits=QUICK, layers=ALL_LAYERS - {layer}) as own:
        run = own.run(job("def f(): return 1"))
    assert run.outcomes["case0"].value == 1
    assert (layer, "switched off") in run.isolation.missing
    assert not any(name.startswith(layer) for name in run.isolation.in_force)


def test_without_no_new_privs_a_plain_user_lacks_the_rest(runner: Runner) -> None:
    """Landlock and seccomp need it, and their absence is told with the kernel's reason."""
    with Runner(limits=QUICK, layers=ALL_LAYERS - {"no_new_privs"}) as own:
        missing = dict(own.run(job("def f(): return 1")).isolation.missing)
    assert set(missing) == {"no_new_privs", "landlock", "seccomp"}
    assert missing["seccomp"] != "switched off"


def test_memory_is_limited_by_the_address_space(ask: Ask) -> None:
    assert ask("len(bytearray(1 << 30))").kind == "memory"


def test_the_status_names_every_layer() -> None:
    status = isolation_status()
    assert {"fork", "landlock", "seccomp", "rlimits"} <= {layer.name for layer in status}
    assert all(layer.available != bool(layer.reason) for layer in status)


@pytest.mark.parametrize("kind", ["refused", "listed"])
def test_the_filter_is_tried_and_not_read_about(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A kernel that lists seccomp and does not install it, as some containers' do not."""
    isolation._tried.cache_clear()
    assert isolation._seccomp() == ""
    isolation._tried.cache_clear()
    words = ["-c", "import os; os.write(3, b'Function not implemented')"]
    if kind == "listed":
        words = ["-c", "import os; os.write(3, b'it is installed and refuses nothing')"]
    monkeypatch.setattr(process, "command", lambda mode: [sys.executable, *words])
    assert words[1].split("'")[1] in isolation._seccomp()
    isolation._tried.cache_clear()


def test_too_few_open_files_are_explained_and_more_are_taken(tmp_path: Path) -> None:
    script = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, int(sys.argv[1])))\n"
        "from learncnn.__main__ import main\n"
    )
    for hard, code in (("64", 2), ("4096", 1)):
        source = f"{script}sys.argv[1:] = ['check', 'ex01']\nmain()\n"
        command = [sys.executable, "-c", source, hard]
        workspace = [sys.executable, "-m", "learncnn", "start", str(tmp_path)]
        subprocess.run(workspace, check=True, capture_output=True)
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert ("ulimit -n 1024" in done.stderr) == (hard == "64")
    assert process.open_files() >= process.OPEN_FILES


def test_without_memfd_everything_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "memfd_create", refused)
    (row,) = (each for each in isolation.machine_status() if each.name == "memfd")
    assert (row.available, row.advice_key) == (False, "layer.memfd")
    large = np.ones((600, 600))
    with Runner(limits=QUICK) as own:
        run = own.run(job("def f(x):\n    print('told')\n    return x.sum()", (large,)))
    assert run.outcomes["case0"].value == 360000
    assert run.stdout == "told\n"
