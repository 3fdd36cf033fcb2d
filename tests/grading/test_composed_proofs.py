"""Proofs of three or four mistakes at once: what they ask for, and what contradicts them."""

from dataclasses import replace
from itertools import combinations

import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.grading.diagnosis import diagnose
from learncnn.grader.sandbox.protocol.outcome import Outcome

ALL = ("DOUBLED", "NEGATED", "SHIFTED", "TURNED")


NAMES = ("double", "negate", "shift", "turn")


def make_steps(together=2, alone=NAMES, paired=NAMES, once=()):
    """Four steps that a mistake each leaves out; they are asked for alone, in pairs, and all.

    Those of `once` are asked for alone in a single case.
    """
    exercise = Exercise("ex96")

    @exercise.function
    def steps(input, double=False, negate=False, shift=False, turn=False):
        out = input * (1 + double) * (-1 if negate else 1)
        out = out + 100 * shift
        return out.transpose(1, 0).copy() if turn else out

    @exercise.cases(steps)
    def _(draw):
        yield example(input=draw.distinct((2, 3)))
        for count, times in ((1, 3), (2, 2), (4, together)):
            for chosen in combinations({1: alone, 2: paired}.get(count, NAMES), count):
                for _ in range(times):
                    yield case("steps", input=draw.distinct((2, 3)), **dict.fromkeys(chosen, True))
        for name in once:
            yield case("steps", input=draw.distinct((2, 3)), **{name: True})

    for code, name in zip(ALL, NAMES, strict=True):

        def without(steps, input, *given, name=name, **named):
            values = dict(zip(NAMES, given, strict=False)) | named
            return steps(input, **{**values, name: False})

        exercise.misconception(code, steps)(without)
    return exercise


@pytest.fixture(scope="module")
def key():
    return build_key(make_steps(), framework="numpy", seed="composed")


def answers(key, *left_out):
    """The outcomes of a submission that leaves out some steps in every case."""
    (single,) = [m for m in key.mutants if m.codes == ("DOUBLED",)]
    names = dict(zip(ALL, NAMES, strict=True))
    steps = make_steps().references["steps"]
    made = {}
    for each in key.cases:
        asked = {**each.arguments, **{names[code]: False for code in left_out}}
        made[each.id] = Outcome("value", steps(**asked))
    assert made.keys() == single.outcomes.keys()
    return made


def said(key, outcomes):
    return [
        (found.kind, found.codes, found.matched, found.failing)
        for found in diagnose(key, outcomes, ("steps",))
    ]


def failing(key, *codes):
    asked = dict(zip(ALL, NAMES, strict=True))
    return [c for c in key.cases if any(c.arguments.get(asked[code]) for code in codes)]


def test_three_mistakes_are_proved_together(key):
    codes = ("DOUBLED", "NEGATED", "SHIFTED")
    cases = len(failing(key, *codes))
    assert said(key, answers(key, *codes)) == [("exact", codes, cases - 2, cases)]


def test_four_mistakes_are_proved_together(key):
    cases = len(failing(key, *ALL))
    assert said(key, answers(key, *ALL)) == [("exact", ALL, cases - 2, cases)]


def test_two_mistakes_stay_a_chain_of_the_key(key):
    codes = ("DOUBLED", "TURNED")
    cases = len(failing(key, *codes))
    assert said(key, answers(key, *codes)) == [("exact", codes, cases, cases)]


def kinds(key, outcomes):
    return {kind for kind, *_ in said(key, outcomes)}


@pytest.mark.parametrize("asked", [{"double"}, {"double", "negate"}])
def test_another_answer_where_one_or_two_meet_disproves_them(key, asked):
    codes = ("DOUBLED", "NEGATED", "SHIFTED")
    outcomes = answers(key, *codes)
    other = next(c for c in key.cases if c.arguments.keys() == {"input", *asked})
    outcomes[other.id] = Outcome("value", other.expected.value + 17.0)
    assert "exact" not in kinds(key, outcomes)


def test_a_wrong_answer_where_all_are_right_disproves_them(key):
    codes = ("DOUBLED", "NEGATED", "SHIFTED")
    outcomes = answers(key, *codes)
    other = next(c for c in key.cases if c.arguments.keys() == {"input", "turn"})
    outcomes[other.id] = Outcome("value", other.expected.value + 17.0)
    assert "exact" not in kinds(key, outcomes)


def test_a_right_answer_where_three_meet_disproves_them(key):
    codes = ("DOUBLED", "NEGATED", "SHIFTED")
    outcomes = answers(key, *codes)
    whole = next(c for c in failing(key, *codes) if len(c.arguments) == 5)
    outcomes[whole.id] = whole.expected
    assert "exact" not in kinds(key, outcomes)


def test_a_case_where_three_meet_may_have_any_wrong_answer(key):
    codes = ("DOUBLED", "NEGATED", "SHIFTED")
    outcomes = answers(key, *codes)
    whole = next(c for c in failing(key, *codes) if len(c.arguments) == 5)
    outcomes[whole.id] = Outcome("value", whole.expected.value + 17.0)
    assert kinds(key, outcomes) == {"exact"}


def test_mistakes_that_mostly_meet_three_at_a_time_are_not_proved():
    key = build_key(make_steps(together=40), framework="numpy", seed="composed")
    codes = ("DOUBLED", "NEGATED", "SHIFTED")
    assert "exact" not in kinds(key, answers(key, *codes))


def test_a_mistake_that_is_never_seen_alone_is_proved_beside_others():
    steps = make_steps(alone=("double", "negate", "turn"))
    key = build_key(steps, framework="numpy", seed="composed")
    assert kinds(key, answers(key, *ALL)) == {"exact"}


def test_a_mistake_that_a_single_answer_needs_is_not_proved():
    without = ("double", "negate", "turn")
    steps = make_steps(alone=without, paired=without, once=("shift",))
    key = build_key(steps, framework="numpy", seed="composed")
    assert "exact" not in kinds(key, answers(key, "DOUBLED", "NEGATED", "SHIFTED"))


def test_one_that_is_not_in_the_catalogue_disproves_the_others(key):
    outcomes = answers(key, *ALL)
    left = tuple(mutant for mutant in key.mutants if "TURNED" not in mutant.codes)
    assert "exact" not in kinds(replace(key, load_mutants=lambda: left), outcomes)
