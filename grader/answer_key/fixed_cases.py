"""Mark the hidden cases that are the same for every seed, and so can be answered from memory.

The public practice key contains the answers of its own cases. A case that other seeds contain as
well, or whose answer is the same for every seed, proves little; such cases weigh as little as the
public examples do (`grading.points`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ..course.case_draws import Draw
from ..sandbox.protocol.values import Bounds, pack
from .compare import same_answer
from .key import PRACTICE, Case

#: Seeds of the draws with which a key's cases are compared: the practice seed, and others, so that
#: the same rule marks the cases of the practice key.
_OTHERS = (PRACTICE, "one more", "another", "yet another")
_BOUNDS = Bounds(total_bytes=1 << 32)


def other_draws(exercise: str, framework: str, device: str, seed: str) -> Iterator[Draw]:
    """Yield the draws with whose cases the cases of `seed` are compared."""
    for other in _OTHERS:
        if other != seed:
            yield Draw(f"{exercise}/{framework}/{other}/0", framework, device)


def mark_fixed(cases: Sequence[Case], others: Sequence[Sequence[Case]]) -> list[Case]:
    """Return `cases`, with each case marked that other draws repeat or answer alike.

    A case is fixed if any other draw makes the same call, or if the case at the same position has
    the same answer in every other draw.
    """
    asked = {signature(case) for drawn in others for case in drawn}
    by_id = [{case.id: case for case in drawn} for drawn in others]
    return [
        case._replace(fixed=signature(case) in asked or _answered_alike(case, by_id))
        if case.axis == "values"
        else case
        for case in cases
    ]


def signature(case: Case) -> tuple[str, str, bytes, bytes]:
    """Return what identifies a call: function, driver, and arguments to the last bit."""
    tree, specs, arrays = pack(dict(case.arguments), _BOUNDS)
    words = json.dumps([tree, specs], sort_keys=True).encode()
    return case.function, case.driver, words, b"".join(array.tobytes() for array in arrays)


def _answered_alike(case: Case, others: Sequence[Mapping[str, Case]]) -> bool:
    return all(
        case.id in cases and same_answer(cases[case.id].expected, case.expected, case.precision)
        for cases in others
    )
