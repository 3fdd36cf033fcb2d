"""Define the report on one submission: verdicts, diagnosis, score, and their provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from ..course.promises import Axis, Promise
from ..runner.job import LOSSES, NOT_RUN, ForbiddenUse
from ..sandbox.protocol.outcome import Outcome, Raised, Value
from ..sandbox.source.notes import LoadNote

#: How points follow from verdicts: 1 from cases passed; 2 from values, less the cost of broken
#: promises; 3 mainly from the values of drawn cases.
SCALE = 3

State = Literal["passed", "failed", "forbidden", "not_started", "not_loaded", "limit"]


#: The first fault of a case, in order of precedence: first the values, then the contract.
Status = Literal[
    "passed",
    "missing",
    "not_started",
    "forbidden",
    "raised",
    "not_raised",
    "timeout",
    "memory",
    "crashed",
    "protocol",
    "refused",
    "type",
    "shape",
    "nonfinite",
    "values",
    "unstable",
    "array",
    "whole",
    "dtype",
    "device",
    "precision",
    "mutated",
    "aliased",
]
#: Statuses of cases that reached a limit; they give exit code 4.
LIMITS = frozenset({"timeout", "memory"})
#: Statuses of cases whose values are right and whose only fault is a broken promise.
RIGHT_STATUSES = frozenset(
    {"passed", "array", "whole", "dtype", "device", "precision", "mutated", "aliased"}
)


class Breach(NamedTuple):
    """A promise that one case saw broken, with what was expected and what was returned."""

    promise: Promise
    #: Names of dtypes, kinds of values, devices or exceptions.
    expected: str = ""
    got: str = ""
    #: Names of inputs that were changed or returned.
    names: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """A judged outcome of one case."""

    case: str
    function: str
    title: str
    group: str
    public: bool
    status: Status
    #: Expected and actual, as short plain data (a shape, a dtype, one number).
    expected: Any = None
    got: Any = None
    #: First differing index, and the path to the differing item of a tuple.
    index: tuple[int, ...] | None = None  # type: ignore[assignment]  # hides `tuple.index`
    item: tuple[int | str, ...] = ()
    wrong: int = 0
    total: int = 0
    #: Names of inputs changed or returned, of forbidden operators, or of a refused type.
    names: tuple[str, ...] = ()
    error: Raised | None = None
    axis: Axis = "values"
    #: Every promise that the case saw broken, even if its values are wrong.
    broken: tuple[Breach, ...] = ()
    #: Whether the case is the same for other seeds.
    fixed: bool = False

    @property
    def passed(self) -> bool:
        """Return whether the outcome was right on both axes."""
        return self.status == "passed"

    @property
    def not_run(self) -> bool:
        """Return whether the case was skipped because of cases lost before it."""
        return self.status in LOSSES and self.got == NOT_RUN

    @property
    def right(self) -> bool:
        """Return whether the case tests values and they are right; ignores broken promises."""
        return self.axis == "values" and self.status in RIGHT_STATUSES


class Diagnosis(NamedTuple):
    """One misconception, or several combined, proved from the values of these functions.

    `exact`: it explains every case that counts, or those in which the code does not break down and
    at most two of several mistakes meet; in the others the mistake is wrong as well. `partial`: it
    explains `matched` of the `failing` cases, and no case is right where the misconception is
    wrong. If several are proved in part together, the rest of the failing cases have a pair as an
    argument.
    """

    codes: tuple[str, ...]
    functions: tuple[str, ...]
    #: Number of cases that the proof is based on.
    cases: int
    kind: Literal["exact", "partial"] = "exact"
    matched: int = 0
    failing: int = 0
    #: Index of the result that it concerns, if there are several; None for all of them.
    result: int | None = None


class Finding(NamedTuple):
    """A statement that is true of a function's failing cases, without naming a mistake.

    `condition`: the failing cases are exactly those for which `key` holds; `cases` is less than
    `failing` if refused pairs are left out. `result`: only some of several results are wrong.
    `factor`, `sign`, `offset`, `modulo`: how every wrong number relates to the right one.
    `library`: a library error that stops `cases` of the `failing` ones.
    """

    kind: Literal["condition", "result", "factor", "sign", "offset", "modulo", "library"]
    function: str
    #: Key of the sentence if a kind has several.
    key: str = ""
    #: Values to fill into the sentence, by name.
    values: Mapping[str, str] = {}
    cases: int = 0
    failing: int = 0


class BrokenPromise(NamedTuple):
    """A promise that a function breaks: stated once, with the number of cases that it affects."""

    function: str
    promise: Promise
    #: Number of cases that saw it broken, and of cases that could have.
    cases: int
    of: int
    expected: str = ""
    got: str = ""
    names: tuple[str, ...] = ()
    #: Titles of the cases of an impossible input.
    titles: tuple[str, ...] = ()
    #: The misconception that breaks it, if the exercise has one.
    code: str = ""


class Share(NamedTuple):
    """The basis of a function's points: its values and its promises."""

    #: Number of value cases that are right, and of all value cases.
    right: int
    values: int
    #: Cost of broken promises, as a fraction of what the values earn.
    cost: float


