"""Measure the study page's server: the first page, a check, and a class checking at once.

python benchmarks/serve.py [--repetitions 10] [--record]

benchmarks/serve_page.py measures the same in a browser.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from harness import Result, Target, compile_once, milliseconds, show
from memory import descendants
from startup import SOLUTIONS
from watch import save_to_verdict

from learncnn.grader.course.catalog import ExerciseInfo, load_catalog
from learncnn.grader.serve.learners import Learner
from learncnn.grader.serve.running_checks import RunningChecks
from learncnn.grader.workspace.workspace import Workspace

LEARNCNN = [sys.executable, "-m", "learncnn"]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S+")
LEARNERS = 50
#: Targets: seconds until 95 % of a class have their verdict, memory with a class in MiB, and
#: maximum delay of other learners by an endless loop in seconds.
CLASS_SECONDS, CLASS_MIB, LOOP_SECONDS = 1.0, 400, 0.2
#: Target: seconds from the request to stop an endless loop until its check has ended.
STOP_SECONDS = 0.1


def measure(repetitions: int = 10) -> Result:
    """Time first pages and checks relative to the command line's, and a class checking at once."""
    compile_once()
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        subprocess.run([*LEARNCNN, "start", str(study)], check=True, capture_output=True)
        (study / "ex01_cross_correlation.py").write_text(SOLUTIONS["numpy"])
        checks, firsts = [], []
        for _ in range(repetitions + 1):
            checks.append(_seconds_of_check(study))
            with _served(study) as (_, seconds, size):
                firsts.append(seconds)
        with _served(study) as (client, _, _):
            ours = [_seconds_to_report(client, number) for number in range(repetitions + 1)]
    theirs = save_to_verdict("numpy", repetitions)
    # The first repetition of each filled caches and is left out.
    check, first, ours = (statistics.median(each[1:]) for each in (checks, firsts, ours))
    calm, busy = (_class_at_once(repetitions, loop=loop) for loop in (False, True))
    figures = [
        ("check ex01, cold", milliseconds(check)),
        ("learncnn serve → first page", milliseconds(first)),
        ("the map, packed", f"{size / 1000:.1f} kB"),
        ("request → verdict sent", milliseconds(ours)),
        ("watch: save → verdict", milliseconds(theirs)),
        (f"{LEARNERS} checks at once: 95 % have their verdict", milliseconds(calm["p95"])),
        ("… with an endless loop among them", milliseconds(busy["p95"])),
        ("… memory of all processes", f"{busy['mib']:.0f} MiB"),
        ("the endless loop: stop asked for → stopped", milliseconds(busy["stop"])),
    ]
    ratios = {
        "serve: start → first page / cold check": first / check,
        "serve: request → verdict / watch: save → verdict": ours / theirs,
        f"serve: {LEARNERS} checks at once, p95 / {CLASS_SECONDS:g} s": calm["p95"] / CLASS_SECONDS,
        f"serve: delay by an endless loop / {LOOP_SECONDS:g} s": (busy["p95"] - calm["p95"])
        / LOOP_SECONDS,
        f"serve: memory with a class / {CLASS_MIB} MiB": busy["mib"] / CLASS_MIB,
        f"serve: end of a stopped check / {STOP_SECONDS:g} s": busy["stop"] / STOP_SECONDS,
    }
    bounds = (Target(2), Target(2), *(Target(1) for _ in range(4)))
    return Result(
        "The study page's server", figures, ratios, dict(zip(ratios, bounds, strict=True))
    )


def _seconds_of_check(study: Path) -> float:
    started = time.perf_counter()
    subprocess.run([*LEARNCNN, "check", "ex01"], cwd=study, capture_output=True, check=False)
    return time.perf_counter() - started


