"""Compare references with the torch operators that compute the same."""

from __future__ import annotations

from collections.abc import Iterator

from ..answer_key.compare import difference
from ..answer_key.key import AnswerKey
from ..course.exercise import Exercise
from ..sandbox.observe import TorchLibrary, observe


def oracle_problems(exercise: Exercise, key: AnswerKey) -> Iterator[str]:
    """Yield cases on which a reference and its oracle, run on the key's device, disagree."""
    if not exercise.oracles:
        return
    import torch

    library = TorchLibrary(torch, key.identity.device)
    for name, oracle in exercise.oracles.items():
        for case in key.cases_of(name):
            if case.expected.kind != "value":
                continue
            answer = observe(oracle, case.arguments, case.positional, library)
            if answer.kind != "value":
                yield f"{name}, {case.title or case.id}: the oracle gives {answer.error}"
                continue
            precision = case.precision._replace(any_number=True)
            found = difference(case.expected.value, answer.value, precision)
            if found:
                yield (
                    f"{name}, {case.title or case.id}: the reference gives {found.expected} "
                    f"and torch {found.got} ({found.problem} at {found.index})"
                )
