"""The authoring API: an exercise is references, case generators and misconceptions.

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
    def _(corr2d, X, K, padding=0, stride=1):   # wraps what it distorts, so that pairs compose
        ...

    @exercise.question("Q03-1")                 # `q1 = None` in the stub
    def q1():
        return (4, 102, 102)

References and misconceptions receive arrays of the framework a key is made for and use the
Python array API (`xp = array_namespace(X)`), so that one code runs on numpy and torch.
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
    """A public example: shown to students with its answer."""
    return CaseSpec(title, "public", arguments, public=True, driver=driver)


def case(title: str, /, *, driver: str = "", **arguments: Any) -> CaseSpec:
    """A hidden case of the group `values`; `title` is its English name in the texts."""
    return CaseSpec(title, "values", arguments, driver=driver)


def edge(title: str, /, *, driver: str = "", **arguments: Any) -> CaseSpec:
    """A hidden case of the group `edges`: a legal input at the limit of what is legal."""
    return CaseSpec(title, "edges", arguments, driver=driver)


def raises(
    error: type[Exception], title: str, /, *, driver: str = "", **arguments: Any
) -> CaseSpec:
    """A hidden case of the group `errors`: an impossible input that must raise `error`."""
    return CaseSpec(title, "errors", arguments, raises=error, driver=driver)


@dataclass(frozen=True)
class LargeSpec:
    """One call with inputs as large as networks have, for a GPU; it has no misconceptions."""

    function: str
    #: torch's own operator for the same arguments, which the submission's time is put beside.
    operator: Implementation
    arguments: dict[str, Any]


def large(function: str, operator: Implementation, /, **arguments: Any) -> LargeSpec:
    """A large case of `function`, which torch's own `operator` answers too."""
    return LargeSpec(function, operator, arguments)


@dataclass(frozen=True)
class Mutant:
    """One executable form of a misconception: it wraps the implementation it distorts."""

    code: str
    function: str
    wrap: Callable[..., Any]
    #: Not tried together with others.
    alone: bool = False
    #: The promises that it breaks while its values are right; none for one of wrong values.
    breaks: tuple[Promise, ...] = ()

    def around(self, inner: Implementation) -> Implementation:
        """`inner` as someone with this misconception would have written it."""

        def distorted(*args: Any, **kwargs: Any) -> Any:
            return self.wrap(inner, *args, **kwargs)

        return distorted


class ItemAnswers(NamedTuple):
    """What a quiz item says of the question it is: its answer, and the wrong ones with a code."""

    right: Any
    #: Pairs (code, answer).
    wrong: tuple[tuple[str, Any], ...] = ()


#: Finds an item's answers by its id.
AnswersOf = Callable[[str], ItemAnswers]


@dataclass
class Exercise:
    """References, case generators and misconceptions of one exercise, by function name."""

    id: str
    #: References that are torch's own code (modules, training loops) instead of array API.
    torch_only: bool = False
    #: Functions that return integers as such: floats with the right numbers do not pass, as they
    #: do elsewhere where all inputs are integers (grey images).
    integer_results: tuple[str, ...] = ()
    #: Functions that compute derivatives, besides those whose names end in `_backward` or `_grad`:
    #: finite differences reach float32's accuracy, so that theirs must be float64's.
    gradients: tuple[str, ...] = ()
    #: A code with two others that together answer as it does; it is the one that is named.
    synonyms: tuple[tuple[str, str, str], ...] = ()
    #: Whether three mistakes are tried together as well.
    triples: bool = False
    references: dict[str, Implementation] = field(default_factory=dict)
    #: Functions without arguments whose answer is one for every seed, which no draw can hide.
    constants: list[str] = field(default_factory=list)
    #: The quiz item of each reference that is the answer to a question rather than a function.
    questions: dict[str, str] = field(default_factory=dict)
    generators: dict[str, list[CaseGenerator]] = field(default_factory=dict)
    mutants: list[Mutant] = field(default_factory=list)
    oracles: dict[str, Implementation] = field(default_factory=dict)
    #: Draws the large cases, which are added on a GPU.
    larger: LargeGenerator | None = None
    #: The folder of its model answers, which a student may see after a pass.
    answers: Path | None = None

    def function(self, reference: Implementation) -> Implementation:
        """Register the reference of a function; its signature is the student's."""
        self.references[reference.__name__] = reference
        return reference

    def constant(self, reference: Implementation) -> Implementation:
        """Register the reference of a function without arguments that answers one thing.

        It can be learned by heart, and so may be worth a fifth of the exercise's points at most,
        together with the questions.
        """
        self.constants.append(reference.__name__)
        return self.function(reference)

    def question(self, item: str) -> Callable[[Implementation], Implementation]:
        """Register a question of the stub (`q1 = None`): the default variant of a quiz item.

        The function that is decorated returns the answer; the item is looked up when a key is
        made (`with_items`).
        """

        def register(reference: Implementation) -> Implementation:
            name = reference.__name__
            self.questions[name] = item
            self.references[name] = reference
            self.generators[name] = [lambda draw: iter([case("the question", driver=ANSWER)])]
            return reference

        return register

    def with_items(self, answers_of: AnswersOf) -> Exercise:
        """A copy whose questions have their items' wrong answers as misconceptions.

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
        """Register torch's own operator for a function: same arguments, tensors in and out.

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
        breaks: Promise | tuple[Promise, ...] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a mutant of one or more functions.

        A code may be registered several times: each is a form in which the mistake is made. Forms
        that are rare or slow are tried `alone`, not in pairs: every pair has its place in the key.

        A form whose values are right, and which `breaks` a promise of the contract (the first, if
        several), is named with that promise and is in no proof and no pair.
        """
        names = [self._name_of(reference) for reference in references]
        promises = (breaks,) if isinstance(breaks, str) else breaks

        def register(wrap: Callable[..., Any]) -> Callable[..., Any]:
            self.mutants.extend(Mutant(code, name, wrap, alone, promises) for name in names)
            return wrap

        return register

    def mutants_of(self, function: str) -> list[Mutant]:
        """The mutants of one function, in the order they were written."""
        return [mutant for mutant in self.mutants if mutant.function == function]

    @property
    def exempt(self) -> tuple[str, ...]:
        """Questions and constants: what draws nothing, and is learned by heart with one answer."""
        return tuple(n for n in self.references if n in self.questions or n in self.constants)

    def is_gradient(self, function: str) -> bool:
        """Whether a function computes derivatives."""
        return function.endswith(("_backward", "_grad")) or function in self.gradients

    def specs(self, function: str, draw: Draw) -> list[CaseSpec]:
        """All cases of one function."""
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

    The required ones are; the others go by name. The first `skip` parameters are not the case's
    (a driver's first is the student's function). Raises GraderFault for an argument that the
    signature does not have.
    """
    parameters = dict(list(inspect.signature(called).parameters.items())[skip:])
    unknown = set(arguments) - set(parameters)
    if unknown:
        raise GraderFault(f"{called.__name__} has no parameter {sorted(unknown)[0]}")
    required = [name for name, p in parameters.items() if p.default is inspect.Parameter.empty]
    ordered = [*required, *(name for name in parameters if name not in required)]
    present = [name for name in ordered if name in arguments]
    return {name: arguments[name] for name in present}, len(set(required) & set(arguments))
