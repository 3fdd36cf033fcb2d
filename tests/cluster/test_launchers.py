"""Test schedulers, workers and local clusters as real processes: access, and clean exits."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest

from learncnn.grader.cluster.certificates import write_certificates
from learncnn.grader.cluster.cluster_address import cluster_address
from learncnn.grader.cluster.cluster_results import ClusterResults
from learncnn.grader.cluster.dask_settings import DASK_SETTINGS
from learncnn.grader.cluster.launching import local_cluster
from learncnn.grader.errors import UsageError

from .conftest import FLIPPED, PRIVATE, task

psutil = pytest.importorskip("psutil")


@contextmanager
def cluster(*words):
    """A process of `learncnn cluster` that ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "learncnn", "cluster", *map(str, words), "--until-eof"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LEARNCNN_LANG": "en"},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stderr.close()


def scheduler_at(path):
    """Wait for a scheduler's file and return the address in it."""
    give_up = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return json.loads(path.read_text())["address"]


def wait_for(words, process):
    """Read what a process says until it says so; dask has words of its own between."""
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"it has ended without a word of {words!r}")


def below(pid):
    return [process.pid for process in psutil.Process(pid).children(recursive=True)]


def gone(pids, seconds=60):
    give_up = time.monotonic() + seconds
    while any(map(psutil.pid_exists, pids)) and time.monotonic() < give_up:
        time.sleep(0.1)
    return not any(map(psutil.pid_exists, pids))


def listening(pid):
    connections = psutil.Process(pid).net_connections(kind="tcp")
    return {found.laddr[0] for found in connections if found.status == psutil.CONN_LISTEN}


def test_local_machines_grade_and_none_of_their_processes_is_left():
    before = set(below(os.getpid()))
    with local_cluster(2) as address:
        assert address.tls
        with ClusterResults(PRIVATE, address, lambda _: None) as machines:
            tasks = [task(number, FLIPPED if number % 2 else task(0).submission.source)
                     for number in range(40)]  # fmt: skip
            states = {done.number: done.result.state for done in machines.results(tasks)}
        assert states == {n: "failed" if n % 2 else "passed" for n in range(40)}
        started = set(below(os.getpid())) - before
        for pid in started:
            with suppress(psutil.NoSuchProcess):
                assert listening(pid) <= {"127.0.0.1"}
    assert gone(started)


def test_local_machines_end_with_a_grader_that_is_killed():
    program = (
        "import sys, time\n"
        "from learncnn.grader.cluster.launching import local_cluster\n"
        "with local_cluster(1):\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
    )
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    try:
        assert grader.stdout.readline() == b"ready\n"
        started = below(grader.pid)
    finally:
        grader.kill()
        grader.wait()
        grader.stdout.close()
    assert started
    assert gone(started)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_a_scheduler_is_open_to_others_only_if_that_is_said(host):
    with cluster("scheduler", "--host", host, "--port", 0) as process:
        assert process.wait(60) == 2
        assert "--insecure" in process.stderr.read()


def test_a_scheduler_writes_its_file_and_removes_it(tmp_path):
    file = tmp_path / "scheduler.json"
    with cluster("scheduler", "--port", 0, "--scheduler-file", file) as process:
        assert scheduler_at(file).startswith("tcp://127.0.0.1:")
        assert listening(process.pid) == {"127.0.0.1"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert not file.exists()


def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with cluster("scheduler", "--port", port) as process:
            assert process.wait(60) == 5
            assert f"127.0.0.1:{port}" in process.stderr.read()


def test_a_worker_without_a_scheduler_ends_by_name():
    with cluster("worker", "tcp://127.0.0.1:9", "--wait", 0) as process:
        assert process.wait(120) == 5
        assert "tcp://127.0.0.1:9" in process.stderr.read()


def test_a_worker_serves_the_next_scheduler_and_dask_is_set_as_it_should_be(tmp_path):
    distributed = pytest.importorskip("distributed")

    def settings():  # local, so that it is sent as code: a worker cannot import this file
        import dask.config

        from learncnn.grader.cluster.dask_settings import DASK_SETTINGS

        return {name: dask.config.get(name) for name in DASK_SETTINGS}

    file = tmp_path / "scheduler.json"
    with cluster("scheduler", "--port", 0, "--scheduler-file", file) as first:
        scheduler_at(file)
        with cluster("worker", file, "--jobs", 1) as worker:
            wait_for("Grading for", worker)
            first.kill()
            first.wait()
            wait_for("waiting", worker)
            file.unlink()
            with cluster("scheduler", "--port", 0, "--scheduler-file", file):
                address = scheduler_at(file)
                wait_for("Grading for", worker)
                with distributed.Client(address, set_as_default=False) as client:
                    (found,) = client.run(settings).values()
                    assert found == DASK_SETTINGS
                    assert client.run_on_scheduler(settings) == DASK_SETTINGS
                    (policy,) = client.run(os.sched_getscheduler, 0).values()
                    assert policy == os.SCHED_BATCH


def test_a_scheduler_with_certificates_talks_to_nobody_without(tmp_path):
    distributed = pytest.importorskip("distributed")
    from learncnn.grader.cluster.serving import dask_security

    ours, others = write_certificates(tmp_path / "ours"), write_certificates(tmp_path / "others")
    file = tmp_path / "scheduler.json"
    options = ["--tls-ca", ours.ca, "--tls-cert", ours.cert, "--tls-key", ours.key]
    with cluster("scheduler", "--port", 0, "--scheduler-file", file, *options):
        address = scheduler_at(file)
        assert address.startswith("tls://")
        for wrong in (others, None):
            place = address if wrong else address.replace("tls:", "tcp:")
            with pytest.raises(OSError, match=r"TLS certificate does not match|Timed out|reset"):
                distributed.Client(place, security=dask_security(wrong), timeout=3)
        with distributed.Client(address, security=dask_security(ours), timeout=30) as client:
            assert client.scheduler_info()["address"] == address


def test_certificates_are_not_replaced_and_the_key_is_its_owners_alone(tmp_path):
    files = write_certificates(tmp_path / "tls")
    assert os.stat(files.key).st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="there already"):
        write_certificates(tmp_path / "tls")
    assert cluster_address("tls://127.0.0.1:1", files, insecure=False).tls == files
    with pytest.raises(UsageError, match="--tls-ca"):
        cluster_address("tls://127.0.0.1:1", None, insecure=False)
