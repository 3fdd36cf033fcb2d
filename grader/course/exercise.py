"""Define the authoring API: an exercise has references, case generators and misconceptions.

    exercise = Exercise("ex04")

    @exercise.function
    def corr2d(X, K, padding=0, stride=1):
        ...                                     # the reference, short and vectorised

    @exercise.cases(corr2d)
    def _(draw):
        yield example(X=..., K=..., padding=1)
        yield case("remainder is dropped", X=draw.integers((5, 8)), K=..., stride=2)
        yield edge("kernel equals the image", X=..., K=...)
        yield raises(ValueError, "kernel larger than the image", X=..., K=...)

    @exercise.misconception("PAD-ONCE", corr2d)
    def _(corr2d, X, K, padding=0, stride=1):   # wraps the function it distorts: pairs compose
        ...

    @exercise.question("Q03-1")                 # `q1 = None` in the stub
    def q1():
        return (4, 102, 102)

References and misconceptions receive arrays of the framework that a key is made for. They use the
Python array API (`xp = array_namespace(X)`), so that the same code runs on numpy and torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import GraderFault
from ..runner.job import ANSWER
from .case_draws import Draw
from .promises import Promise

Implementation = Callable[..., Any]
CaseGenerator = Callable[[Draw], Iterator["CaseSpec"]]
LargeGenerator = Callable[[Draw], Iterator["LargeSpec"]]


@dataclass(frozen=True)
class CaseSpec:
    """One case as its author wrote it."""

    title: str
    group: str
    arguments: dict[str, Any]
    public: bool = False
    raises: type[Exception] | None = None
    driver: str = ""


def example(title: str = "", /, *, driver: str = "", **arguments: Any) -> CaseSpec:
    """Return a public example, which students see with its answer."""
    return CaseSpec(title, "public", arguments, public=True, driver=driver)


def case(title: str, /, *, driver: str = "", **arguments: Any) -> CaseSpec:
    """Return a hidden case of the group `values`; `title` is its English name in the texts."""
    return CaseSpec(title, "values", arguments, driver=driver)


def edge(title: str, /, *, driver: str = "", **arguments: Any) -> CaseSpec:
    """Return a hidden case of the group `edges`: an input at the limit of what is legal."""
    return CaseSpec(title, "edges", arguments, driver=driver)


def raises(
    error: type[Exception], title: str, /, *, driver: str = "", **arguments: Any
) -> CaseSpec:
    """Return a hidden case of the group `errors`: an impossible input that must raise `error`."""
    return CaseSpec(title, "errors", arguments, raises=error, driver=driver)


@dataclass(frozen=True)
class LargeSpec:
    """One call with inputs as large as a real network's, for a GPU; it has no misconceptions."""

    function: str
    #: torch's operator for the same arguments; the submission's time is compared with its time.
    operator: Implementation
    arguments: dict[str, Any]


def large(function: str, operator: Implementation, /, **arguments: Any) -> LargeSpec:
    """Return a large case of `function`, which torch's `operator` answers too."""
    return LargeSpec(function, operator, arguments)


@dataclass(frozen=True)
class Mutant:
    """One executable form of a misconception: it wraps the implementation it distorts."""

    code: str
    function: str
    wrap: Callable[..., Any]
    #: Whether it is left out of the combinations with other misconceptions.
    alone: bool = False
    #: Codes with which it is combined although it is `alone`.
    beside: tuple[str, ...] = ()
    #: The promises it breaks while its values are right; empty if its values are wrong.
    breaks: tuple[Promise, ...] = ()

    def joins(self, other: Mutant) -> bool:
        """Return whether it may be combined with another one."""
        return not self.alone or other.code in self.beside

    def around(self, inner: Implementation) -> Implementation:
        """Return `inner` as a student with this misconception would have written it."""

        def distorted(*args: Any, **kwargs: Any) -> Any:
            return self.wrap(inner, *args, **kwargs)

        return distorted


class ItemAnswers(NamedTuple):
    """The answers of a quiz item: the right one, and the wrong ones that have a code."""

    right: Any
    #: Pairs (code, answer).
    wrong: tuple[tuple[str, Any], ...] = ()


#: Finds an item's answers by its id.
AnswersOf = Callable[[str], ItemAnswers]


