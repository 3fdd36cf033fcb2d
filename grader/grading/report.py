"""The report on one submission: verdicts, diagnosis, score, and where they came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..course.promises import Axis, Promise
from ..runner.job import LOSSES, NOT_RUN, ForbiddenUse
from ..sandbox.protocol.outcome import Outcome, Raised, Value
from ..sandbox.source.notes import LoadNote

#: How points follow from verdicts: 1 by cases passed; 2 by values, less what broken promises cost;
#: 3 by drawn values above all.
SCALE = 3

State = Literal["passed", "failed", "forbidden", "not_started", "not_loaded", "limit"]


#: The first fault of a case, in the order of the ladder: first the values, then the contract.
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
#: Verdicts that a limit gave: exit code 4.
LIMITS = frozenset({"timeout", "memory"})
#: Verdicts on a case whose values are right, and whose only fault is a broken promise.
RIGHT_STATUSES = frozenset(
    {"passed", "array", "whole", "dtype", "device", "precision", "mutated", "aliased"}
)


@dataclass(frozen=True)
class Breach:
    """A promise that one case saw broken, with what was expected and what came."""

    promise: Promise
    #: Names of dtypes, kinds of values, devices or exceptions.
    expected: str = ""
    got: str = ""
    #: Names of inputs that were changed or returned.
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A judged outcome of one case."""

    case: str
    function: str
    title: str
    group: str
    public: bool
    status: Status
    #: What was expected and what came, as short plain data (a shape, a dtype, one number).
    expected: Any = None
    got: Any = None
    #: First differing index, and the path to the differing item of a tuple.
    index: tuple[int, ...] | None = None
    item: tuple[int | str, ...] = ()
    wrong: int = 0
    total: int = 0
    #: Names of inputs changed or returned, of forbidden operators, or of a refused type.
    names: tuple[str, ...] = ()
    error: Raised | None = None
    axis: Axis = "values"
    #: Every promise that the case saw broken, whether its values are right or not.
    broken: tuple[Breach, ...] = ()
    #: Whether the case is the same for other seeds.
    fixed: bool = False

    @property
    def passed(self) -> bool:
        """Whether the outcome was right on both axes."""
        return self.status == "passed"

    @property
    def not_run(self) -> bool:
        """Whether the case was left out because of those lost before it."""
        return self.status in LOSSES and self.got == NOT_RUN

    @property
    def right(self) -> bool:
        """Whether the case tests values and they are right, whatever promise is broken."""
        return self.axis == "values" and self.status in RIGHT_STATUSES


@dataclass(frozen=True)
class Diagnosis:
    """One misconception, or some together, proved on the values of these functions.

    `exact`: on every case that counts. `partial`: it explains `matched` of the `failing` cases,
    and nothing is right where it is wrong.
    """

    codes: tuple[str, ...]
    functions: tuple[str, ...]
    #: How many cases the proof rests on.
    cases: int
    kind: Literal["exact", "partial"] = "exact"
    matched: int = 0
    failing: int = 0
    #: Which result of several it is about; None for all of them.
    result: int | None = None


@dataclass(frozen=True)
class Finding:
    """What is true of a function's failing cases, without a mistake that explains them.

    `condition`: they are exactly those of which `key` holds. `result`: only some results of
    several are wrong. `factor`, `sign`, `offset`, `modulo`: by how much every wrong number is
    off. `library`: an error of a library that stops `cases` of the `failing` ones.
    """

    kind: Literal["condition", "result", "factor", "sign", "offset", "modulo", "library"]
    function: str
    #: Names the sentence, where a kind has several.
    key: str = ""
    #: What the sentence holds, by name.
    values: Mapping[str, str] = field(default_factory=dict)
    cases: int = 0
    failing: int = 0


@dataclass(frozen=True)
class BrokenPromise:
    """A promise that a function breaks: stated once, with the number of cases it touches."""

    function: str
    promise: Promise
    #: How many cases saw it broken, of how many that could.
    cases: int
    of: int
    expected: str = ""
    got: str = ""
    names: tuple[str, ...] = ()
    #: Titles of the cases of an impossible input.
    titles: tuple[str, ...] = ()
    #: The misconception that breaks it, where the exercise knows one.
    code: str = ""


@dataclass(frozen=True)
class Share:
    """What a function's points follow from: its values, and its promises."""

    #: Value cases that are right, of how many.
    right: int
    values: int
    #: The fraction of what these earn that broken promises cost.
    cost: float


@dataclass(frozen=True)
class Unkept:
    """An array too large to be kept with a report: its shape and dtype."""

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{self.dtype} {list(self.shape)}"


@dataclass(frozen=True)
class Failure:
    """The failing case that is shown, with all that is needed to draw it."""

    verdict: Verdict
    arguments: Mapping[str, Value]
    positional: int
    #: The right outcome and the submission's.
    expected: Outcome
    got: Outcome
    driver: str = ""
    #: What the code printed in this case; None where that is not known apart.
    printed: str | None = None


@dataclass(frozen=True)
class Provenance:
    """All that a verdict depends on, so that a grade can be defended and repeated."""

    learncnn: str
    exercise_version: str
    key_digest: str
    seed: str
    framework: str
    device: str
    versions: Mapping[str, str]
    layers: tuple[str, ...]
    missing_layers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report:
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
    #: Why the source could not be loaded.
    load_error: Outcome | None = None
    failure: Failure | None = None
    forbidden: tuple[ForbiddenUse, ...] = ()
    stdout: str = ""
    stdout_truncated: bool = False
    #: Names of remarks on the submission itself (`magics_dropped` …) with their counts.
    notes: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    promises: tuple[BrokenPromise, ...] = ()
    shares: Mapping[str, Share] = field(default_factory=dict)
    scale: int = SCALE
    #: What a person should know of how the source was loaded.
    loading: tuple[LoadNote, ...] = ()

    @property
    def score(self) -> float:
        """Points won."""
        return sum(self.points.values())

    @property
    def max_score(self) -> int:
        """Points possible."""
        return sum(self.possible.values())

    @property
    def state(self) -> State:
        """The report in one word."""
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
        """Misconceptions that are proved, then those that break a promise, each once."""
        proved = [code for diagnosis in self.diagnoses for code in diagnosis.codes]
        breaking = [broken.code for broken in self.promises if broken.code]
        return tuple(dict.fromkeys([*proved, *breaking]))

    def of_group(self, *, public: bool) -> tuple[Verdict, ...]:
        """The verdicts on public examples, or on hidden cases."""
        return tuple(verdict for verdict in self.verdicts if verdict.public is public)

    def to_json(self) -> dict[str, Any]:
        """Plain data, the same bytes for the same submission and key: no times, no paths."""
        from .report_writing import document_of

        return document_of(self)

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows; None without a drawer, or without its packages."""
        return _drawer[0](self)[1] or None if _drawer else None

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print the report in IPython where it cannot show HTML."""
        printer.text(_drawer[0](self)[0] if _drawer and not cycle else repr(self))


#: What draws a report as plain text and as HTML, which is empty without the packages it needs. It
#: stands above this room, so `learncnn` registers it.
_drawer: list[Callable[[Report], tuple[str, str]]] = []


def draw_with(drawer: Callable[[Report], tuple[str, str]]) -> None:
    """Choose what draws a report in a notebook."""
    _drawer[:] = [drawer]
