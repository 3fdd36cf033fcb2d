"""Compare numbers on a GPU with the references' answers, torch's operators and the tolerances."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from gpu_device import Device, Row

from learncnn.grader.answer_key.compare import compare, same_outcome
from learncnn.grader.answer_key.find import load_exercise, practice_key
from learncnn.grader.answer_key.key import AnswerKey, Case, on_device
from learncnn.grader.author.oracle import oracle_problems
from learncnn.grader.course.catalog import ExerciseInfo, load_catalog
from learncnn.grader.runner.job import Call, Job
from learncnn.grader.runner.prestart import default_limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.sandbox.observe import TorchLibrary, observe
from learncnn.grader.sandbox.protocol.outcome import Outcome
from learncnn.grader.sandbox.protocol.values import walk_arrays

#: Error that must be refused, in tolerances.
BEYOND = 4.0
#: Maximum error of float32 products of 512 terms, relative to the largest; TF32's is 1000 times it.
PRODUCT_ERROR = 1e-5
PRODUCT = "def product(X):\n    return X @ X\n"


def exercises() -> Iterator[ExerciseInfo]:
    """Yield the exercises that torch students can do."""
    for info in load_catalog().exercises.values():
        if "torch" in info.libraries:
            yield info


def key_on(info: ExerciseInfo, device: str) -> AnswerKey:
    """Return the practice key, which was made on the CPU, for a device."""
    return on_device(_practice(info.id), device)


@cache
def _practice(exercise: str) -> AnswerKey:
    return practice_key(load_catalog().resolve(exercise), "torch")


def references(device: Device, row: Row) -> None:
    """Check that references answer as on the CPU, and as torch's own operators do."""
    left = 0
    for info in exercises():
        loaded, key = load_exercise(info), key_on(info, device.name)
        for case, answer in _answers(info, device.name):
            if answer is None:
                left += 1
                continue
            same = answer.kind == case.expected.kind
            if same and answer.kind == "value":
                same = same_outcome(case.expected, answer, case.precision)
            row.check(same, f"{info.id} {case.id}: another answer than on the processor")
            if answer.kind == "value" and answer.arrays:
                made = {array.device.partition(":")[0] for array in answer.arrays}
                row.check(
                    made == {device.name.partition(":")[0]}, f"{info.id} {case.id}: made on {made}"
                )
        for name in loaded.oracles:
            row.checked += len(key.cases_of(name))
        row.wrong += [f"{info.id} {problem}" for problem in oracle_problems(loaded, key)]
    row.seen.append(f"{left} cases that need a driver are left to the submissions")


def tolerances(device: Device, row: Row) -> None:
    """Check that right answers keep the tolerance, larger errors are refused, and TF32 is off."""
    most, where = 0.0, "none"
    for info in exercises():
        for case, answer in _answers(info, device.name):
            if answer is None or answer.kind != "value" or case.expected.kind != "value":
                continue
            used = share_used(case, answer)
            if used > most:
                most, where = used, f"{info.id} {case.id}"
            moved = moved_beyond(case)
            if moved is not None:
                found = compare(case.expected.value, moved, case.precision)
                refused = found.difference is not None or bool(found.departures)
                row.check(refused, f"{info.id} {case.id}: {BEYOND:g} tolerances off passes")
    row.check(most <= 1, f"{where} is off by {most:.3g} tolerances")
    row.seen.append(f"right answers use at most {most:.1%} of a tolerance ({where})")
    X = np.random.default_rng(0).standard_normal((512, 512)).astype("float32")
    job = Job(PRODUCT, "product.py", (Call("product", "product", {"X": X}, 1),))
    limits = default_limits("torch", device.name)
    with Runner(("torch",), device=device.name, limits=limits) as runner:
        value = runner.run(job).outcomes["product"].value
    error = product_error(X, np.asarray(value))
    row.check(error < PRODUCT_ERROR, f"a product is off by {error:.1e} of its largest number")
    row.seen.append(f"a product of float32 is off by {error:.1e} of its largest number")


def product_error(X: np.ndarray, value: np.ndarray) -> float:
    """Return the maximum error of `value` as X·X, relative to the largest number of X·X."""
    exact = X.astype("float64") @ X.astype("float64")
    return float(np.abs(value - exact).max() / np.abs(exact).max())


def _answers(info: ExerciseInfo, device: str) -> Iterator[tuple[Case, Outcome | None]]:
    """Yield each case with the reference's answer on the device; None if it needs a driver."""
    import torch

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    loaded, library = load_exercise(info), TorchLibrary(torch, device)
    for case in key_on(info, device).cases:
        if case.driver:
            yield case, None
        elif case.function in loaded.references:
            reference = loaded.references[case.function]
            yield case, observe(reference, case.arguments, case.positional, library)


def share_used(case: Case, answer: Outcome) -> float:
    """Return the largest error of a floating-point answer, as a share of the tolerance."""
    most = 0.0
    for expected, got in zip(_floats(case.expected), _floats(answer), strict=False):
        if expected.shape != got.shape or not expected.size:
            continue
        a, b = expected.astype("float64"), got.astype("float64")
        known = np.isfinite(a) & np.isfinite(b)
        scale = np.abs(a[known]).max(initial=0.0) + np.abs(a[known])
        off = np.abs(a[known] - b[known])
        shares = off[scale > 0] / (case.precision.rtol * scale[scale > 0])
        most = max(most, float(shares.max(initial=0.0)))
    return most


def moved_beyond(case: Case) -> object:
    """Return the expected array with its largest number off by `BEYOND` tolerances.

    The tolerance of the largest number m is 2·rtol·|m|. Return None unless the expected answer is
    a finite array of floats that are not all 0.
    """
    value = case.expected.value
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.any():
        return None
    if not np.isfinite(value).all():
        return None
    moved = value.astype("float64")
    largest = np.unravel_index(np.abs(moved).argmax(), moved.shape)
    moved[largest] *= 1 + 2 * BEYOND * case.precision.rtol
    return moved.astype(value.dtype)


def _floats(outcome: Outcome) -> list[np.ndarray]:
    return [array for array in walk_arrays(outcome.value) if array.dtype.kind == "f"]
