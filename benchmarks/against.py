"""Measure the cost of a change: compare throughput with another checkout, in alternating runs.

python benchmarks/against.py /path/to/other/checkout [--framework torch] [--blocks 20] [--size 100]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parents[1]


def serve(framework: str, size: int) -> None:
    """Grade a class for each line on standard input, and print the seconds that it took.

    At the end of input, print the processor time per submission, in seconds.
    """
    from gradebook import grade_right, sources

    from learncnn.grader.batch.pool import Pool
    from learncnn.grader.batch.tasks import GradingSettings

    texts, count = sources(framework, size), 0
    with Pool(GradingSettings(), reduce=None) as pool:
        grade_right(pool, framework, texts)
        print("ready", flush=True)
        for _ in sys.stdin:
            started = time.perf_counter()
            grade_right(pool, framework, texts)
            print(time.perf_counter() - started, flush=True)
            count += size
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(sum(u.ru_utime + u.ru_stime for u in used) / (count + size), flush=True)


def started(checkout: Path, framework: str, size: int) -> subprocess.Popen[str]:
    """Start this program with `--serve` on the package of `checkout`."""
    words = [sys.executable, __file__, "--serve", "--framework", framework, "--size", str(size)]
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    pipe = subprocess.PIPE
    return subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=environment)


def compare(other: Path, framework: str, blocks: int, size: int) -> None:
    """Print the ratios of time and of processor time per submission, this checkout over `other`."""
    servers = {"there": started(other, framework, size), "here": started(HERE, framework, size)}
    seconds: dict[str, list[float]] = {name: [] for name in servers}
    for server in servers.values():
        _line(server.stdout)
    for block in range(blocks):
        for name in sorted(servers, reverse=block % 2 == 0):
            server = servers[name]
            assert server.stdin
            server.stdin.write("\n")
            server.stdin.flush()
            seconds[name].append(float(_line(server.stdout)) / size)
    cpu = {}
    for name, server in servers.items():
        assert server.stdin
        server.stdin.close()
        cpu[name] = float(_line(server.stdout))
        server.wait()
    pairs = [here / there for here, there in zip(seconds["here"], seconds["there"], strict=True)]
    for name, times in seconds.items():
        print(f"{name}: {1000 * statistics.median(times):.2f} ms, {1000 * cpu[name]:.2f} ms of CPU")
    print(f"{framework}: time × {statistics.median(pairs):.3f} (median of {blocks} pairs), "
          f"CPU × {cpu['here'] / cpu['there']:.3f}")  # fmt: skip


def _line(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path, nargs="?")
    parser.add_argument("--framework", choices=["numpy", "torch"], default="numpy")
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.framework, options.size)
    elif options.checkout is None:
        parser.error("name the other checkout")
    else:
        compare(options.checkout, options.framework, options.blocks, options.size)


if __name__ == "__main__":
    main()
