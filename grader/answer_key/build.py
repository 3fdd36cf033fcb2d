"""Make an answer key: run references and misconceptions once, on the trusted side."""

from __future__ import annotations

import hashlib
import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from ..course.case_draws import Draw
from ..course.exercise import (
    AnswersOf,
    CaseSpec,
    Exercise,
    Implementation,
    LargeSpec,
    Mutant,
    bound_arguments,
)
from ..course.promises import PROMISES, Promise
from ..errors import GraderFault
from ..sandbox.observe import Library, NumpyLibrary, TorchLibrary, observe
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import Bounds, pack, rebuild, walk_arrays
from .compare import Precision, compare, same_answer
from .fixed_cases import mark_fixed, other_draws
from .key import LARGE, AnswerKey, Case, Identity, MutantAnswers
from .store import KEY_FORMAT, content_digest

#: Limits of the references, which may use larger arrays than a submission may return.
BUILD_BOUNDS = Bounds(total_bytes=1 << 32)
REDRAWS = 8
DRIVER_FILE = "driver.py"

#: Exceptions that count as accidents of a mutant unless it raises them with a `raise` statement.
_ACCIDENTS = frozenset(
    {"NameError", "UnboundLocalError", "AttributeError", "KeyError", "TypeError"}
)

Driver = Mapping[str, Callable[..., Any]]