@contextmanager
def _served(study: Path) -> Iterator[tuple[httpx.Client, float, int]]:
    """Start a server; yield a client, the seconds to the first page, and its gzipped bytes."""
    started = time.perf_counter()
    command = [*LEARNCNN, "serve", "--no-browser"]
    server = subprocess.Popen(command, cwd=study, stdout=subprocess.PIPE, text=True)
    try:
        address = ADDRESS.search(server.stdout.readline())[0]
        root = address[: address.index("/?")]
        headers = {"Origin": root, "X-Learncnn": "1"}
        with httpx.Client(base_url=root, headers=headers, timeout=60) as client:
            page = client.get(address, follow_redirects=True)
            seconds = time.perf_counter() - started
            assert page.status_code == 200
            yield client, seconds, len(gzip.compress(page.content))
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def _seconds_to_report(client: httpx.Client, number: int) -> float:
    """Return the seconds from sending a text to the event with its report."""
    base = client.get("/api/e/ex01/file").json()["hash"]
    text = f"{SOLUTIONS['numpy']}# {number} {time.time()}\n"
    with client.stream("GET", "/api/events") as events:
        lines = events.iter_lines()
        next(lines)
        with httpx.Client(
            base_url=client.base_url, headers=client.headers, cookies=client.cookies
        ) as other:
            other.get("/")  # as a browser, which has an open connection by then
            started = time.perf_counter()
            other.post("/api/e/ex01/check", json={"text": text, "base": base})
            while next(lines) != "event: report":
                pass
            return time.perf_counter() - started


def _class_at_once(repetitions: int, *, loop: bool) -> dict[str, float]:
    """Return the figures of `print_class`, run in a process of its own."""
    command = [sys.executable, __file__, "--class", str(repetitions), *(["--loop"] * loop)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(printed)
    return found


def print_class(repetitions: int, *, loop: bool) -> None:
    """Check the files of a class at once, repeatedly; print the median p95 and the peak memory.

    The output is JSON: `p95` in seconds, `mib` in MiB, and with `loop` the median of `stop`, the
    seconds that its check takes to end once it is stopped.
    """
    info = load_catalog().exercises["ex01"]
    checks = RunningChecks()
    p95s, stops, peak = [], [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        learners = []
        for number in range(LEARNERS + loop):
            root = Path(folder) / str(number)
            root.mkdir()
            endless = "def corr2d(X, K):\n    while True:\n        pass\n"
            source = SOLUTIONS["numpy"] if number < LEARNERS else endless
            (root / f"{info.folder}.py").write_text(source)
            learners.append(Learner(Workspace(root), "en"))
        for _ in range(repetitions + 1):
            p95, stop = _round(checks, learners, info, loop=loop)
            p95s.append(p95)
            stops.append(stop)
            peak = max(peak, _mebibytes())
        checks.close()
    stop, p95 = statistics.median(stops[1:]), statistics.median(p95s[1:])
    print(json.dumps({"p95": p95, "mib": peak, "stop": stop}))


def _round(
    checks: RunningChecks, learners: Sequence[Learner], info: ExerciseInfo, *, loop: bool
) -> tuple[float, float]:
    """Check all learners' files at once, and return the 95th percentile of the times, in seconds.

    With `loop`, the last learner's endless loop starts first and is stopped at the end; the second
    number is the seconds that this takes.
    """
    seconds: list[float] = []
    started = time.perf_counter()
    begun = [checks.start(learner, info) for learner in reversed(learners)]
    for each in begun[loop:]:
        each.future.add_done_callback(lambda _: seconds.append(time.perf_counter() - started))
    for each in begun[loop:]:
        each.future.result()
    stopping = time.perf_counter()
    if loop:
        checks.stop(begun[0])
        while begun[0].event is None:
            time.sleep(0.001)
    stop = time.perf_counter() - stopping
    time.sleep(0.2)
    return sorted(seconds)[int(0.95 * len(seconds))], stop


def _mebibytes() -> float:
    """Return the memory of this process and its descendants, in MiB; shared pages count once."""
    found = 0.0
    for pid in (os.getpid(), *descendants(os.getpid())):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        found += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    parser.add_argument("--class", dest="of_class", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--loop", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.of_class:
        print_class(options.of_class, loop=options.loop)
    else:
        show(measure(options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
