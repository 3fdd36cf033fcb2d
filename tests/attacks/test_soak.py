"""Many submissions, one in ten hostile: every verdict right, nothing grows.

LEARNCNN_SOAK sets how many; the long form is 5000.
"""

import os
import resource

from .arena import RIGHT, Attack, attacks, children, living, opened_arena, verdicts_of

COUNT = int(os.environ.get("LEARNCNN_SOAK", "120"))
#: Attacks that end at once; the others are as hostile and take their time limit.
SLOW = ("A03", "A12", "A19", "A20", "A22", "A23", "B11", "C15")


def quick() -> list[Attack]:
    known = (a for a in attacks() if a.framework == "numpy" and a.exercise == "ex01")
    return [attack for attack in known if not attack.id.startswith(SLOW)]


def memory() -> int:
    """Peak resident size of this process and of all that ended below it, in KiB."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose)


def test_a_class_with_attackers_is_graded_right_and_leaves_nothing():
    hostile, others = quick(), children()
    with opened_arena() as arena:
        for attack in hostile:
            arena.run(attack)
        processes, descriptors = arena.settled()
        peak = memory()
        for number in range(COUNT):
            if number % 10 == 0:
                attack = hostile[number // 10 % len(hostile)]
                assert verdicts_of(arena.run(attack)) <= attack.accept, attack.id
            else:
                assert verdicts_of(arena.grade(RIGHT, "ex01", "numpy")) == {"PASS"}
        assert arena.settled() == (processes, descriptors)
        assert memory() <= peak * 1.1
    assert living(others) == set()