@dataclass
class Exercise:
    """References, case generators and misconceptions of one exercise, by function name."""

    id: str
    #: Whether the references are torch code (modules, training loops) instead of array API code.
    torch_only: bool = False
    #: Functions that must return integers. Elsewhere floats with the right numbers pass where all
    #: inputs are integers (grey images); here they do not.
    integer_results: tuple[str, ...] = ()
    #: Functions that compute derivatives, besides those whose names end in `_backward` or `_grad`.
    #: Finite differences are as accurate as float32, so these functions need float64's accuracy.
    gradients: tuple[str, ...] = ()
    #: Groups of codes that contradict each other: no combination has two of one group.
    exclusive: tuple[frozenset[str], ...] = ()
    #: Whether three mistakes are tried together as well.
    triples: bool = False
    references: dict[str, Implementation] = field(default_factory=dict)
    #: Functions without arguments: their answer is the same for every seed, so no draw can hide it.
    constants: list[str] = field(default_factory=list)
    #: Name of each reference that answers a question of the stub → its quiz item.
    questions: dict[str, str] = field(default_factory=dict)
    generators: dict[str, list[CaseGenerator]] = field(default_factory=dict)
    mutants: list[Mutant] = field(default_factory=list)
    oracles: dict[str, Implementation] = field(default_factory=dict)
    #: Generator of the large cases, which are added on a GPU.
    larger: LargeGenerator | None = None
    #: The folder of the model answers, which a student may see after passing.
    answers: Path | None = None

    def function(self, reference: Implementation) -> Implementation:
        """Register the reference of a function; its signature is the student's."""
        self.references[reference.__name__] = reference
        return reference

    def constant(self, reference: Implementation) -> Implementation:
        """Register the reference of a function without arguments, whose answer is always the same.

        The answer can be learned by heart, so constants and questions together may be worth at most
        a fifth of the exercise's points.
        """
        self.constants.append(reference.__name__)
        return self.function(reference)

    def question(self, item: str) -> Callable[[Implementation], Implementation]:
        """Register a question of the stub (`q1 = None`): the default variant of a quiz item.

        The decorated function returns the answer; `with_items` looks the item up when a key is
        made.
        """

        def register(reference: Implementation) -> Implementation:
            name = reference.__name__
            self.questions[name] = item
            self.references[name] = reference
            self.generators[name] = [lambda draw: iter([case("the question", driver=ANSWER)])]
            return reference

        return register

    def with_items(self, answers_of: AnswersOf) -> Exercise:
        """Return a copy in which the wrong answers of the quiz items are misconceptions.

        Raises GraderFault if a reference is not its item's answer.
        """
        mutants = [mutant for mutant in self.mutants if mutant.function not in self.questions]
        for name, item in self.questions.items():
            right, wrong = answers_of(item)
            if self.references[name]() != right:
                raise GraderFault(f"{self.id}: {name} is not {item}'s answer {right!r}")
            mutants += [Mutant(code, name, _answering(value)) for code, value in wrong]
        return replace(self, mutants=mutants)

    def cases(self, reference: Implementation) -> Callable[[CaseGenerator], CaseGenerator]:
        """Register a generator of cases for a function."""
        name = self._name_of(reference)

        def register(generator: CaseGenerator) -> CaseGenerator:
            self.generators.setdefault(name, []).append(generator)
            return generator

        return register

    def oracle(self, reference: Implementation) -> Callable[[Implementation], Implementation]:
        """Register torch's operator for a function: same arguments, tensors in and out.

        `author check` refuses a reference that disagrees with it on any case.
        """
        name = self._name_of(reference)

        def register(oracle: Implementation) -> Implementation:
            self.oracles[name] = oracle
            return oracle

        return register

    def misconception(
        self,
        code: str,
        *references: Implementation,
        alone: bool = False,
        beside: tuple[str, ...] = (),
        breaks: Promise | tuple[Promise, ...] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a mutant of one or more functions.

        A code may be registered several times, once for each form that the mistake takes. Rare or
        slow forms are tried `alone`, not in pairs, because every pair adds to the size of the key;
        `beside` names the codes with which a form is often seen, and combined after all.

        A form that returns the right values but `breaks` promises of the contract is reported with
        the first of them. It takes part in no proof and no pair.
        """
        names = [self._name_of(reference) for reference in references]
        promises = (breaks,) if isinstance(breaks, str) else breaks

        def register(wrap: Callable[..., Any]) -> Callable[..., Any]:
            rare = alone or bool(beside)
            self.mutants.extend(Mutant(code, name, wrap, rare, beside, promises) for name in names)
            return wrap

        return register

    def mutants_of(self, function: str) -> list[Mutant]:
        """Return the mutants of one function, in the order in which they were written."""
        return [mutant for mutant in self.mutants if mutant.function == function]

    @property
    def exempt(self) -> tuple[str, ...]:
        """Return the questions and constants, whose single answer can be learned by heart."""
        return tuple(n for n in self.references if n in self.questions or n in self.constants)

    def is_gradient(self, function: str) -> bool:
        """Return whether a function computes derivatives."""
        return function.endswith(("_backward", "_grad")) or function in self.gradients

    def specs(self, function: str, draw: Draw) -> list[CaseSpec]:
        """Yield all cases of one function."""
        return [spec for make in self.generators.get(function, []) for spec in make(draw)]

    def _name_of(self, reference: Implementation) -> str:
        name = reference.__name__
        if self.references.get(name) is not reference:
            raise GraderFault(f"{self.id}: {name} is not registered with @exercise.function")
        return name


def _answering(value: Any) -> Callable[..., Any]:
    return lambda _right: value


def bound_arguments(
    called: Implementation, arguments: dict[str, Any], skip: int = 0
) -> tuple[dict[str, Any], int]:
    """Return (arguments in signature order, how many of them are passed by position).

    Required arguments are passed by position, the others by name. The first `skip` parameters are
    not part of the case (a driver's first parameter is the student's function). Raises GraderFault
    for an argument that the signature does not have.
    """
    parameters = dict(list(inspect.signature(called).parameters.items())[skip:])
    unknown = set(arguments) - set(parameters)
    if unknown:
        raise GraderFault(f"{called.__name__} has no parameter {sorted(unknown)[0]}")
    required = [name for name, p in parameters.items() if p.default is inspect.Parameter.empty]
    ordered = [*required, *(name for name in parameters if name not in required)]
    present = [name for name in ordered if name in arguments]
    return {name: arguments[name] for name in present}, len(set(required) & set(arguments))
