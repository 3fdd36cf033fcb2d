"""Find the key that a check needs: bundled, cached or newly made."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import VERSION
from ..course.catalog import ExerciseInfo
from ..errors import DamagedKey, KeyUnavailable
from .key import AnswerKey, Identity, MutantAnswers, private_name
from .store import load_key, save_key

if TYPE_CHECKING:
    from ..course.exercise import AnswersOf, Exercise

ENTRY_POINTS = "learncnn.solutions"


def practice_path(info: ExerciseInfo, framework: str) -> Path:
    """Return the path of the bundled practice key of an exercise."""
    return info.path / f"practice-{framework}.npz"


def practice_key(info: ExerciseInfo, framework: str) -> AnswerKey:
    """Return the bundled key. Raises KeyUnavailable if it is missing or damaged."""
    path = practice_path(info, framework)
    try:
        return load_key(path)
    except FileNotFoundError:
        raise KeyUnavailable("keys", "no_practice", id=info.id, framework=framework) from None
    except DamagedKey as error:
        raise KeyUnavailable("keys", "damaged", error=error) from error


def fresh_key(
    info: ExerciseInfo,
    framework: str,
    *,
    seed: str,
    device: str = "cpu",
    private: bool = False,
    answers_of: AnswersOf | None = None,
) -> AnswerKey:
    """Return the key for a seed, from the cache or made from the installed solutions.

    The file name of a private key contains only a hash of its seed. A cached key that is damaged or
    was made from other sources is made again; `answers_of` finds the quiz items of its questions.
    Raises KeyUnavailable without solutions.
    """
    from .build import build_key, exercise_version

    exercise = load_exercise(info)
    name = private_name(seed) if private else seed
    identity = Identity(info.id, exercise_version(exercise), framework, device, name)
    path = cache_dir() / "keys" / _file_name(identity, _made_of(exercise, info))

    def make() -> AnswerKey:
        key = build_key(
            exercise,
            framework=framework,
            device=device,
            seed=seed,
            seed_name=name,
            driver_source=info.driver_source,
            answers_of=answers_of,
        )
        with contextlib.suppress(OSError):  # an unwritable cache only costs time
            save_key(key, path)
        return key

    with contextlib.suppress(FileNotFoundError, DamagedKey):
        key = load_key(path)
        if key.identity == identity:
            return replace(key, load_mutants=lambda: _mutants(key, make))
    return make()


def _mutants(cached: AnswerKey, make: Callable[[], AnswerKey]) -> tuple[MutantAnswers, ...]:
    """Return a cached key's misconceptions, which are separate members and may be damaged alone."""
    try:
        return cached.load_mutants()
    except (FileNotFoundError, DamagedKey):
        return make().mutants


def load_exercise(info: ExerciseInfo) -> Exercise:
    """Return the references, cases and misconceptions of an exercise from the installed solutions.

    Raises KeyUnavailable if they, or the library that they need, are not installed.
    """
    from importlib.metadata import entry_points

    from ..course.exercise import Exercise

    for entry_point in entry_points(group=ENTRY_POINTS):
        try:
            exercise = entry_point.load()(info.folder)
        except ModuleNotFoundError as error:
            if error.name != "torch":
                raise
            raise KeyUnavailable("keys", "no_torch", id=info.id) from error
        if isinstance(exercise, Exercise):
            return exercise
    raise KeyUnavailable("keys", "no_solutions", id=info.id)


def solutions_installed() -> bool:
    """Return whether any solutions are installed, without loading them."""
    from importlib.metadata import entry_points

    return bool(entry_points(group=ENTRY_POINTS))


def cache_dir() -> Path:
    """Return the user's cache directory for learncnn."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the specification says to ignore relative paths
        base = os.path.expanduser("~/.cache")
    if not os.path.isabs(base):  # a user without a home directory: nothing can be cached
        base = os.devnull
    return Path(base) / "learncnn"


def _file_name(identity: Identity, made_of: str) -> str:
    seed = identity.seed
    if not re.fullmatch(r"[A-Za-z0-9-]{1,40}", seed):
        seed = hashlib.sha256(seed.encode()).hexdigest()[:16]
    device = identity.device.replace(":", "")
    return f"{identity.exercise}-{identity.framework}-{device}-{seed}-{made_of}.npz"


def _made_of(exercise: Exercise, info: ExerciseInfo) -> str:
    """Return a hash of what a key is made from: references, shared code, driver, learncnn."""
    import inspect

    digest = hashlib.sha256(f"{VERSION} {info.driver_source}".encode())
    files = {Path(inspect.getfile(reference)) for reference in exercise.references.values()}
    for folder in sorted({file.parent for file in files}):
        for file in sorted(folder.glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
