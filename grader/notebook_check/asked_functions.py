"""Resolve the arguments of `check(…)` (functions, classes, names) to exercises and functions."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..course.catalog import Catalog, ExerciseInfo
from ..errors import Message, Messages, UsageError

#: Maximum length of a name that is shown, in characters.
_SHOWN = 80


class AskedExercise(NamedTuple):
    """One exercise to check."""

    info: ExerciseInfo
    #: The functions to report on; empty for all.
    functions: tuple[str, ...] = ()
    #: The objects that were given, by name.
    given: Mapping[str, object] = {}
    #: Other exercises with functions of the same names.
    also: tuple[str, ...] = ()


def asked(
    things: Sequence[object],
    exercise: str | None,
    catalog: Catalog,
    of_notebook: ExerciseInfo | None,
) -> list[AskedExercise]:
    """Return what to check, one entry per exercise.

    A name that several exercises have refers to `exercise`, or to the notebook's own one. Raises
    UsageError, with the way out, for an argument that is neither a function of an exercise nor
    the name of one.
    """
    chosen = catalog.resolve(exercise) if exercise is not None else None
    if not things:
        info = chosen or of_notebook
        if info is None:
            raise UsageError("notebook", "nothing")
        return [AskedExercise(info)]
    found: dict[str, AskedExercise] = {}
    for thing in things:
        one = _asked(thing, chosen, catalog, of_notebook)
        before = found.get(one.info.id)
        found[one.info.id] = one if before is None else _joined(before, one)
    return list(found.values())


def _joined(before: AskedExercise, one: AskedExercise) -> AskedExercise:
    functions = (*before.functions, *one.functions) if before.functions and one.functions else ()
    return AskedExercise(
        one.info,
        tuple(dict.fromkeys(functions)),
        {**before.given, **one.given},
        one.also or before.also,
    )


def _asked(
    thing: object,
    chosen: ExerciseInfo | None,
    catalog: Catalog,
    of_notebook: ExerciseInfo | None,
) -> AskedExercise:
    if isinstance(thing, str):
        name, given = thing, {}
        if chosen is None and not _with_function(name, catalog):
            return AskedExercise(catalog.resolve(name))
    else:
        name = _name_of(thing)
        given = {name: thing}
    possible = _with_function(name, catalog)
    if chosen is not None:
        if name not in chosen.functions:
            if isinstance(thing, str) and catalog.resolve(name) == chosen:
                return AskedExercise(chosen)
            known = Messages(chosen.functions)
            raise UsageError("notebook", "not_of", name=name[:_SHOWN], id=chosen.id, known=known)
        return AskedExercise(chosen, (name,), given)
    if not possible:
        raise UsageError("notebook", "unknown", name=name[:_SHOWN], hint=_hint(name, catalog))
    if of_notebook is not None and of_notebook in possible:
        return AskedExercise(of_notebook, (name,), given)
    others = tuple(info.id for info in possible[1:])
    return AskedExercise(possible[0], (name,), given, others)


def _with_function(name: str, catalog: Catalog) -> list[ExerciseInfo]:
    return [info for info in catalog.exercises.values() if name in info.functions]


def _name_of(thing: object) -> str:
    """Return the name of a function or class. Raises UsageError for anything else."""
    name: Any = getattr(thing, "__name__", None) if callable(thing) else None
    if not isinstance(name, str):
        key = "result" if hasattr(thing, "shape") or isinstance(thing, (int, float)) else "thing"
        raise UsageError("notebook", key, type=type(thing).__name__[:_SHOWN])
    if name == "<lambda>":
        raise UsageError("notebook", "anonymous")
    return name


def _hint(name: str, catalog: Catalog) -> Message:
    functions = sorted({name for info in catalog.exercises.values() for name in info.functions})
    near = difflib.get_close_matches(name[:_SHOWN], functions, n=3)
    if near:
        return Message("catalog", "near", names=Messages(near, Message("catalog", "or")))
    return Message("catalog", "list")