def exercise_version(exercise: Exercise) -> str:
    """Return a hash that changes with the source of the references and with the key format."""
    files = {Path(inspect.getfile(reference)) for reference in exercise.references.values()}
    digest = hashlib.sha256(f"format {KEY_FORMAT}".encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def build_key(
    exercise: Exercise,
    *,
    framework: str,
    seed: str,
    seed_name: str = "",
    device: str = "cpu",
    driver_source: str = "",
    pairs: bool = True,
    answers_of: AnswersOf | None = None,
) -> AnswerKey:
    """Make the key of `exercise` for a seed (any text), which the key records as `seed_name`.

    `answers_of` finds the quiz items of the exercise's questions.

    Draws again, a limited number of times, while the drawn cases leave a misconception undetected
    or give two misconceptions the same answers. Raises GraderFault if no draw does better, or if
    a reference fails, changes its inputs or returns them.
    """
    identity = Identity(
        exercise.id, exercise_version(exercise), framework, device, seed_name or seed
    )
    if answers_of is not None:
        exercise = exercise.with_items(answers_of)
    builder = _Builder(exercise, identity, _load_driver(driver_source))
    problems: list[str] = []
    others = [builder.cases(draw) for draw in other_draws(exercise.id, framework, device, seed)]
    for attempt in range(REDRAWS):
        draw = Draw(f"{exercise.id}/{framework}/{seed}/{attempt}", framework, device)
        cases = mark_fixed(builder.cases(draw), others)
        mutants = list(builder.singles(cases))
        key = builder.key(cases, mutants)
        problems = list(ambiguities(key))
        if not problems:
            return builder.key(cases, [*mutants, *builder.chains(cases, mutants)]) if pairs else key
    raise GraderFault(f"{exercise.id} ({framework}): {'; '.join(problems)}")


def large_case(exercise: Exercise, spec: LargeSpec, number: int, device: str) -> Case:
    """Return one large case, answered by the reference; its title is its first array's shape."""
    identity = Identity(exercise.id, "", "torch", device, "")
    builder = _Builder(exercise, identity, {}, in_torch=True)
    shape = "×".join(str(size) for size in next(walk_arrays(list(spec.arguments.values()))).shape)
    wanted = CaseSpec(shape, LARGE, spec.arguments)
    case = builder.make_case(spec.function, number, wanted)
    return case._replace(id=f"{spec.function}/{LARGE}{number}")


def ambiguities(key: AnswerKey) -> Iterator[str]:
    """Return the misconceptions of wrong values that the cases do not detect or not distinguish."""
    singles = [m for m in key.mutants if len(m.codes) == 1 and not m.breaks]
    for position, mutant in enumerate(singles):
        cases = value_cases(key, mutant.function)
        if all(same_answer(c.expected, mutant.outcomes[c.id], c.precision) for c in cases):
            yield f"{mutant.codes[0]} survives every value of {mutant.function}"
        for other in singles[:position]:
            if other.function != mutant.function or other.codes == mutant.codes:
                continue
            if _alike(other, mutant, cases):
                yield (
                    f"{other.codes[0]} and {mutant.codes[0]} answer every case of "
                    f"{mutant.function} alike"
                )


def value_cases(key: AnswerKey, function: str) -> tuple[Case, ...]:
    """Return the cases of a function that test its values, and so can prove a mistake."""
    return tuple(case for case in key.cases_of(function) if case.axis == "values")


def _alike(one: MutantAnswers, other: MutantAnswers, cases: Iterable[Case]) -> bool:
    """Return whether two mutants of a function answer all its cases alike."""
    return all(same_answer(one.outcomes[c.id], other.outcomes[c.id], c.precision) for c in cases)


def _signature(mutant: MutantAnswers, cases: Iterable[Case]) -> str:
    """Return a signature that is equal for mutants with bitwise equal answers to value cases."""
    outcomes = [mutant.outcomes[case.id] for case in cases if case.axis == "values"]
    return repr([(outcome.kind, _contents(outcome.value)) for outcome in outcomes])


def _contents(value: object) -> object:
    arrays = [(array.shape, array.tobytes()) for array in walk_arrays([value])]
    return arrays or value


def breaks_of(mutant: MutantAnswers, cases: Iterable[Case]) -> tuple[Promise, ...]:
    """Return the promises that a mutant breaks if its values are right, else none."""
    seen: set[Promise] = set()
    for case in cases:
        outcome, axis = mutant.outcomes[case.id], case.axis
        if axis == "values":
            if not same_answer(case.expected, outcome, case.precision):
                return ()
            compared = compare(case.expected.value, outcome.value, case.precision)
            seen |= {each.promise for each in compared.departures}
            seen |= {"mutated"} if outcome.mutated else set()
            seen |= {"aliased"} if outcome.aliased else set()
        elif not same_answer(case.expected, outcome, case.precision):
            seen.add(axis)
    return tuple(promise for promise in PROMISES if promise in seen)


class _Builder:
    """Runs implementations of one exercise on the inputs of its cases."""

    def __init__(
        self, exercise: Exercise, identity: Identity, driver: Driver, *, in_torch: bool = False
    ) -> None:
        self.exercise = exercise
        self.identity = identity
        self.driver = driver
        self.library = _library(exercise, identity.device, in_torch=in_torch)

    def key(self, cases: list[Case], mutants: list[MutantAnswers]) -> AnswerKey:
        answers = tuple(mutants)
        digest = content_digest(self.identity, tuple(cases), answers)
        return AnswerKey(self.identity, tuple(cases), digest, lambda: answers)

    def cases(self, draw: Draw) -> list[Case]:
        """Return the cases of each function: public ones first, then small before large."""
        cases: list[Case] = []
        for name in self.exercise.references:
            specs = self.exercise.specs(name, draw)
            if not specs:
                raise GraderFault(f"{self.exercise.id}: {name} has no cases")
            made = [self.make_case(name, number, spec) for number, spec in enumerate(specs)]
            cases += [case for case in made if case.public]
            cases += sorted((c for c in made if not c.public), key=lambda case: case.size)
        return cases

    def make_case(self, function: str, number: int, spec: CaseSpec) -> Case:
        reference = self.exercise.references[function]
        where = f"{self.exercise.id} {function}, case {spec.title or number!r}"
        if spec.driver and spec.driver not in self.driver:
            raise GraderFault(f"{where}: {DRIVER_FILE} has no function {spec.driver}")
        called, skip = (self.driver[spec.driver], 1) if spec.driver else (reference, 0)
        arguments, positional = bound_arguments(called, spec.arguments, skip)
        case = Case(
            id=f"{function}/{number}",
            function=function,
            title=spec.title,
            group=spec.group,
            public=spec.public,
            arguments=arguments,
            positional=positional,
            driver=spec.driver,
            expected=Outcome("missing"),
            precision=Precision(),
        )
        expected = self.run(reference, case)
        if spec.raises is not None:
            if expected.error is None or spec.raises.__name__ not in expected.error.bases:
                raise GraderFault(f"{where}: the reference does not raise {spec.raises.__name__}")
        elif expected.kind != "value":
            error = expected.error
            given = f"{error.type}: {error.message}" if error else expected.detail
            raise GraderFault(f"{where}: the reference gives {given}")
        if expected.mutated or expected.aliased:
            raise GraderFault(f"{where}: the reference changes or returns its input")
        if expected.kind == "value":
            expected = self.sharpened(expected, reference, case)
        expected = expected._replace(seconds=0.0)
        precision = _precision(case, expected, self.identity.device)
        if function in self.exercise.integer_results:
            precision = precision._replace(any_number=False)
        if self.exercise.is_gradient(function):
            precision = precision._replace(gradient=True)
        return case._replace(expected=expected, precision=precision)

    def run(self, implementation: Implementation, case: Case) -> Outcome:
        function = implementation
        if case.driver:
            question = case.function in self.exercise.questions
            function = partial(
                self.driver[case.driver], implementation() if question else implementation
            )

        arguments = {name: _copy(value) for name, value in case.arguments.items()}
        return observe(function, arguments, case.positional, self.library, bounds=BUILD_BOUNDS)

    def sharpened(self, expected: Outcome, reference: Implementation, case: Case) -> Outcome:
        """Return the reference's float64 numbers, cast to the dtypes of its own results."""
        if not any(
            array.dtype == "float32" for array in walk_arrays(list(case.arguments.values()))
        ):
            return expected
        doubled = {name: _as_float64(value) for name, value in case.arguments.items()}
        exact = self.run(reference, case._replace(arguments=doubled))
        if exact.kind != "value":
            return expected
        return expected._replace(value=_in_dtypes_of(expected.value, exact.value))

    def singles(self, cases: list[Case]) -> Iterator[MutantAnswers]:
        """Return the answers of each form of a misconception."""
        for function, reference in self.exercise.references.items():
            ours = [case for case in cases if case.function == function]
            for mutant in self.exercise.mutants_of(function):
                single = self.answers((mutant.code,), function, mutant.around(reference), ours)
                self.refuse_accidents(single, mutant.around(reference), ours)
                yield single._replace(breaks=mutant.breaks or breaks_of(single, ours))

    def chains(self, cases: list[Case], singles: list[MutantAnswers]) -> Iterator[MutantAnswers]:
        """Return the answers of two mutants combined, in either order, or of three."""
        for function in self.exercise.references:
            ours = [case for case in cases if case.function == function]
            made = [single for single in singles if single.function == function]
            mutants = [
                mutant
                for mutant, single in zip(self.exercise.mutants_of(function), made, strict=True)
                if (not mutant.alone or mutant.beside) and not single.breaks
            ]
            told: dict[str, list[set[str]]] = {}
            for single in made:
                told.setdefault(_signature(single, ours), []).append(set(single.codes))
            for length in (2, 3) if self.exercise.triples else (2,):
                for chain in self.chains_of(function, mutants, length, ours):
                    others = told.setdefault(_signature(chain, ours), [])
                    # A chain that answers like a part of itself is reported as that part. With
                    # triples, such chains would be most of a key.
                    if not self.exercise.triples or not any(
                        map(set(chain.codes).issuperset, others)
                    ):
                        others.append(set(chain.codes))
                        yield chain

    def chains_of(
        self, function: str, mutants: Sequence[Mutant], length: int, cases: list[Case]
    ) -> Iterator[MutantAnswers]:
        """Yield every chain of one length; chains with the same codes and answers only once."""
        counted = [case for case in cases if case.axis == "values"]
        known: dict[tuple[str, ...], list[MutantAnswers]] = {}
        for outermost_first in permutations(mutants, length):
            chain = outermost_first[::-1]
            codes = tuple(mutant.code for mutant in chain)
            if len(set(codes)) < length:
                continue
            if not all(one.joins(other) for one in chain for other in chain if one is not other):
                continue
            if any(len(group.intersection(codes)) > 1 for group in self.exercise.exclusive):
                continue
            distorted = self.exercise.references[function]
            for mutant in chain:
                distorted = mutant.around(distorted)
            made = self.answers(codes, function, distorted, cases)
            if all(same_answer(c.expected, made.outcomes[c.id], c.precision) for c in counted):
                continue  # the mistakes cancel each other
            others = known.setdefault(tuple(sorted(codes)), [])
            if not any(_alike(other, made, counted) for other in others):
                others.append(made)
                yield made

    def refuse_accidents(
        self, mutant: MutantAnswers, implementation: Implementation, cases: list[Case]
    ) -> None:
        """Raise GraderFault for an exception that a mutant does not raise on purpose: such an
        answer would match no student's code.
        """
        for case in cases:
            error = mutant.outcomes[case.id].error
            if error is None or not (error.type in _ACCIDENTS or "read-only" in error.message):
                continue
            frames: list[traceback.FrameSummary] = []
            with np.errstate(all="ignore"):
                self.run(_noting(implementation, frames), case)
            if not (frames[-1].line or "").startswith("raise "):
                raise GraderFault(
                    f"{self.exercise.id} {mutant.codes[0]} fails by itself in {case.id} "
                    f"({frames[-1].filename}, line {frames[-1].lineno}): "
                    f"{error.type}: {error.message}"
                )

    def answers(
        self, codes: tuple[str, ...], function: str, mutant: Implementation, cases: list[Case]
    ) -> MutantAnswers:
        with np.errstate(all="ignore"):
            outcomes = {case.id: self.run(mutant, case)._replace(seconds=0.0) for case in cases}
        return MutantAnswers(codes, function, outcomes)


def _noting(implementation: Implementation, frames: list[traceback.FrameSummary]) -> Implementation:
    """Return `implementation`, wrapped to record where an exception that leaves it was raised."""

    def noting(*args: Any, **kwargs: Any) -> Any:
        try:
            return implementation(*args, **kwargs)
        except Exception as error:
            frames.extend(traceback.extract_tb(error.__traceback__))
            raise

    return noting


def _load_driver(source: str) -> Driver:
    """Return the functions of an exercise's driver, which is trusted public code."""
    namespace: dict[str, Any] = {"__name__": "driver"}
    exec(compile(source, DRIVER_FILE, "exec"), namespace)
    return {name: item for name, item in namespace.items() if inspect.isfunction(item)}


def _library(exercise: Exercise, device: str, *, in_torch: bool) -> Library:
    """Return numpy wherever the array API allows it, so that a key for torch needs no torch."""
    if device == "cpu" and not exercise.torch_only and not in_torch:
        return NumpyLibrary()
    import torch

    return TorchLibrary(torch, device)


def _copy(value: object) -> object:
    """Return `value` as a worker would receive it: the same numbers and layout, in new memory."""
    tree, specs, arrays = pack(value, BUILD_BOUNDS)
    return rebuild(tree, specs, b"".join(array.tobytes() for array in arrays))


def _as_float64(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.astype("float64") if value.dtype == "float32" else value
    if isinstance(value, (list, tuple)):
        return type(value)(_as_float64(child) for child in value)
    if isinstance(value, dict):
        return {key: _as_float64(child) for key, child in value.items()}
    return value


def _in_dtypes_of(model: object, exact: object) -> object:
    """Return the numbers of `exact` in the dtypes of `model`, and everything else from `model`."""
    if isinstance(model, str):
        return model
    if isinstance(model, np.ndarray) and isinstance(exact, np.ndarray):
        return exact.astype(model.dtype)
    if isinstance(model, np.generic) and isinstance(exact, np.generic):
        return exact.astype(model.dtype)
    if isinstance(model, (list, tuple)) and isinstance(exact, (list, tuple)):
        return type(model)(_in_dtypes_of(m, e) for m, e in zip(model, exact, strict=True))
    if isinstance(model, dict) and isinstance(exact, dict):
        return {key: _in_dtypes_of(child, exact[key]) for key, child in model.items()}
    return exact


def _precision(case: Case, expected: Outcome, device: str) -> Precision:
    inputs = list(walk_arrays(list(case.arguments.values())))
    floats = [a.dtype for a in [*inputs, *walk_arrays(expected.value)] if a.dtype.kind == "f"]
    coarsest = max(floats, key=lambda dtype: np.finfo(dtype).eps, default=np.dtype("float64"))
    sizes = sorted((array.size for array in inputs), reverse=True)
    reduction = sizes[1] if len(sizes) > 1 else max(sizes, default=1)
    whole = bool(inputs) and all(array.dtype.kind in "iu" for array in inputs)
    return Precision(coarsest.name, max(1, min(reduction, 1 << 16)), device, any_number=whole)
