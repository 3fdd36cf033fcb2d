"""Test the sandbox profile of a GPU, applied to a real process without one."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the profile is Linux's")

#: Prepares and locks itself as a worker on a GPU does once the driver's context is there.
LOCKED = """
import json, os, sys, threading
from learncnn.grader.sandbox.layers import fds, gpu, lockdown, readable
from learncnn.grader.sandbox.protocol import settings

wanted = settings.WorkerSettings(
    path=(), libraries=("numpy",), device="cuda", layers=settings.LAYERS, warm="quick",
    memory_mb=512, stdout_bytes=1 << 16, answer_bytes=1 << 20, cpu_seconds=60, parent=0,
)
null = os.open(os.devnull, os.O_RDWR)
drivers = os.open(os.devnull, os.O_RDWR)
channel = os.open(os.devnull, os.O_RDWR)
report = os.dup(1)
rules = [*readable.rules(wanted.libraries, wanted.path), *gpu.rules()]
held = lockdown.lock(wanted, lockdown.prepare(wanted, rules), fds.Given(null, 1, channel), 0)

def tried(action):
    try:
        action()
        return "done"
    except OSError as error:
        return type(error).__name__

thread = threading.Thread(target=lambda: None)
found = {
    "in_force": held.in_force,
    "missing": dict(held.missing),
    "read": tried(lambda: open("/etc/passwd").read()),
    "write": tried(lambda: open(sys.argv[1], "w")),
    "driver": tried(lambda: os.fstat(drivers)),
    "thread": tried(lambda: (thread.start(), thread.join())),
    "root": os.geteuid() == 0,
    "environment": dict(os.environ),
}
os.write(report, json.dumps(found).encode())
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    target = tmp_path_factory.mktemp("profile") / "written"
    done = subprocess.run(
        [sys.executable, "-c", LOCKED, str(target)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_says_what_it_is_and_what_is_missing(found):
    assert found["in_force"][:2] == ["split", "gpu-profile"]
    assert {"seccomp", "fds"} <= set(found["missing"])
    assert all("GPU" in found["missing"][layer] for layer in ("seccomp", "fds"))


def test_files_stay_closed_to_it(found):
    if not any(layer.startswith("landlock") for layer in found["in_force"]):
        pytest.skip("the kernel has no Landlock")
    assert found["read"] == found["write"] == "PermissionError"


def test_the_driver_keeps_its_descriptors_and_threads(found):
    assert (found["driver"], found["thread"]) == ("done", "done")


def test_rights_and_secrets_are_given_up(found):
    assert not found["root"]
    assert found["environment"] == {}


def test_a_worker_on_a_gpu_that_is_not_there_is_a_fault_of_the_grader():
    torch = pytest.importorskip("torch")
    from learncnn.grader.errors import GraderFault
    from learncnn.grader.runner.job import Job
    from learncnn.grader.runner.runner import Runner

    if torch.version.cuda:
        pytest.skip("this torch knows CUDA")
    no_cuda = pytest.raises(GraderFault, match="not compiled with CUDA")
    with Runner(("numpy", "torch"), device="cuda") as runner, no_cuda:
        runner.run(Job("", "x.py", ()))
