"""Measure grading on a cluster, compared with the local pool and with simulated machines.

python benchmarks/cluster.py [pairs|pretended|intake|waits|simulation] [--count N]
    [--framework numpy]

`pairs` alternates runs of the local pool and of a cluster of one machine with the same cores, and
compares throughput and processor time per submission. `pretended` measures the cost of the grader,
its gateway and the scheduler, with machines that answer at once. `intake` measures reading,
registering and writing rows, without grading. `waits` measures the time to the first result of a
running cluster, and the longest time without results when one of two machines freezes.
`simulation` estimates from these figures how long classes take on clusters.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from cluster_simulation import simulated
from memory import descendants, high_water

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.progress_bar import ProgressBar
from learncnn.grader.batch.tasks import Done, GradingSettings, Results, Task
from learncnn.grader.cluster.cluster_address import ClusterAddress, cluster_address
from learncnn.grader.cluster.cluster_results import ClusterResults
from learncnn.grader.cluster.launching import local_cluster
from learncnn.grader.cluster.task_document import neutral_name
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import Message
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.grade_request import GradeRequest, begin_run
from learncnn.grader.gradebook.grade_run import GradeRun
from learncnn.grader.gradebook.records import Record, record_of
from learncnn.grader.submissions.collect import collect
from learncnn.grader.submissions.submission import Submission

SETTINGS = GradingSettings()
_TICKS = os.sysconf("SC_CLK_TCK")
RIGHT = """import {library} as np

def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    if H < 1 or W < 1:
        raise ValueError("too large")
    return sum(X[i:i + H, j:j + W] * K[i, j] for i in range(h) for j in range(w))
"""
#: Preload script of a machine that grades one submission and returns its report for all others.
PRETENDS = """
from learncnn.grader.cluster import machine_worker
from learncnn.grader.cluster.record_document import BatchRecord, RecordsDocument
import msgspec
encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(RecordsDocument).decode
numbers = msgspec.json.Decoder(type("Tasks", (msgspec.Struct,), {
    "__annotations__": {"tasks": list[type("Number", (msgspec.Struct,), {
        "__annotations__": {"number": int}})]}})).decode
template = []
def pretend(content, real=machine_worker.run_batch):
    asked = [task.number for task in numbers(content).tasks]
    if len(asked) < 10:  # the probe
        return real(content)
    if not template:
        template.append(decode(real(content)))
    report = template[0].records[0].report
    records = tuple(BatchRecord(number, report=report) for number in asked)
    return encode(msgspec.structs.replace(template[0], records=records))
