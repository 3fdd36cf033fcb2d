"""Ask some cases again in processes of their own, so that luck per process does not pass.

The calls of one run are answered by one process: a submission that decides once, by a clock or a
throw of dice, between a right and a wrong answer is right in half of the runs. Asked again where it
consulted such a thing, it has to be right in each of several processes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import SystemRandom
from typing import TYPE_CHECKING

from ..runner.job import NOT_RUN, Call, Job, Run
from ..sandbox.protocol.outcome import Outcome
from ..submissions.submission import Submission
from .report import Report

if TYPE_CHECKING:
    from ..runner.runner import Runner

#: The share of submissions that are asked again although nothing speaks for it.
LOT = 1 / 20
#: Processes that ask again a submission that may be right by chance.
PROCESSES = 3
#: Maximum number of cases asked again, beyond one of each function.
CALLS = 4
#: What a submission that is right by chance may hide by: ways around the wrappers of
#: `sandbox.consulting`. Honest code rarely needs any of it.
_ROUNDABOUT = re.compile(
    r"""\b(?: datetime | uuid | ctypes | gc | inspect | importlib | builtins | threading | timeit
        | _[a-z]+random | _random | _time | posix | getattr | (?<!\.)eval | exec | vars | globals
        | locals | mappingproxy | f_back | tracemalloc | resource | signal
        | __(?!name__|main__|init__|call__|future__|doc__|all__|file__|repr__|len__|getitem__
            |version__|post_init__|str__|iter__|next__|enter__|exit__|setitem__|author__)\w+__ )\b
        | \.seed\(\s*\) | \\[xuN]""",
    re.VERBOSE,
)
_RANDOM = SystemRandom()


def processes(submission: Submission, run: Run, report: Report) -> int:
    """Return in how many further processes a submission is asked."""
    if run.load_error is not None or report.forbidden:
        return 0
    if run.consulted or _ROUNDABOUT.search(submission.source):
        return PROCESSES
    return int(_RANDOM.random() < LOT)


def calls_of(report: Report, job: Job) -> tuple[Call, ...]:
    """Draw one right case of each function, and further ones up to `CALLS`, in a drawn order."""
    right = [verdict.case for verdict in report.verdicts if verdict.passed]
    _RANDOM.shuffle(right)
    by_id = {call.id: call for call in job.calls}
    first = {by_id[id].function: by_id[id] for id in right}
    chosen = list(first.values())
    others = [by_id[id] for id in right if by_id[id] not in chosen]
    chosen += others[: max(0, CALLS - len(chosen))]
    _RANDOM.shuffle(chosen)
    return tuple(chosen)


def ask(
    job: Job, calls: tuple[Call, ...], runner: Runner, first: Run, count: int, *, ahead: bool
) -> tuple[Mapping[str, Outcome], ...]:
    """Return the outcomes of `calls` in each of `count` processes. Raises SandboxKilled.

    What an address or a hash decides is the same in all children of a zygote: then the first of
    them comes from a new one. A source that loads no more answers each call by that.
    """
    again = []
    for number in range(count):
        fresh = number == 0 and not first.consulted.isdisjoint({"address", "hash"})
        run = runner.run(job._replace(calls=calls, held=0), ahead=ahead, fresh=fresh)
        if run.load_error is not None:
            again.append({call.id: run.load_error for call in calls})
            continue
        again.append({id: o for id, o in run.outcomes.items() if o.detail != NOT_RUN})
    return tuple(again)