class Failure(NamedTuple):
    """The failing case that is shown, with the data needed to draw it."""

    verdict: Verdict
    arguments: Mapping[str, Value]
    positional: int
    #: The expected outcome and the submission's.
    expected: Outcome
    got: Outcome
    driver: str = ""
    #: What the code printed in this case; None if it cannot be separated from other output.
    printed: str | None = None


class Provenance(NamedTuple):
    """Everything that a verdict depends on, so that a grade can be justified and reproduced."""

    learncnn: str
    exercise_version: str
    key_digest: str
    seed: str
    framework: str
    device: str
    versions: Mapping[str, str]
    layers: tuple[str, ...]
    missing_layers: tuple[tuple[str, str], ...]


class Report(NamedTuple):
    """All verdicts of a submission."""

    exercise: str
    filename: str
    #: sha256 of the submission's source as it was run.
    source_hash: str
    verdicts: tuple[Verdict, ...]
    diagnoses: tuple[Diagnosis, ...]
    #: Points by function, as won and as possible.
    points: Mapping[str, float]
    possible: Mapping[str, int]
    provenance: Provenance
    #: The outcome that explains why the source could not be loaded.
    load_error: Outcome | None = None
    failure: Failure | None = None
    forbidden: tuple[ForbiddenUse, ...] = ()
    stdout: str = ""
    stdout_truncated: bool = False
    #: Names of notes on the submission itself (`magics_dropped` …) with their counts.
    notes: Mapping[str, int] = {}
    findings: tuple[Finding, ...] = ()
    promises: tuple[BrokenPromise, ...] = ()
    shares: Mapping[str, Share] = {}
    scale: int = SCALE
    #: Notes for a person on how the source was loaded.
    loading: tuple[LoadNote, ...] = ()

    @property
    def score(self) -> float:
        """Return the points earned."""
        return sum(self.points.values())

    @property
    def max_score(self) -> int:
        """Return the maximum number of points."""
        return sum(self.possible.values())

    @property
    def state(self) -> State:
        """Return the state of the report as one word."""
        if self.load_error is not None:
            return "limit" if self.load_error.kind in LIMITS else "not_loaded"
        statuses = {verdict.status for verdict in self.verdicts}
        if statuses <= {"not_started"}:
            return "not_started"
        if self.forbidden or "forbidden" in statuses:
            return "forbidden"
        if statuses == {"passed"}:
            return "passed"
        return "limit" if statuses & LIMITS else "failed"

    @property
    def codes(self) -> tuple[str, ...]:
        """Return proved misconceptions, then those that break a promise, each once."""
        proved = [code for diagnosis in self.diagnoses for code in diagnosis.codes]
        breaking = [broken.code for broken in self.promises if broken.code]
        return tuple(dict.fromkeys([*proved, *breaking]))

    def of_group(self, *, public: bool) -> tuple[Verdict, ...]:
        """Return the verdicts on public examples, or on hidden cases."""
        return tuple(verdict for verdict in self.verdicts if verdict.public is public)

    def to_json(self) -> dict[str, Any]:
        """Return plain data without times or paths, identical for the same submission and key."""
        from .report_writing import document_of

        return document_of(self)

    def _repr_html_(self) -> str | None:
        """Return the HTML that a notebook shows; None without a drawer or its packages."""
        return _drawer[0](self)[1] or None if _drawer else None

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print the report in IPython where it cannot show HTML."""
        printer.text(_drawer[0](self)[0] if _drawer and not cycle else repr(self))


#: Function that draws a report as plain text and as HTML (empty without the packages it needs). It
#: belongs to a room that this one must not import, so `learncnn` registers it.
_drawer: list[Callable[[Report], tuple[str, str]]] = []


def draw_with(drawer: Callable[[Report], tuple[str, str]]) -> None:
    """Register the function that draws a report in a notebook."""
    _drawer[:] = [drawer]
