"""Compare the speed of the references with torch's operators, which are written in C++.

python benchmarks/references.py [--repetitions 30] [--processes 5] [--record]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable

import torch
from harness import Result, Target, milliseconds, show, time_calls
from torch.nn import functional as F

from learncnn_solutions.ex08_conv2d import conv2d
from learncnn_solutions.ex09_conv1x1 import conv1x1
from learncnn_solutions.ex12_pooling import avg_pool2d, max_pool2d
from learncnn_solutions.ex13_max_pool_indices import max_pool2d_with_indices
from learncnn_solutions.ex16_global_avg_pool import global_avg_pool2d
from learncnn_solutions.ex22_im2col import im2col

TARGET = Target(4)
#: Exercises whose references should meet the target; the others are only reported.
HELD = ("ex08", "ex12")
Call = Callable[[], object]


def pairs(device: str) -> dict[str, tuple[Call, Call]]:
    """Return pairs of reference and torch operator on the same float32 tensors, by description."""
    torch.manual_seed(1)

    def tensor(*shape: int) -> torch.Tensor:
        return torch.randn(shape, device=device)

    rgb, first, bias = tensor(64, 3, 32, 32), tensor(16, 3, 5, 5), tensor(16)
    maps, second = tensor(32, 32, 28, 28), tensor(64, 32, 3, 3)
    large, stem = tensor(4, 3, 224, 224), tensor(16, 3, 7, 7)
    flat = tensor(64, 32)
    return {
        "ex08 conv2d, 64×3×32×32 with 16 of 5×5": (
            lambda: conv2d(rgb, first, bias, 1, 2),
            lambda: F.conv2d(rgb, first, bias, 1, 2),
        ),
        "ex08 conv2d, 32×32×28×28 with 64 of 3×3": (
            lambda: conv2d(maps, second, None, 1, 1),
            lambda: F.conv2d(maps, second, None, 1, 1),
        ),
        "ex08 conv2d, 4×3×224×224 with 16 of 7×7, stride 2": (
            lambda: conv2d(large, stem, None, 2, 3),
            lambda: F.conv2d(large, stem, None, 2, 3),
        ),
        "ex09 conv1x1, 32×32×28×28 to 64": (
            lambda: conv1x1(maps, flat),
            lambda: F.conv2d(maps, flat[:, :, None, None]),
        ),
        "ex12 max_pool2d, 32×32×28×28, 2×2": (
            lambda: max_pool2d(maps, 2),
            lambda: F.max_pool2d(maps, 2),
        ),
        "ex12 max_pool2d, 32×32×28×28, 3×3, stride 2": (
            lambda: max_pool2d(maps, 3, 2, 1),
            lambda: F.max_pool2d(maps, 3, 2, 1),
        ),
        "ex12 avg_pool2d, 32×32×28×28, 2×2": (
            lambda: avg_pool2d(maps, 2),
            lambda: F.avg_pool2d(maps, 2),
        ),
        "ex12 avg_pool2d, 32×32×28×28, 3×3, stride 2": (
            lambda: avg_pool2d(maps, 3, 2, 1),
            lambda: F.avg_pool2d(maps, 3, 2, 1),
        ),
        "ex13 max_pool2d_with_indices, 32×32×28×28, 2×2": (
            lambda: max_pool2d_with_indices(maps, 2),
            lambda: F.max_pool2d(maps, 2, return_indices=True),
        ),
        "ex16 global_avg_pool2d, 32×32×28×28": (
            lambda: global_avg_pool2d(maps),
            lambda: F.adaptive_avg_pool2d(maps, 1).flatten(1),
        ),
        "ex22 im2col, 32×32×28×28, 3×3": (
            lambda: im2col(maps, 3, 1, 1),
            lambda: F.unfold(maps, 3, padding=1).transpose(1, 2).flatten(0, 1),
        ),
    }


def finished(call: Call, device: str) -> Call:
    """Return a call that also waits for the GPU to finish."""
    if device == "cpu":
        return call

    def waited() -> None:
        call()
        torch.cuda.synchronize()

    return waited


def check_agreement(name: str, ours: object, theirs: object) -> None:
    """Raise AssertionError unless the reference and torch return the same numbers."""
    first, second = (x[0] if isinstance(x, tuple) else x for x in (ours, theirs))
    torch.testing.assert_close(first, second, rtol=1e-3, atol=1e-3, msg=name)


def seconds(repetitions: int) -> dict[str, tuple[float, float]]:
    """Return the median seconds of every reference and torch operator, in this process.

    They are measured on the CPU, and on a GPU if there is one.
    """
    torch.backends.cudnn.allow_tf32 = False  # as in grading: full float32 on both sides
    found = {}
    for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
        for what, (ours, theirs) in pairs(device).items():
            name = f"{what} ({device})"
            check_agreement(name, ours(), theirs())
            calls = {"ours": finished(ours, device), "torch": finished(theirs, device)}
            timings = time_calls(calls, repetitions)
            found[name] = timings["ours"].median, timings["torch"].median
    return found


def measure(repetitions: int = 30, processes: int = 5) -> Result:
    """Measure the medians over several processes, which differ by a tenth with memory layout."""
    command = [sys.executable, __file__, "--here", "--repetitions", str(repetitions)]
    runs = [
        json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(processes)
    ]
    figures, ratios = [], {}
    for name in runs[0]:
        mine, other = (statistics.median(run[name][side] for run in runs) for side in (0, 1))
        figures.append((name, f"{milliseconds(mine)}, torch {milliseconds(other)}"))
        ratio = statistics.median(run[name][0] / run[name][1] for run in runs)
        ratios[f"{name}: reference / torch"] = ratio
    held = [n for n in ratios if n.startswith(HELD) and "(cpu)" in n]
    return Result("References against torch", figures, ratios, dict.fromkeys(held, TARGET))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--here", action="store_true", help="only seconds, of this process")
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    if options.here:
        print(json.dumps(seconds(options.repetitions)))
    else:
        show(measure(options.repetitions, options.processes), keep=options.record)


if __name__ == "__main__":
    main()
