"""Test that a hijacked machine reaches nothing of the grader, in particular not its seed."""

import asyncio
import json
import os
import socket
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest

from learncnn.grader.batch.tasks import GradingSettings
from learncnn.grader.cluster.cluster_address import cluster_address
from learncnn.grader.cluster.cluster_results import ClusterResults
from learncnn.grader.cluster.gateway import Gateway
from learncnn.grader.cluster.gateway_process import BatchCarrier
from learncnn.grader.cluster.gateway_wire import GatewayReader, packed
from learncnn.grader.errors import GraderFault
from learncnn.grader.sandbox.layers import landlock

from ..killing import until
from .clusters import Cluster, below
from .conftest import PRIVATE, task

#: Runs in the process that unpickles what a machine answers, and tells what it could do.
EXPLOIT = """
import builtins, json, os, signal, socket, sys

def attempt(name, call, found):
    try:
        call()
        found[name] = "done"
    except BaseException as error:
        found[name] = type(error).__name__

def attempts():
    found = {"in": os.getpid()}
    attempt("write here", lambda: open("taken", "w"), found)
    attempt("write in the folder", lambda: open(FOLDER + "/taken", "w"), found)
    attempt("write over", lambda: open(FOLDER + "/gradebook", "r+"), found)
    attempt("read the gradebook", lambda: open(FOLDER + "/gradebook").read(), found)
    attempt("read solutions", lambda: open(SOLUTIONS).read(), found)
    attempt("list", lambda: os.listdir("/"), found)
    attempt("connect", lambda: socket.create_connection(("127.0.0.1", OTHER), 2), found)
    attempt("listen", lambda: socket.create_server(("127.0.0.1", 0)), found)
    attempt("signal", lambda: os.kill(os.getppid(), 0), found)
    attempt("run", lambda: os.execv("/bin/true", ["true"]), found)
    attempt("import numpy", lambda: __import__("numpy"), found)
    attempt("environment", lambda: os.environ["LEARNCNN_GRADEBOOK"], found)
    found["by event"] = getattr(builtins, "taken_over", None)
    return json.dumps(found).encode()
"""
#: A worker that has been taken over answers each batch with the exploit.
TAKEN_OVER = """
import learncnn.grader.cluster.machine_worker as machine_worker

class Result:
    def __reduce__(self):
        return eval, ("(lambda names: (exec(CODE, names), names['attempts']())[1])(NAMES)"
                      .replace("NAMES", {names!r}).replace("CODE", repr({code!r})),)

machine_worker.run_batch = lambda content: Result()
"""
#: A scheduler that has been taken over sends events to every client.
EVENTS = """
from distributed.protocol.serialize import ToPickle
from tornado.ioloop import PeriodicCallback

class Event:
    def __reduce__(self):
        return eval, ("setattr(__import__('builtins'), 'taken_over', __import__('os').getpid())",)

def dask_setup(scheduler):
    greeted = set()
    def tell():
        for name, client in scheduler.client_comms.items():
            if name in greeted:
                client.send(dict(op="event", topic="print", event=(0.0, ToPickle(Event()))))
        greeted.update(scheduler.client_comms)
    PeriodicCallback(tell, 500).start()
"""


@pytest.fixture
def taken_over(tmp_path):
    """A cluster whose scheduler belongs to somebody else."""
    pytest.importorskip("distributed")
    found = Cluster(tmp_path, preload=EVENTS)
    yield found
    found.stop()


def answer_of(gateway, number):
    """What the first machine answers to a batch, as the gateway tells it."""
    sent = False
    while True:
        for frame in gateway.frames(30):
            if frame.kind == "machines" and frame.header["seen"] and not sent:
                gateway.run(number, next(iter(frame.header["seen"])), b"{}")
                sent = True
            if frame.kind in ("done", "lost"):
                return frame


