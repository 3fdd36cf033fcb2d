"""Test that a wrong answer gets only a misconception that leads to exactly that answer."""

import pytest

from learncnn.grader.i18n.texts import use_language
from learncnn.grader.quiz.answers.parse import Refused
from learncnn.grader.quiz.items.variants import draw_variant, make
from learncnn.grader.quiz.play.asking import judged


def texts(judgement):
    return [note.text["en"] for note in judgement.notes]


def test_the_right_number_is_right(variants):
    judgement = judged(variants["integer"], "10*(27+1)")
    assert (judgement.right, judgement.given, judgement.answer) == (True, "280", "280")
    assert texts(judgement) == ["10·(3·3·3 + 1)"]


def test_a_misconceptions_number_gets_its_sentence_with_the_variants_numbers(variants):
    judgement = judged(variants["integer"], "270")
    assert (judgement.right, judgement.codes) == (False, ("NO-BIAS",))
    assert texts(judgement) == ["Exactly the 10 biases are missing.", "10·(3·3·3 + 1)"]


def test_a_near_miss_of_a_count_is_wrong_and_named_after_nothing(variants):
    judgement = judged(variants["integer"], "281")
    assert (judgement.right, judgement.codes) == (False, ())
    assert texts(judgement) == ["10·(3·3·3 + 1)"]


def test_a_fraction_that_a_misconception_gives_is_wrong_and_not_refused(items):
    variant = make(items["integer"], {"k": 5, "f": 10})
    judgement = judged(variant, str(variant.distractors[1][0]))
    assert judgement.codes == ("HALF",)


def test_another_fraction_is_refused(variants):
    assert isinstance(judged(variants["integer"], "1/3"), Refused)


def test_a_shape_of_another_length_is_wrong(variants):
    judgement = judged(variants["shape"], "102×102")
    assert not judgement.right
    assert judged(variants["shape"], "(4,100,100)").codes == ("PAD-ONCE",)


def test_a_wrong_formula_is_named_or_met_with_a_point_where_it_fails(variants):
    named = judged(variants["expression"], "(n-k+p)//s+1")
    assert named.codes == ("PAD-ONCE",)
    other = judged(variants["expression"], "n-k")
    assert other.codes == ()
    assert "your formula gives 4, and 5 is right" in texts(other)[0]


def test_a_formula_that_divides_by_zero_is_wrong(variants):
    judgement = judged(variants["expression"], "(n-k+2p)//(s-1)+1")
    assert not judgement.right
    assert "has no value" in texts(judgement)[0]


def test_every_choice_is_explained_the_picked_one_first(variants):
    variant = variants["choice"]
    wrong = next(n for n, choice in enumerate(variant.choices) if not choice.right)
    judgement = judged(variant, "ABCD"[wrong])
    assert judgement.codes == (variant.choices[wrong].option.code,)
    assert len(judgement.notes) == 4
    assert judgement.notes[0].label == "ABCD"[wrong]
    assert judgement.notes[1].label == judgement.answer
    assert [note.code for note in judgement.notes] == [*judgement.codes, "", "", ""]


def test_what_was_missed_of_several_is_named(variants):
    variant = variants["multiple"]
    right = "".join("ABC"[n] for n, choice in enumerate(variant.choices) if choice.right)
    assert judged(variant, right).right
    everything = judged(variant, "ABC")
    wrong = [c.option.code for c in variant.choices if not c.right]
    assert (everything.right, list(everything.codes)) == (False, wrong)
    assert [note.code for note in everything.notes if note.code] == wrong


@pytest.mark.parametrize(("n", "right"), [(2, {"2", "1024"}), (3, {"4", "1024"})])
def test_which_parts_are_right_follows_the_parameters(items, n, right):
    variant = make(items["multiple"], {"n": n})
    assert {choice.text["en"] for choice in variant.choices if choice.right} == right


def letters(variant, order):
    """What is typed to put parts (numbered from 1) in an order."""
    parts = variant.item.parts
    shown = [choice.option for choice in variant.choices]
    return "".join("ABC"[shown.index(parts[n - 1])] for n in order)


def test_an_order_is_right_or_a_known_exchange(items):
    for attempt in range(6):
        variant = draw_variant(items["order"], "s", attempt)
        assert judged(variant, letters(variant, [1, 2, 3])).right
        assert judged(variant, letters(variant, [1, 3, 2])).codes == ("SWAP",)
        assert judged(variant, letters(variant, [3, 2, 1])).codes == ()


def test_pairs_are_right_or_a_known_exchange(items):
    for attempt in range(6):
        variant = draw_variant(items["match"], "s", attempt)
        places = [variant.partners.index(n) for n in range(3)]

        def typed(order, places=places):
            return "".join("ABC"[places[n - 1]] for n in order)

        assert judged(variant, typed([1, 2, 3])).right
        assert judged(variant, typed([1, 3, 2])).codes == ("SWAP",)
        assert judged(variant, typed([2, 3, 1])).codes == ()


def test_not_knowing_is_wrong_without_a_code_and_explained(variants):
    for variant in variants.values():
        judgement = judged(variant, "?")
        assert (judgement.right, judgement.codes, judgement.dont_know) == (False, (), True)
        assert judgement.notes
        assert judgement.answer


def test_refusals_and_explanations_exist_in_chinese(variants):
    use_language("zh")
    assert judged(variants["integer"], "270").notes[0].text["zh"] == "恰好少了 10 个偏置。"
    assert "精确" in judged(variants["integer"], "~280").message()
