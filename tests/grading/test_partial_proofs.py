"""Partial proofs: which mistakes explain some failing cases, and when that proves nothing."""

from dataclasses import replace

import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.course.exercise import Exercise, case, example
from learncnn.grader.grading import partial_proof
from learncnn.grader.grading.diagnosis import explain
from learncnn.grader.grading.judging import judge
from learncnn.grader.sandbox.protocol.outcome import Outcome, Raised

#: A wrong answer that no mistake gives.
OTHER = 17.0


@pytest.fixture(autouse=True)
def share(monkeypatch):
    """A mistake explains little more than a third of the few cases made here."""
    monkeypatch.setattr(partial_proof, "PARTIAL_SHARE", 1 / 3)


def make_scale(doubled=(2, 2, 2, 2)):
    """Cases for three mistakes that act apart, some with one channel, and some with a pair."""
    exercise = Exercise("ex96")

    @exercise.function
    def scale(input, by=1, twice=False, shift=False):
        factors = by if isinstance(by, tuple) else (by, by)
        return input * factors[0] * factors[1] * (1 + twice) + shift

    @exercise.cases(scale)
    def _(draw):
        yield example(input=draw.distinct((1, 1, 2, 4)))
        for channels in (1, 1, 1, 2, 3, 2, 3):
            yield case("plain", input=draw.distinct((1, channels, 2, 4)))
        for channels in doubled:
            yield case("twice", input=draw.distinct((1, channels, 2, 4)), twice=True)
        for _ in range(4):
            yield case("shift", input=draw.distinct((1, 2, 2, 4)), shift=True)
        for by in range(2, 6):
            yield case("by an int", input=draw.distinct((1, 2, 2, 4)), by=by)
        for by in ((2, 3), (3, 1), (1, 4)) * 8:
            yield case("by a pair", input=draw.distinct((1, 2, 2, 4)), by=by)

    @exercise.misconception("ONCE", scale)
    def _(scale, input, by=1, twice=False, shift=False):
        return scale(input, by, False, shift)

    @exercise.misconception("STILL", scale)
    def _(scale, input, by=1, twice=False, shift=False):
        return scale(input, by, twice, False)

    @exercise.misconception("UNSCALED", scale)
    def _(scale, input, by=1, twice=False, shift=False):
        return scale(input, 1, twice, shift)

    @exercise.misconception("NEGATED", scale)
    def _(scale, input, by=1, twice=False, shift=False):
        return -scale(input, by, twice, shift)

    return exercise


@pytest.fixture(scope="module")
def key():
    return build_key(make_scale(), framework="numpy", seed="test")


def answer(key, code, one):
    (form,) = (mutant for mutant in key.mutants if mutant.codes == (code,))
    return form.outcomes[one.id]


def other(one):
    return one.expected._replace(value=one.expected.value + OTHER)


def named(key, change):
    outcomes = {one.id: change(one) or one.expected for one in key.cases}
    verdicts = [judge(one, outcomes[one.id], "numpy") for one in key.cases]
    found = explain(key, outcomes, verdicts).diagnoses
    return {d.codes[0]: (d.kind, d.matched, d.failing) for d in found}


def test_mistakes_that_act_in_different_cases_are_no_rivals(key):
    def change(one):
        codes = {"twice": "ONCE", "shift": "STILL"}
        if one.title in codes:
            return answer(key, codes[one.title], one)
        return other(one) if one.title == "by an int" else None

    assert named(key, change) == {"ONCE": ("partial", 4, 12), "STILL": ("partial", 4, 12)}


def test_few_cases_of_one_of_them_leave_the_other_alone(key):
    twice, by_int = ([c.id for c in key.cases if c.title == t] for t in ("twice", "by an int"))

    def change(one):
        if one.title == "twice":
            return answer(key, "ONCE", one) if one.id in twice[:2] else other(one)
        if one.title == "shift":
            return answer(key, "STILL", one)
        return other(one) if one.id in by_int[:3] else None

    assert named(key, change) == {"STILL": ("partial", 4, 11)}


def test_mistakes_that_act_in_each_others_cases_are_rivals(key):
    """A negated number is no mistake of its own where only the other mistake is made."""

    def change(one):
        if one.title == "twice":
            return answer(key, "ONCE", one)
        return answer(key, "NEGATED", one) if one.title == "shift" else other(one)

    assert named(key, change) == {}


def test_several_that_explain_everything_without_a_chain_are_not_named(key):
    pairs = {("ONCE", "STILL"), ("STILL", "ONCE")}
    left = tuple(mutant for mutant in key.mutants if mutant.codes not in pairs)
    alone = replace(key, load_mutants=lambda: left)

    def change(one):
        codes = {"twice": "ONCE", "shift": "STILL"}
        return answer(key, codes[one.title], one) if one.title in codes else None

    assert named(alone, change) == {}


def test_forms_that_explain_everything_only_together_prove_nothing(key):
    """As when two formulas are exchanged, and forms of another mistake use one of them always."""
    singles = tuple(mutant for mutant in key.mutants if len(mutant.codes) == 1)
    alike = replace(
        key,
        load_mutants=lambda: tuple(
            mutant._replace(codes=("ONCE",)) if mutant.codes == ("STILL",) else mutant
            for mutant in singles
        ),
    )

    by_int = [one.id for one in key.cases if one.title == "by an int"]

    def change(one, more=False):
        codes = {"twice": "ONCE", "shift": "STILL"}
        if one.title in codes:
            return answer(key, codes[one.title], one)
        return other(one) if more and one.id in by_int[:3] else None

    assert named(alike, change) == {}
    # Where they leave cases unexplained, both may be there.
    found = named(alike, lambda one: change(one, more=True))
    assert found == {"ONCE": ("partial", 4, 11)}