@pytest.mark.skipif(landlock.abi() < 6, reason="an older Landlock leaves TCP or signals alone")
def test_an_exploit_runs_in_the_gateway_and_reaches_nothing(taken_over, tmp_path, monkeypatch):
    (tmp_path / "gradebook").write_text("grades")
    (tmp_path / "gradebook").chmod(0o666)
    monkeypatch.setenv("LEARNCNN_GRADEBOOK", str(tmp_path / "gradebook"))
    import learncnn_solutions

    solution = next(Path(learncnn_solutions.__path__[0]).glob("ex01*.py"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        names = {
            "FOLDER": str(tmp_path),
            "SOLUTIONS": str(solution),
            "OTHER": other.getsockname()[1],
        }
        taken_over.start_machine(preload=TAKEN_OVER.format(code=EXPLOIT, names=repr(names)))
        gateway = Gateway(cluster_address(taken_over.address, None, insecure=False))
        try:
            assert gateway.wait_until_ready() == []
            answer_of(gateway, 1)
            frame = answer_of(gateway, 2)  # what an event did before is in this one
        finally:
            gateway.close()
    assert frame.kind == "done", frame
    found = json.loads(frame.payload)
    assert found.pop("in") == gateway.pid
    assert found.pop("by event") == gateway.pid
    assert found == {
        "write here": "PermissionError",
        "write in the folder": "PermissionError",
        "write over": "PermissionError",
        "read the gradebook": "PermissionError",
        "read solutions": "PermissionError",
        "list": "PermissionError",
        "connect": "PermissionError",
        "listen": "PermissionError",
        "signal": "PermissionError",
        "run": "PermissionError",
        "import numpy": "ModuleNotFoundError",
        "environment": "KeyError",
    }
    assert (tmp_path / "gradebook").read_text() == "grades"
    assert not (tmp_path / "taken").exists()


class Tap:
    """Passes TCP on to a port, and keeps every byte of both directions."""

    def __init__(self, port):
        self.port, self.bytes = port, bytearray()
        self.server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                ours, _ = self.server.accept()
                theirs = socket.create_connection(("127.0.0.1", self.port))
                for pair in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source, target):
        with suppress(OSError):
            while content := source.recv(1 << 16):
                self.bytes += content
                target.sendall(content)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def holds(pid, text):
    """Whether a process has a text anywhere in its memory."""
    try:
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                span, rights = line.split()[:2]
                start, end = (int(part, 16) for part in span.split("-"))
                if rights.startswith("r") and "[v" not in line:
                    with suppress(OSError, ValueError, OverflowError):
                        memory.seek(start)
                        if text in memory.read(end - start):
                            return True
    except OSError:
        pass
    return False


def test_the_seed_is_in_no_byte_that_leaves(cluster, tmp_path):
    pytest.importorskip("learncnn_solutions")
    machine = cluster.start_machine()
    tap = Tap(cluster.port)
    address = cluster_address(f"127.0.0.1:{tap.server.getsockname()[1]}", None, insecure=False)
    seed = PRIVATE.seed.encode()
    with ClusterResults(PRIVATE, address, print) as graders:
        source = task(0).submission.source
        done = list(graders.results([task(n, f"{source}\n# {n} of ann") for n in range(6)]))
        assert [each.result.state for each in done] == ["passed"] * 6
        assert b"of ann" in tap.bytes  # it is read where submissions pass
        readable = [pid for pid in below(machine.pid) if holds(pid, b"python")]
        assert readable
        for pid in [*below(machine.pid), *below(cluster.scheduler.pid), graders.gateway.pid]:
            assert not holds(pid, seed)
    tap.server.close()
    assert seed not in tap.bytes
    for file in tmp_path.rglob("*"):
        if file.is_file() and "cache" not in file.parts:
            assert seed not in file.read_bytes()
    assert holds(os.getpid(), seed)


def test_no_scheduler_is_said_at_once():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    address = cluster_address(f"127.0.0.1:{port}", None, insecure=False)
    with pytest.raises(GraderFault) as fault, ClusterResults(GradingSettings(), address, print):
        pass
    assert fault.value.key == "cluster.no_scheduler"


#: A gateway that takes its settings, loses the scheduler, and ends.
LOST = """
import socket, sys
from learncnn.grader.cluster.gateway_wire import packed
grader = socket.socket(fileno=int(sys.argv[1]))
grader.recv(1 << 16)
grader.send(packed({"is": "ended", "why": "lost"}))
"""


def keep_sending(gateway):
    while True:
        gateway.run(0, "machine", b"content")


def test_work_sent_to_a_gateway_that_has_ended_is_answered_by_the_reason(monkeypatch):
    monkeypatch.setattr("learncnn.grader.cluster.gateway._PROGRAM", LOST)
    gateway = Gateway(cluster_address("127.0.0.1:9", None, insecure=False))
    with pytest.raises(GraderFault) as fault, closing(gateway):
        keep_sending(gateway)
    assert fault.value.key == "cluster.no_scheduler"


def test_a_gateway_ends_with_its_grader(cluster):
    gateway = Gateway(cluster_address(cluster.address, None, insecure=False))
    gateway.wait_until_ready()
    gateway.close()
    until(lambda: not Path(f"/proc/{gateway.pid}").exists())


class AtOnce:
    """A client of dask whose machines answer at once, and its scheduler."""

    status = "running"

    def __init__(self, answer):
        self.answer, self.scheduler = answer, self

    async def identity(self):
        return {"id": "scheduler", "workers": {}}

    def submit(self, *_, **__):
        future = asyncio.get_running_loop().create_future()
        future.set_result(self.answer)
        future.release = lambda: None
        return future


def test_an_answer_is_let_go_however_late_the_grader_reads():
    async def left_over():
        ours, theirs = socket.socketpair()
        with ours, theirs:
            reader, writer = await asyncio.open_connection(sock=theirs)
            carrier = BatchCarrier(AtOnce(bytes(200_000)), reader, writer)
            serving = asyncio.create_task(carrier.serve())
            for number in range(50):
                ours.send(packed({"is": "run", "batch": number, "machine": "here"}))
            while writer.transport.get_write_buffer_size() < 40 * 200_000:
                await asyncio.sleep(0.01)
            left = asyncio.all_tasks() - {serving}
            serving.cancel()
            writer.transport.abort()
            return len(left)

    assert asyncio.run(left_over()) <= 3  # this one, the look at the machines, one on its way


@pytest.mark.parametrize(
    "content",
    [b"\xff" * 8, packed({"is": "done"})[:4] + b"\x7f\xff\xff\xff", b"\0\0\0\2\0\0\0\0[]"],
)
def test_what_is_no_frame_is_refused_before_it_is_read(content):
    with pytest.raises(ValueError, match=r"a frame of|a header that"):
        list(GatewayReader().feed(content))


def test_frames_come_whole_however_they_are_cut():
    sent = [packed({"is": "done", "batch": n}, bytes(n)) for n in range(5)]
    reader, found = GatewayReader(), []
    for byte in b"".join(sent):
        found += reader.feed(bytes([byte]))
    assert [(frame.header["batch"], frame.payload) for frame in found] == [
        (n, bytes(n)) for n in range(5)
    ]
