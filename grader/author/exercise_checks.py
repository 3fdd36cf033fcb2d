"""Implement `author check`: everything that an exercise must satisfy before students see it."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from pathlib import Path

from ..answer_key.agreement import agree
from ..answer_key.build import ambiguities, build_key
from ..answer_key.find import load_exercise, practice_key, practice_path
from ..answer_key.key import PRACTICE, AnswerKey
from ..answer_key.store import save_key
from ..batch.tasks import cores
from ..check.checking import Checker, CheckSettings
from ..course.catalog import ExerciseInfo, load_catalog
from ..course.exercise import Exercise
from ..errors import (
    DamagedKey,
    GraderFault,
    KeyUnavailable,
    LearncnnError,
    SandboxKilled,
    UsageError,
)
from ..i18n.texts import language, use_language, worded
from ..quiz.items.item_answers import item_answers
from .answer_checks import answer_problems, written_problems
from .catalog_entry import entry_problems
from .content_checks import content_problems
from .drawing_checks import unproved_drawings
from .effortless import Shares, effortless_problems, shares_earned
from .naming import codes_shown, declaration_problems, naming_problems, values_right
from .oracle import oracle_problems
from .rules import rule_problems
from .stub_checks import started_problems, stub_problems

#: Seeds tried besides the practice seed: any seed must tell the misconceptions apart.
TRIED_SEEDS = ("author-check", "author-check-2", "author-check-3")
#: Maximum number of pools started before a killed process is reported as a fault.
TRIES = 2
#: The checker of a pool process, set by `_start_worker`.
_checker: Checker


@dataclass
class Tally:
    """Counts and problems from checking one exercise."""

    exercise: str
    cases: int = 0
    mutants: int = 0
    pairs: int = 0
    #: Pairs diagnosed as both codes, as one of the two, as another with equal answers, or as none.
    pairs_named: int = 0
    pairs_single: int = 0
    pairs_alike: int = 0
    pairs_silent: int = 0
    seconds: float = 0.0
    #: Shares of effortless submissions, by function; empty for questions and constants.
    effortless: dict[str, Shares] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def check_exercises(
    infos: Sequence[ExerciseInfo], checker: Checker | None = None
) -> Iterator[Tally]:
    """Check exercises on all cores and yield their tallies in order. Raises GraderFault.

    An exercise whose tally has no problems is ready for students. If a `checker` is passed,
    everything runs in this process.
    """
    if checker is None and min(cores(), len(infos)) > 1:
        yield from _beside_each_other(infos)
        return
    with ExitStack() as held:
        checker = checker or held.enter_context(Checker(CheckSettings()))
        for info in infos:
            yield _check(info, checker)


def _beside_each_other(infos: Sequence[ExerciseInfo]) -> Iterator[Tally]:
    """Check in several processes; if one is killed, start a new pool for the remaining exercises.

    Raises GraderFault if a process is killed in each of `TRIES` pools.
    """
    left = list(infos)
    others = set(active_children())
    for _ in range(TRIES):
        jobs = min(cores(), len(left))
        spawn = get_context("spawn")
        with ProcessPoolExecutor(jobs, spawn, _start_worker, (language(),)) as pool:
            try:
                for tally in pool.map(_check_beside_others, tuple(left)):
                    del left[0]
                    yield tally
                return
            except BrokenProcessPool:
                continue
            finally:  # a caller that stops early does not wait for the rest
                for process in set(active_children()) - others:
                    process.terminate()
    raise GraderFault("killed", "author")


def _start_worker(words: str) -> None:
    """Set up a pool process; it ignores Ctrl-C, because the main process terminates it."""
    global _checker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"  # for torch, which is imported later
    use_language(words)
    _checker = Checker(CheckSettings())  # its workers end with this process


def _check_beside_others(info: ExerciseInfo) -> Tally:
    return _check(info, _checker)


def _check(info: ExerciseInfo, checker: Checker) -> Tally:
    started = time.perf_counter()
    tally = Tally(info.id)
    try:
        with _authors_code():
            tally.problems.extend(_problems(info, tally, checker))
    except SandboxKilled:  # not a problem of the exercise
        raise
    except LearncnnError as error:
        tally.problems.append(worded(error))
    tally.seconds = time.perf_counter() - started
    return tally


def write_practice_keys(infos: Iterable[ExerciseInfo]) -> Iterator[str]:
    """Rebuild the bundled practice keys, and yield a line for each file that changed."""
    for info in infos:
        with _authors_code():
            exercise = load_exercise(info).with_items(item_answers)
            keys = {name: _practice(exercise, info, name) for name in info.libraries}
        for framework, key in keys.items():
            if not _is_bundled(key, info, framework):
                path = practice_path(info, framework)
                save_key(key, path)
                yield f"{path.name} of {info.id}: {len(key.cases)} cases"


def all_exercises() -> tuple[ExerciseInfo, ...]:
    """Return the exercises of the catalog in order."""
    return tuple(load_catalog().exercises.values())


@contextmanager
def _authors_code() -> Iterator[None]:
    """Turn any exception of an author's code into a UsageError that names the line."""
    try:
        yield
    except LearncnnError:
        raise
    except SyntaxError as error:
        raise UsageError(
            "author", "python", file=error.filename, line=error.lineno, reason=error.msg
        ) from error
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "solutions" in Path(frame.filename).parent.name]
        at = (own or frames)[-1]
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(
            "author", "python", file=at.filename, line=at.lineno, reason=reason
        ) from error