def test_a_mistake_that_differs_in_most_cases_proves_nothing(key):
    few = replace(key, cases=tuple(one for one in key.cases if one.title != "by a pair")[:12])
    ids = [one.id for one in few.cases]

    def negated(count):
        return lambda one: answer(key, "NEGATED", one) if one.id in ids[-count:] else other(one)

    assert named(few, negated(5)) == {}
    assert named(few, negated(6)) == {"NEGATED": ("partial", 6, 12)}


def test_matches_of_one_channel_alone_prove_nothing():
    key = build_key(make_scale((1,) * 4 + (2,) * 8), framework="numpy", seed="test")
    one_channel = [one.id for one in key.cases if one.arguments["input"].shape[1] == 1]
    # One case with more channels shows that the size is not the reason.
    further = next(o.id for o in key.cases if o.title == "twice" and o.id not in one_channel)

    def once_in(ids):
        def change(one):
            if one.title == "twice":
                return answer(key, "ONCE", one) if one.id in ids else other(one)
            return None

        return change

    assert named(key, once_in(one_channel)) == {}
    assert named(key, once_in([*one_channel, further])) == {"ONCE": ("partial", 5, 12)}


def test_a_gradient_that_is_right_but_for_rounding_contradicts_a_mistake(key):
    cases = (one for one in key.cases if one.title != "by a pair")
    strict = replace(
        key,
        cases=tuple(
            one._replace(
                precision=one.precision._replace(gradient=True),
                expected=one.expected._replace(value=one.expected.value.astype("float64")),
            )
            for one in cases
        ),
    )
    by = [one.id for one in strict.cases if one.title == "by an int"]

    def unscaled_or(rest):
        def change(one):
            if one.id in by[:3]:
                return answer(key, "UNSCALED", one)
            return rest(one) if one.id in by else None

        return change

    def rounded(one):
        return one.expected._replace(value=one.expected.value * (1 + 1e-9))

    assert named(strict, unscaled_or(other)) == {"UNSCALED": ("partial", 3, 4)}
    assert named(strict, unscaled_or(rounded)) == {}


def test_zeros_prove_a_mistake_but_no_chain(key):
    zeros = {one.id: one.expected._replace(value=one.expected.value * 0) for one in key.cases}

    def named_by(*codes):
        form = key.mutants[0]._replace(codes=codes, outcomes=zeros)
        return named(replace(key, load_mutants=lambda: (form,)), lambda one: zeros[one.id])

    count = len(key.cases)
    assert named_by("ONCE") == {"ONCE": ("exact", count, count)}
    assert named_by("ONCE", "STILL") == {}


def refused(one):
    if not isinstance(one.arguments.get("by"), tuple):
        return None
    said = "unsupported operand type(s) for *: 'int' and 'tuple'"
    error = Raised("TypeError", ("TypeError", "Exception"), said, 5, "return 2 * by")
    return Outcome("raised", error=error)


def test_refused_pairs_do_not_count_in_the_share(key):
    """Of 29 failing cases 24 are refused pairs; the mistake explains 4 of the others."""
    plain = [one.id for one in key.cases if one.title == "plain"]

    def change(one):
        if one.title == "by an int":
            return answer(key, "UNSCALED", one)
        return refused(one) or (other(one) if one.id in plain[:1] else None)

    assert named(key, change) == {"UNSCALED": ("partial", 4, 29)}


def test_a_minority_beside_refused_pairs_proves_nothing(key):
    def change(one):
        if one.title == "by an int":
            return answer(key, "UNSCALED", one)
        return refused(one) or (other(one) if one.title in ("plain", "twice") else None)

    assert named(key, change) == {}


def make_loss():
    """Cases of a function that returns one number, most of them with fractions."""
    exercise = Exercise("ex97")

    @exercise.function
    def loss(x, far=False):
        return (x / 3).sum() + 1000 * far

    @exercise.cases(loss)
    def _(draw):
        yield example(x=draw.array([1.0, 4.0]))
        for _ in range(6):
            yield case("near", x=draw.array(list(draw.distinct((4,), 1) ** 3 / 7)))
        for _ in range(3):
            yield case("far", x=draw.distinct((4,)), far=True)

    @exercise.misconception("HALVED", loss)
    def _(loss, x, far=False):
        return loss(x, far) / 2

    return exercise


@pytest.mark.parametrize("whole", [False, True])
def test_single_numbers_prove_a_mistake_if_they_are_fractions(whole):
    key = build_key(make_loss(), framework="numpy", seed="test")

    def change(one):
        return other(one) if one.title == "far" else answer(key, "HALVED", one)

    if whole:
        round_off = lambda outcome: outcome._replace(value=float(round(outcome.value)))  # noqa: E731
        forms = tuple(
            form._replace(outcomes={id: round_off(o) for id, o in form.outcomes.items()})
            for form in key.mutants
        )
        key = replace(key, load_mutants=lambda: forms)
    assert named(key, change) == ({} if whole else {"HALVED": ("partial", 7, 10)})
