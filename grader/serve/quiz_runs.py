"""Manage the quizzes running on the page, which share the command line's records."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from ..errors import UsageError
from ..i18n.texts import worded
from ..quiz.answers.judge import Judgement
from ..quiz.answers.parse import Refused
from ..quiz.items.variants import Variant
from ..quiz.play.asking import Answered, QuizRun, judged
from ..quiz.play.choose import Asked
from ..quiz.play.spacing import remember_answered
from .learners import Learner

#: Maximum number of quizzes that can be continued; the oldest is discarded first.
KEPT = 64


class PageQuiz:
    """One quiz of a learner. Its methods are called one at a time."""

    def __init__(self, learner: Learner, asked: Sequence[Asked], later: int = 0) -> None:
        self.id = secrets.token_urlsafe(12)
        self.lock = Lock()
        self.learner = learner
        #: Number of further due questions, in a review.
        self.later = later
        self._asked = asked
        self._answered: list[Answered] = []
        self._judgement: Judgement | None = None
        self._variant: Variant | None = None

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self._asked)

    @property
    def number(self) -> int:
        """The number of the question at hand, from 1."""
        return len(self._answered) + (self._variant is not None)

    def next(self) -> Variant | None:
        """Return the next question, None after the last; one not answered is asked again."""
        if self._variant is None and len(self._answered) < self.total:
            self._variant = self._asked[len(self._answered)].variant()
        self._judgement = None
        return self._variant

    def answer(self, text: str) -> Judgement | Refused:
        """Judge an answer, which counts once `settle` is called; only the first one is kept."""
        if self._variant is None or self._judgement is not None:
            raise UsageError("serve", "quiz.over")
        found = judged(self._variant, text)
        if not isinstance(found, Refused):
            self._judgement = found
        return found

    def settle(self, sure: bool | None) -> tuple[Answered, str]:
        """Store the answer with the learner's confidence; return it, and a note if that failed."""
        if self._variant is None or self._judgement is None:
            raise UsageError("serve", "quiz.over")
        answered = Answered(self._variant, self._judgement, sure)
        self._variant = self._judgement = None
        self._answered.append(answered)
        with self.learner.lock:
            note = remember_answered(self.learner.workspace.state_dir, answered)
        return answered, worded(note)

    def result(self) -> QuizRun:
        """Return what was answered so far."""
        left = len(self._answered) < self.total
        return QuizRun(tuple(self._answered), self.total, stopped=left)


class PageQuizzes:
    """The quizzes of all learners, by ids that cannot be guessed."""

    def __init__(self) -> None:
        self._quizzes: OrderedDict[str, PageQuiz] = OrderedDict()
        self._lock = Lock()

    def add(self, quiz: PageQuiz) -> None:
        """Store a quiz, and discard the oldest one if there are too many."""
        with self._lock:
            self._quizzes[quiz.id] = quiz
            if len(self._quizzes) > KEPT:
                self._quizzes.popitem(last=False)

    def find(self, learner: Learner, id: str) -> PageQuiz:
        """Return a quiz of this learner. Raises UsageError if it is not stored."""
        quiz = self._quizzes.get(id)
        if quiz is None or quiz.learner is not learner:
            raise UsageError("serve", "quiz.forgotten")
        return quiz