def _problems(info: ExerciseInfo, tally: Tally, checker: Checker) -> Iterator[str]:
    stub = list(stub_problems(info))
    yield from entry_problems(info)
    yield from stub
    exercise = load_exercise(info).with_items(item_answers)
    yield from _function_problems(info, exercise)
    yield from content_problems(info, exercise)
    written = list(written_problems(info))
    yield from written
    current, keys = True, []
    for framework in info.libraries:
        key = _practice(exercise, info, framework)
        keys.append(key)
        if framework == info.libraries[0]:
            yield from _counted(key, tally)
            yield from unproved_drawings(info, key)
        if not _is_bundled(key, info, framework):
            current = False
            yield f"the practice key for {framework} is not current: learncnn author key {info.id}"
        yield from declaration_problems(exercise, key, framework)
        yield from naming_problems(key, framework)
        fresh = [_fresh(exercise, info, framework, seed) for seed in TRIED_SEEDS]
        for other in fresh:
            yield from ambiguities(other)
        _more(tally.effortless, shares_earned(fresh, key, exercise.exempt))
    yield from effortless_problems(info, tally.effortless)
    yield from rule_problems(info, keys)
    yield from oracle_problems(exercise, key)
    if current and not stub:
        yield from started_problems(info, checker)
    if current and not written:
        yield from answer_problems(info, checker)


def _function_problems(info: ExerciseInfo, exercise: Exercise) -> Iterator[str]:
    if set(info.functions) != set(exercise.references):
        yield f"catalog.toml lists {sorted(info.functions)}, not {sorted(exercise.references)}"
    for name in exercise.references:
        if not exercise.mutants_of(name):
            yield f"{name} has no misconception"


def _counted(key: AnswerKey, tally: Tally) -> Iterator[str]:
    """Count cases, mutants and pairs into `tally`; yield pairs that answer like one mistake."""
    tally.cases = len(key.cases)
    for mutant in key.mutants:
        if len(mutant.codes) == 1:
            tally.mutants += 1
        elif len(mutant.codes) == 2 and not values_right(key, mutant):
            tally.pairs += 1
            codes = codes_shown(key, mutant)
            if not codes:
                tally.pairs_silent += 1
            elif codes == set(mutant.codes):
                tally.pairs_named += 1
            elif codes < set(mutant.codes):
                tally.pairs_single += 1
            else:
                tally.pairs_alike += 1
                if len(codes) == 1:
                    both = " and ".join(mutant.codes)
                    yield f"{both} of {mutant.function} together answer as {codes.pop()} does"


def _practice(exercise: Exercise, info: ExerciseInfo, framework: str) -> AnswerKey:
    return build_key(exercise, framework=framework, seed=PRACTICE, driver_source=info.driver_source)


def _fresh(exercise: Exercise, info: ExerciseInfo, framework: str, seed: str) -> AnswerKey:
    return build_key(
        exercise, framework=framework, seed=seed, driver_source=info.driver_source, pairs=False
    )


def _more(most: dict[str, Shares], other: dict[str, Shares]) -> None:
    """Update `most` with the larger share of each kind, so that it covers both frameworks."""
    for function, shares in other.items():
        known = most.get(function, shares)
        most[function] = {kind: max(share, known[kind]) for kind, share in shares.items()}


def _is_bundled(key: AnswerKey, info: ExerciseInfo, framework: str) -> bool:
    try:
        return agree(practice_key(info, framework), key)
    except (KeyUnavailable, DamagedKey):
        return False