machine_worker.run_batch = pretend
"""


def tasks(count: int, framework: str, *, same: bool = False) -> Iterator[Task]:
    """Yield right submissions of ex01; all different, or all equal with `same`."""
    source, name = RIGHT.format(library=framework), neutral_name("ex01")
    for number in range(count):
        text = source if same else f"{source}# {number}\n"
        submission = Submission(text, name)
        yield Task(number, "ex01", framework, submission)


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and its descendants, in seconds.

    Children that have ended and were waited for are included.
    """
    total = 0
    for each in (pid, *descendants(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / _TICKS


def measured(graders: Results[Record], count: int, framework: str) -> tuple[float, float]:
    """Return submissions per second, and processor seconds per submission, of a run after warm-up.

    Raises RuntimeError unless all submissions are graded.
    """
    list(graders.results(tasks(200, framework)))
    spent, started = processor_seconds(os.getpid()), time.perf_counter()
    done = list(graders.results(tasks(count, framework)))
    seconds = time.perf_counter() - started
    spent = processor_seconds(os.getpid()) - spent
    if len(done) != count or not all(each.result for each in done):
        raise RuntimeError("not all were graded")
    return count / seconds, spent / count


def pairs(count: int, framework: str, number: int) -> None:
    """Print the median ratios of `number` pairs of runs, cluster over local pool."""
    rates, costs = [], []
    for _ in range(number):
        with Pool(SETTINGS, reduce=record_of) as pool:
            rate, cost = measured(pool, count, framework)
        with local_cluster(1) as address, ClusterResults(SETTINGS, address, _note) as graders:
            cluster_rate, cluster_cost = measured(graders, count, framework)
        rates.append(cluster_rate / rate)
        costs.append(cluster_cost / cost)
        print(f"local {rate:.0f}/s {cost * 1e3:.2f} ms of a core; ", end="")
        print(f"cluster {cluster_rate:.0f}/s {cluster_cost * 1e3:.2f} ms")
    print(
        f"{framework}, {count}: throughput × {statistics.median(rates):.2f} (target ≥ 0.9), ",
        end="",
    )
    print(f"processor time × {statistics.median(costs):.2f} (target ≤ 1.10)")


@contextmanager
def pretending(machines: int) -> Iterator[tuple[ClusterAddress, int]]:
    """Start a cluster whose machines answer at once; yield its address and the scheduler's pid."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        preload, file = Path(folder) / "pretends.py", Path(folder) / "scheduler.json"
        preload.write_text(PRETENDS)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        python = [sys.executable, "-m"]
        words = ["learncnn", "cluster", "scheduler", "--port", "0", "--scheduler-file", str(file)]
        scheduler = subprocess.Popen([*python, *words], **quiet)  # type: ignore[call-overload]
        stack.callback(scheduler.kill)
        while not file.exists():
            time.sleep(0.05)
        address = cluster_address(str(file), None, insecure=False)
        for _ in range(machines):
            words = ["distributed.cli.dask_worker", "--scheduler-file", str(file)]
            words += ["--no-nanny", "--no-dashboard", "--nthreads", "2", "--memory-limit", "0"]
            worker = subprocess.Popen([*python, *words, "--preload", str(preload)], **quiet)  # type: ignore[call-overload]
            stack.callback(worker.kill)
        yield address, scheduler.pid


def pretended(count: int) -> None:
    """Print the throughput of a cluster whose machines answer at once, and the cost per process."""
    with pretending(2) as (address, scheduler), ClusterResults(SETTINGS, address, _note) as graders:
        list(graders.results(tasks(400, "numpy", same=True)))
        pids = {"grader": os.getpid(), "gateway": graders.gateway.pid, "scheduler": scheduler}
        before = {name: own_seconds(pid) for name, pid in pids.items()}
        started = time.perf_counter()
        found = sum(1 for done in graders.results(tasks(count, "numpy", same=True)) if done.result)
        seconds = time.perf_counter() - started
        print(f"{found} pretended submissions: {found / seconds:.0f} a second (target ≥ 5000)")
        for name, pid in pids.items():
            spent = (own_seconds(pid) - before[name]) / count
            print(f"  {name}: {spent * 1e6:.0f} µs of a core each, {high_water(pid):.0f} MiB")


def own_seconds(pid: int) -> float:
    """Return the processor time of one process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def write_course(root: Path, count: int) -> None:
    """Write `count` different submissions into `root`: every exercise of each student."""
    source, exercises = RIGHT.format(library="numpy"), sorted(load_catalog().exercises)
    for number in range(count):
        student, at = divmod(number, len(exercises))
        file = root / f"student{student:05d}" / f"{exercises[at]}.py"
        if not at:
            file.parent.mkdir(parents=True)
        file.write_text(f"{source}# {number}\n")


class AtOnce:
    """An implementation of `Results` that answers every task with the same report."""

    def __init__(self, template: Record) -> None:
        self._template = template

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[Record]]:
        for task in tasks:
            yield Done(task.number, replace(self._template, exercise=task.exercise))


def intake(count: int) -> None:
    """Print the time and memory to read, register and write `count` rows, without grading."""
    with Pool(SETTINGS, jobs=1, reduce=record_of) as pool:
        template = next(pool.results(tasks(1, "numpy"))).result
    assert template is not None
    with tempfile.TemporaryDirectory() as folder:
        root, place = Path(folder) / "class", str(Path(folder) / "gradebook.sqlite")
        write_course(root, count)
        before, started = own_seconds(os.getpid()), time.perf_counter()
        book = open_gradebook(place, create=True)
        with collect([root]) as collection:
            id, number = begin_run(book, GradeRequest(practice=True))
            run = GradeRun(book, SETTINGS, AtOnce(template), run=id, number=number)
            run.grade(collection, ProgressBar(0, quiet=True))
        book.close()
    seconds, spent = time.perf_counter() - started, own_seconds(os.getpid()) - before
    print(f"{count} rows: {seconds:.0f} s, {spent:.0f} s of a core, ", end="")
    print(f"{high_water(os.getpid()):.0f} MiB (targets for 240 000: 300 s, 500 MiB)")


def waits(count: int) -> None:
    """Print how long a running cluster takes to be ready, and what a frozen machine costs."""
    with local_cluster(2) as address:
        machine = _registered(address, 2)[0]
        started = time.perf_counter()
        with ClusterResults(SETTINGS, address, _note) as graders:
            first = next(graders.results(tasks(200, "numpy")))
            print(f"ready after {time.perf_counter() - started:.1f} s (target ≤ 5)")
            assert first.result
        with ClusterResults(SETTINGS, address, _note) as graders:
            last, longest = time.perf_counter(), 0.0
            for number, _ in enumerate(graders.results(tasks(count, "numpy"))):
                if number == count * 9 // 10:
                    frozen = [machine, *descendants(machine)]
                    _send(frozen, signal.SIGSTOP)
                now = time.perf_counter()
                last, longest = now, max(longest, now - last)
        print(f"a frozen machine costs {longest:.1f} s without results (target ≤ 35)")
        _send(frozen, signal.SIGKILL)


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _registered(address: ClusterAddress, count: int) -> list[int]:
    """Wait until `count` machines grade; return their processes."""
    with ClusterResults(SETTINGS, address, _note) as graders:
        while f"machines: {count}" not in graders.progress_note():
            list(graders.results(tasks(100, "numpy")))
    words = {each: Path(f"/proc/{each}/cmdline").read_bytes() for each in descendants(os.getpid())}
    return [each for each, command in words.items() if b"\0cluster\0worker\0" in command]


def simulation(count: int) -> None:
    """Print estimates of how long up to a million submissions take on several clusters."""
    for submissions in (24_000, 240_000, 1_000_000):
        for machines, cores in ((1, 2), (2, 4), (4, 4), (2, 16), (8, 8)):
            seconds, busy = simulated(submissions, machines, cores)
            print(
                f"{submissions:>9} on {machines:>2} × {cores:>2} cores: {seconds:>6.0f} s, ", end=""
            )
            print(f"machines busy {busy:.0%}")


def _note(message: Message) -> None:
    print(message, file=sys.stderr)


def main() -> None:
    """Run the part that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["pairs", "pretended", "intake", "waits", "simulation"])
    parser.add_argument("--count", type=int)
    parser.add_argument("--framework", default="numpy", choices=["numpy", "torch"])
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    parts: dict[str, tuple[Callable[[int], None], int]] = {
        "pairs": (lambda count: pairs(count, options.framework, options.pairs), 2000),
        "pretended": (pretended, 240_000),
        "intake": (intake, 240_000),
        "waits": (waits, 2000),
        "simulation": (simulation, 0),
    }
    run, usual = parts[options.part]
    run(options.count or usual)


if __name__ == "__main__":
    main()
