"""Ask some cases again in new processes, so that a per-process guess does not pass.

One process answers all calls of a run, so a submission that chooses once, by the clock or at
random, between a right and a wrong answer is right in half of the runs. If a submission consulted
such a source, its cases are asked again and must be right in each of several processes.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping
from random import SystemRandom
from typing import TYPE_CHECKING

from ..runner.job import LOSSES, NOT_RUN, Call, Job, Run
from ..sandbox.protocol.outcome import Outcome
from ..submissions.submission import Submission
from .report import Report

if TYPE_CHECKING:
    from ..runner.runner import Runner

#: Share of the submissions that are asked again without any suspicion.
LOT = 1 / 20
#: Number of processes in which a submission that may be right by chance is asked again.
PROCESSES = 3
#: Maximum number of cases asked again by lot, beyond one of each function; the share of the lots
#: that ask all cases.
CALLS, WHOLE = 4, 1 / 4
#: Words by which a submission could get around the wrappers of `sandbox.consulting` and hide what
#: it consulted. Honest code rarely needs any of them.
_ROUNDABOUT = frozenset(
    [
        *("datetime", "uuid", "ctypes", "gc", "inspect", "importlib", "builtins", "threading"),
        *("timeit", "_random", "_time", "posix", "getattr", "exec", "vars", "globals", "locals"),
        *("mappingproxy", "tracemalloc", "resource", "signal", "modules", "ctypeslib", "f2py"),
        *("_ctypes", "attrgetter", "methodcaller", "get_type_hints", "ForwardRef", "Formatter"),
        *("mock", "profiler", "f_back", "f_locals", "f_globals", "f_builtins", "tb_frame"),
        *("gi_frame", "cr_frame", "ag_frame", "_getframe", "_current_frames", "settrace"),
        *("setprofile", "learncnn_sandbox"),
    ]
)
#: Forms of further such words: private modules of random numbers, special methods and attributes.
_SPECIAL = re.compile(
    r"""_[a-z]+random
        | __(?!name__|main__|init__|call__|future__|doc__|all__|file__|repr__|len__|getitem__
            |version__|post_init__|str__|iter__|next__|enter__|exit__|setitem__|author__)\w+__""",
    re.VERBOSE,
)
#: Calls by which it could, too; methods named `eval` and `compile` are a model's.
_CALLED = re.compile(r"(?<!\.)\b(?:eval|compile)\b|\.seed\(\s*\)")
#: An escape in a string could write any word.
_ESCAPE = re.compile(r"\\[xuN]")
#: Modules of the standard library that reveal nothing that differs between processes, or only
#: through functions that `sandbox.consulting` wraps.
_QUIET = frozenset(
    [
        *("__future__", "abc", "argparse", "array", "bisect", "cmath", "collections", "contextlib"),
        *("copy", "csv", "dataclasses", "decimal", "enum", "fractions", "functools", "heapq", "io"),
        *("itertools", "json", "math", "numbers", "operator", "os", "pprint", "random", "re"),
        *("statistics", "string", "struct", "sys", "textwrap", "time", "typing", "unittest"),
        *("warnings", "doctest"),
    ]
)
_NOISY = sys.stdlib_module_names - _QUIET
#: The rest of a statement that imports; a backslash continues it.
_IMPORT = re.compile(r"(?:^|[;:])[ \t\f]*(?:import|from)\b((?:[^\n;#\\]|\\\n)*)", re.MULTILINE)
_WORD = re.compile(r"\w+")
_RANDOM = SystemRandom()


def processes(submission: Submission, run: Run, report: Report) -> int:
    """Return the number of further processes in which a submission is asked."""
    if run.load_error is not None or report.forbidden:
        return 0
    if run.consulted or _could_hide(submission.source):
        return PROCESSES
    return int(_RANDOM.random() < LOT)


def _could_hide(source: str) -> bool:
    """Return whether a source could consult something unnoticed; it is read as Python reads it."""
    source = unicodedata.normalize("NFKC", source).replace("\r", "\n")
    words = set(_WORD.findall(source))
    if not words.isdisjoint(_ROUNDABOUT) or any(map(_SPECIAL.fullmatch, words)):
        return True
    if not words.isdisjoint({"eval", "compile", "seed"}) and _CALLED.search(source):
        return True
    if "\\" in source and _ESCAPE.search(source):
        return True
    if words.isdisjoint(_NOISY):
        return False
    imported = (_WORD.findall(statement) for statement in _IMPORT.findall(source))
    return any(not _NOISY.isdisjoint(words) for words in imported)


def job_of(report: Report, job: Job, count: int) -> Job:
    """Return the job for `count` further processes; without calls if none was answered right.

    A submission that could be right by chance gets all calls in the same form, because it could
    answer the first calls honestly, as many as a shorter job has. Only lost calls are left out.
    """
    if not any(verdict.passed for verdict in report.verdicts):
        return job._replace(calls=(), held=0)
    if count < PROCESSES and _RANDOM.random() >= WHOLE:
        return job._replace(calls=_few(report, job), held=0)
    lost = {verdict.case for verdict in report.verdicts if verdict.status in LOSSES}
    kept = tuple(call for call in job.calls if call.id not in lost)
    later = job.calls[len(job.calls) - job.held :]
    return job._replace(calls=kept, held=sum(call.id not in lost for call in later))


def _few(report: Report, job: Job) -> tuple[Call, ...]:
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
    job: Job, runner: Runner, first: Run, count: int, *, ahead: bool
) -> tuple[Mapping[str, Outcome], ...]:
    """Return the outcomes of a job in each of `count` processes. Raises SandboxKilled.

    Addresses and hashes are the same in all children of a zygote; if the submission consulted
    them, the first child comes from a new zygote. If the source no longer loads, that failure is
    the outcome of each call.
    """
    again = []
    for number in range(count):
        fresh = number == 0 and not first.consulted.isdisjoint({"address", "hash"})
        run = runner.run(job, ahead=ahead, fresh=fresh)
        if run.load_error is not None:
            again.append({call.id: run.load_error for call in job.calls})
            continue
        again.append({id: o for id, o in run.outcomes.items() if o.detail != NOT_RUN})
    return tuple(again)
