"""`author check`: everything an exercise must satisfy before a student meets it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context

from ..batch.model import cores
from ..catalog import ExerciseInfo, load_catalog
from ..diagnosis import diagnose
from ..errors import KeyUnavailable, LearncnnError
from ..exercise import Exercise
from ..key.agreement import agree
from ..key.build import ambiguities, build_key
from ..key.find import PRACTICE, load_exercise, practice_key, practice_path
from ..key.model import AnswerKey
from ..key.store import save_key
from ..texts import language, use_language
from .content import content_problems
from .oracle import oracle_problems

#: Keys must tell the misconceptions apart whatever the seed; these are tried besides the bundled.
TRIED_SEEDS = ("author-check",)


@dataclass
class Tally:
    """What the check of one exercise counted."""

    exercise: str
    cases: int = 0
    mutants: int = 0
    pairs: int = 0
    #: Pairs diagnosed as themselves, as one of their two, as an equal other, or not at all.
    pairs_named: int = 0
    pairs_single: int = 0
    pairs_alike: int = 0
    pairs_silent: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def check_exercises(infos: Sequence[ExerciseInfo]) -> Iterator[Tally]:
    """Check each exercise, on every core, in order.

    A tally without problems is an exercise fit for students.
    """
    jobs = min(cores(), len(infos))
    if jobs < 2:
        yield from map(check_exercise, infos)
        return
    with get_context("spawn").Pool(jobs, _settle, (language(),)) as pool:
        yield from pool.imap(check_exercise, infos)


def check_exercise(info: ExerciseInfo) -> Tally:
    """Check one exercise."""
    started = time.perf_counter()
    tally = Tally(info.id)
    try:
        tally.problems += _problems(info, tally)
    except LearncnnError as error:
        tally.problems.append(str(error))
    tally.seconds = time.perf_counter() - started
    return tally


def _settle(words: str) -> None:
    """Set up a process that checks: a Ctrl-C is answered by the one that ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"  # for torch, which is imported later
    use_language(words)


def write_practice_keys(infos: Iterable[ExerciseInfo]) -> Iterator[str]:
    """Make the bundled practice keys anew; yields a line for each file that changed."""
    for info in infos:
        exercise = load_exercise(info)
        for framework in info.libraries:
            key = _practice(exercise, info, framework)
            if not _bundled(info, key):
                path = practice_path(info, framework)
                save_key(key, path)
                yield f"{path.name} of {info.id}: {len(key.cases)} cases"


def all_exercises() -> tuple[ExerciseInfo, ...]:
    """Every exercise of the catalog, in order."""
    return tuple(load_catalog().exercises.values())


def _problems(info: ExerciseInfo, tally: Tally) -> Iterator[str]:
    exercise = load_exercise(info)
    yield from _function_problems(info, exercise)
    yield from content_problems(info, exercise)
    for framework in info.libraries:
        key = _practice(exercise, info, framework)
        if framework == info.libraries[0]:
            _count(key, tally)
        if not _bundled(info, key):
            yield f"the practice key for {framework} is not current: learncnn author key {info.id}"
        yield from _diagnosis_problems(key, framework)
        for seed in TRIED_SEEDS:
            other = build_key(
                exercise, framework=framework, seed=seed, driver_source=info.driver_source
            )
            yield from ambiguities(other)
    yield from oracle_problems(exercise, key)


def _function_problems(info: ExerciseInfo, exercise: Exercise) -> Iterator[str]:
    if set(info.functions) != set(exercise.references):
        yield f"catalog.toml lists {sorted(info.functions)}, not {sorted(exercise.references)}"
    for name in exercise.references:
        if not exercise.mutants_of(name):
            yield f"{name} has no misconception"


def _diagnosis_problems(key: AnswerKey, framework: str) -> Iterator[str]:
    """Every single misconception must be diagnosed as itself."""
    for mutant in key.mutants:
        if len(mutant.codes) != 1:
            continue
        found = diagnose(key, mutant.outcomes, (mutant.function,))
        if [diagnosis.codes for diagnosis in found] != [mutant.codes]:
            named = " and ".join(found[0].codes) if found else "nothing"
            yield f"{mutant.codes[0]} of {mutant.function} is diagnosed as {named} ({framework})"


def _count(key: AnswerKey, tally: Tally) -> None:
    tally.cases = len(key.cases)
    for mutant in key.mutants:
        if len(mutant.codes) == 1:
            tally.mutants += 1
            continue
        tally.pairs += 1
        found = diagnose(key, mutant.outcomes, (mutant.function,))
        codes = set(found[0].codes) if found else set()
        if not codes:
            tally.pairs_silent += 1
        elif codes == set(mutant.codes):
            tally.pairs_named += 1
        elif codes < set(mutant.codes):
            tally.pairs_single += 1
        else:
            tally.pairs_alike += 1


def _practice(exercise: Exercise, info: ExerciseInfo, framework: str) -> AnswerKey:
    return build_key(exercise, framework=framework, seed=PRACTICE, driver_source=info.driver_source)


def _bundled(info: ExerciseInfo, key: AnswerKey) -> bool:
    """Whether `key` is what students have already."""
    try:
        return agree(practice_key(info, key.identity.framework), key)
    except KeyUnavailable:
        return False
