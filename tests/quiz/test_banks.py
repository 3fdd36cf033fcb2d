"""Test that the installed banks pass the lint, and prove them by independent means."""

import itertools
import re
from collections import Counter

import pytest

from learncnn.grader.course.catalog import EXERCISES
from learncnn.grader.quiz.items.bank import bank_files, load_bank, read, sources
from learncnn.grader.quiz.items.codes import OWN_CODES, code_index, home_of, sentence
from learncnn.grader.quiz.items.item import TYPED
from learncnn.grader.quiz.items.lint import lint_bank
from learncnn.grader.quiz.items.variants import allowed, distinct, draw_variant, make
from learncnn.grader.quiz.play.asking import judged

BANKS = bank_files()


@pytest.mark.parametrize("bank", BANKS)
def test_a_bank_is_fit_for_learners(bank):
    assert lint_bank([BANKS[bank]]) == []


@pytest.mark.parametrize("bank", BANKS)
def test_no_two_answers_coincide_anywhere_on_the_grid(bank):
    """Told apart by judging what is typed, which knows nothing of how variants are drawn."""
    for source in sources(BANKS[bank], bank):
        item = read(source)
        if item.kind not in TYPED or item.kind == "expression":
            continue
        names = list(item.params)
        for values in itertools.product(*item.params.values()):
            params = dict(zip(names, values, strict=True))
            if not allowed(item, params) or not distinct(item, params):
                continue
            variant = make(item, params)
            known = [variant.answer, *(value for value, _ in variant.distractors)]
            assert len(set(known)) == len(known), (item.id, params)


@pytest.mark.parametrize("bank", BANKS)
def test_every_answer_and_distractor_is_judged_as_itself(bank):
    for source in sources(BANKS[bank], bank):
        item = read(source)
        for attempt in range(4):
            variant = draw_variant(item, "test", attempt)
            if item.kind in TYPED:
                typed = [(item.answer.value, ())] if item.variables else []
                if item.variables:
                    typed += [(wrong.value, (wrong.code,)) for wrong in item.wrong]
                else:
                    typed += [(str(variant.answer), ())]
                    typed += [(str(value), (o.code,)) for value, o in variant.distractors]
                for text, codes in typed:
                    judgement = judged(variant, text)
                    assert getattr(judgement, "codes", None) == codes, (item.id, text)
                    assert judgement.right is (codes == ())
            elif item.kind == "choice":
                right = [judged(variant, "ABCDEFGH"[n]).right for n in range(len(variant.choices))]
                assert right == [choice.right for choice in variant.choices]


def test_the_right_choice_is_not_given_away_by_its_length():
    """The longest of four is right a quarter of the time, give or take; so is the shortest."""
    items = [item for item in load_bank() if item.kind == "choice"]
    for language in ("en", "zh"):
        ranks = Counter()
        expected = 0.0
        for item in items:
            variant = make(item, dict(item.default))
            lengths = [len(choice.text[language]) for choice in variant.choices]
            right = next(len(c.text[language]) for c in variant.choices if c.right)
            expected += 1 / len(lengths)
            ranks["longest"] += right == max(lengths) and lengths.count(right) == 1
            ranks["shortest"] += right == min(lengths) and lengths.count(right) == 1
        room = 3 * (expected * 0.75) ** 0.5 + 1
        assert all(n <= expected + room for n in ranks.values()), (language, ranks, expected)


def test_the_right_choice_is_not_given_away_by_its_place():
    """10,000 draws over all choices of the banks, within five standard deviations."""
    items = [item for item in load_bank() if item.kind == "choice"]
    places = {}
    for n in range(10_000):
        choices = draw_variant(items[n % len(items)], f"student {n}", 0).choices
        right = next(place for place, choice in enumerate(choices) if choice.right)
        places.setdefault(len(choices), Counter())[right] += 1
    for count, found in places.items():
        total = sum(found.values())
        room = 5 * (total / count * (1 - 1 / count)) ** 0.5
        assert all(abs(found[place] - total / count) < room for place in range(count)), found


def test_every_code_leads_to_an_exercise_or_a_subject_with_a_sentence_in_both_languages():
    subjects = {"taxonomy", "history"}
    folders = {path.name.partition("_")[0] for path in EXERCISES.glob("*_*")}
    for code, homes in code_index().items():
        for home in homes:
            assert home.exercise in subjects | folders or re.fullmatch(r"ex\d\d", home.exercise)
            texts = sentence(home)
            assert texts["en"] != texts["zh"], code
    for item in load_bank():
        assert all(home_of(code, item.exercise) for code in item.codes), item.id


def test_every_exercise_has_a_bank_and_most_items_draw_their_numbers():
    items = load_bank()
    assert {f"ex{n:02d}" for n in range(1, 25)} | {"taxonomy", "history"} | {
        "les01",
        "les02",
    } == set(BANKS)
    assert len(items) >= 100
    assert sum(bool(item.params) for item in items) >= 60
    assert not any(item.graded for item in items if item.exercise in ("history", "les01", "les02"))


def test_a_code_of_quizzes_alone_is_named_by_some_item():
    named = {code for item in load_bank() for code in item.codes}
    own = {code for code, homes in code_index().items() if homes[-1].file.name == OWN_CODES}
    assert own <= named


def test_the_guides_examples_are_items(guide, tmp_path):
    text = "\n".join(re.findall(r"```toml\n(.*?)```", guide, re.DOTALL))
    path = tmp_path / "guide.toml"
    path.write_text(text, "utf-8")
    complaints = [c for c in lint_bank([path]) if "belongs to no exercise" not in c]
    assert complaints == []
    kinds = {item.kind for item in map(read, sources(path))}
    assert len(kinds) == 8
