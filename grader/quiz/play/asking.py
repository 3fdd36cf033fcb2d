"""Run a series of questions: ask, refuse invalid input, judge, store, explain.

An `Asker` shows questions and reads answers: by keys, by lines, or by anything else that
returns typed text.
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
        """Shows questions to a person and reads the answers."""

        def ask(self, variant: Variant, number: int, total: int) -> str:
            """Show a question and wait for an answer. Raises Stop."""

        def refuse(self, variant: Variant, refused: Refused) -> str:
            """Say why this is not an answer, and wait for another. Raises Stop."""

        def sure(self) -> bool | None:
            """Ask how sure the answer is; return None if not asked or not answered. Raises Stop."""

        def explain(self, answered: Answered, *, last: bool) -> None:
            """Show the verdict and every explanation. Raises Stop."""


class Answered(NamedTuple):
    """An answered question."""

    variant: Variant
    judgement: Judgement
    #: Whether the learner was sure; None if not asked or not answered.
    sure: bool | None = None

    @property
    def missed(self) -> bool:
        """Return whether the answer was not right."""
        return not self.judgement.right


class QuizRun(NamedTuple):
    """All questions that were answered, and whether the run was stopped before its end."""

    answered: tuple[Answered, ...]
    asked: int
    stopped: bool = False

    @property
    def right(self) -> int:
        """Return the number of right answers."""
        return sum(answered.judgement.right for answered in self.answered)

    @property
    def share(self) -> float:
        """Return the share of right answers; unanswered questions count as missed."""
        return self.right / self.asked if self.asked else 1.0


def run(
    variants: Iterable[Variant], total: int, asker: Asker, keep: Callable[[Answered], None]
) -> QuizRun:
    """Ask `total` questions; `keep` receives each answer before it is explained.

    `variants` may be lazy: each is drawn when its turn comes.
    """
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
        pass  # earlier answers still count
    return QuizRun(tuple(done), total, stopped=len(done) < total)


def _answer(variant: Variant, number: int, total: int, asker: Asker) -> Judgement:
    text = asker.ask(variant, number, total)
    from ..answers.parse import Refused  # imported while the person thinks

    while isinstance(judgement := judged(variant, text), Refused):
        text = asker.refuse(variant, judgement)
    return judgement


def _confidence(asker: Asker, judgement: Judgement) -> tuple[bool | None, bool]:
    """Return how sure the learner is, and whether they left instead of answering."""
    if judgement.dont_know:
        return None, False
    try:
        return asker.sure(), False
    except Stop:  # the end of the input; the answer is still explained
        return None, False
    except KeyboardInterrupt:
        return None, True


def judged(variant: Variant, text: str) -> Judgement | Refused:
    """Return the verdict on `text` as an answer, or its refusal."""
    from ..answers.judge import judge
    from ..answers.parse import Refused, parse_answer

    parsed = parse_answer(variant, text)
    return parsed if isinstance(parsed, Refused) else judge(variant, parsed)
