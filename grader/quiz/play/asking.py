"""Run a series of questions: ask, refuse invalid input, judge, store, explain.

An `Asker` shows questions and reads answers: by keys, by lines, or by anything else that can
return what a person typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from ...errors import Stop
from ..items.variants import Variant

if TYPE_CHECKING:
    from typing import Protocol

    from ..answers.judge import Judgement
    from ..answers.parse import Refused

    class Asker(Protocol):
        """How questions reach a person."""

        def ask(self, variant: Variant, number: int, total: int) -> str:
            """Show a question and wait for an answer. Raises Stop."""

        def refuse(self, variant: Variant, refused: Refused) -> str:
            """Say why this is no answer, and wait for another. Raises Stop."""

        def sure(self) -> bool | None:
            """Ask how sure the answer is; None for not asked or not said. Raises Stop."""

        def explain(self, answered: Answered, *, last: bool) -> None:
            """Show the verdict and every explanation. Raises Stop."""


class Answered(NamedTuple):
    """One question that is over."""

    variant: Variant
    judgement: Judgement
    #: How sure the person was; None if they were not asked or did not say.
    sure: bool | None = None

    @property
    def missed(self) -> bool:
        """Whether there is something to learn from it."""
        return not self.judgement.right


class QuizRun(NamedTuple):
    """All questions that were answered, and whether the run was stopped before its end."""

    answered: tuple[Answered, ...]
    asked: int
    stopped: bool = False

    @property
    def right(self) -> int:
        """How many were right."""
        return sum(answered.judgement.right for answered in self.answered)

    @property
    def share(self) -> float:
        """The part of all questions that was right, those not answered counting as missed."""
        return self.right / self.asked if self.asked else 1.0


def run(
    variants: Iterable[Variant], total: int, asker: Asker, keep: Callable[[Answered], None]
) -> QuizRun:
    """Ask `total` questions, each drawn when its turn comes; `keep` gets each answer first."""
    done: list[Answered] = []
    try:
        for number, variant in enumerate(variants, 1):
            judgement = _answer(variant, number, total, asker)
            sure, leaving = _confidence(asker, judgement)
            answered = Answered(variant, judgement, sure)
            done.append(answered)
            keep(answered)
            if leaving:
                break
            asker.explain(answered, last=number == total)
    except (Stop, KeyboardInterrupt):
        pass  # what was answered counts
    return QuizRun(tuple(done), total, stopped=len(done) < total)


def _answer(variant: Variant, number: int, total: int, asker: Asker) -> Judgement:
    text = asker.ask(variant, number, total)
    from ..answers.parse import Refused  # loaded while the person thinks, not before

    while isinstance(judgement := judged(variant, text), Refused):
        text = asker.refuse(variant, judgement)
    return judgement


def _confidence(asker: Asker, judgement: Judgement) -> tuple[bool | None, bool]:
    """Return how sure the person is, and whether they left instead of saying so."""
    if judgement.dont_know:
        return None, False
    try:
        return asker.sure(), False
    except Stop:  # the end of the input: what was answered is explained all the same
        return None, False
    except KeyboardInterrupt:
        return None, True


def judged(variant: Variant, text: str) -> Judgement | Refused:
    """What `text` is worth as an answer."""
    from ..answers.judge import judge
    from ..answers.parse import Refused, parse_answer

    parsed = parse_answer(variant, text)
    return parsed if isinstance(parsed, Refused) else judge(variant, parsed)
