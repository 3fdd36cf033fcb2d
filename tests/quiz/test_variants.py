"""Variants: the same for the same student everywhere, fair, and never with two equal answers."""

import hashlib
from collections import Counter
from math import sqrt

import pytest

from learncnn.grader.errors import ItemError
from learncnn.grader.quiz.items.bank import load_items
from learncnn.grader.quiz.items.number_stream import keyed
from learncnn.grader.quiz.items.variants import distinct, draw_variant, grid


def test_the_first_attempt_is_the_default_variant(items):
    assert draw_variant(items["integer"], "anybody", 0).params == {"k": 3, "f": 10}


def test_a_variant_depends_on_student_item_and_attempt_alone(items):
    item = items["integer"]
    assert draw_variant(item, "ann", 1) == draw_variant(item, "ann", 1)
    drawn = {tuple(draw_variant(item, f"s{n}", 1).params.values()) for n in range(200)}
    assert len(drawn) == 9
    attempts = {tuple(draw_variant(item, "ann", n).params.values()) for n in range(1, 200)}
    assert len(attempts) == 9


def test_the_stream_of_draws_is_the_same_for_ever():
    """A change of these numbers changes every student's exam: change SCHEME with them."""
    stream = keyed("params", "ann", "Q10-1", 1)
    assert [stream.below(1000) for _ in range(5)] == [987, 665, 160, 695, 285]
    assert keyed("order", "ann").shuffled("ABCDEF") == list("ECAFDB")


def test_the_stream_is_what_its_description_says():
    parts = [b"learncnn-quiz-1", b"order", "李".encode()]
    key = hashlib.sha256(b"\0".join(b"%d:%s" % (len(p), p) for p in parts)).digest()
    block = hashlib.sha256(key + (0).to_bytes(8, "big")).digest()
    words = [int.from_bytes(block[n : n + 8], "big") for n in range(0, 32, 8)]
    stream = keyed("order", "李")
    assert [stream.below(2**32) for _ in range(4)] == [word % 2**32 for word in words]


def test_parts_of_a_key_do_not_run_together():
    assert keyed("ab", "c").below(2**60) != keyed("a", "bc").below(2**60)


def test_only_combinations_with_different_answers_are_drawn(bank, text_of):
    text = text_of["integer"].replace("params.k = [3, 5, 7]", "params.k = [1, 2, 3]")
    # 3·k² = 12 for k = 2 coincides with the answer of this distractor.
    text = text.replace('value = "3*f*k*k"', 'value = "f*(3*k*k + 1) - (k - 2)"')
    item = load_items(bank(text))[0]
    kept = [params for params in grid(item) if distinct(item, params)]
    assert {params["k"] for params in kept} == {1, 3}
    assert {draw_variant(item, "s", n).params["k"] for n in range(1, 40)} == {1, 3}


def test_an_item_without_any_usable_combination_says_so(bank, text_of):
    text = text_of["integer"]
    item = load_items(bank(text.replace('value = "3*f*k*k"', 'value = "f*(3*k*k + 1)"')))[0]
    with pytest.raises(ItemError, match="Q10-1"):
        draw_variant(item, "s", 1)


def uniform(counts, total, places):
    """Whether every count is within five standard deviations of an equal share."""
    share = total / places
    room = 5 * sqrt(total * (1 / places) * (1 - 1 / places))
    return len(counts) == places and all(abs(n - share) < room for n in counts.values())


def test_the_right_choice_stands_everywhere_equally_often(items):
    item = items["choice"]
    total = 10_000
    places = Counter(
        next(n for n, c in enumerate(draw_variant(item, f"s{s}", 1).choices) if c.right)
        for s in range(total)
    )
    assert uniform(places, total, 4), places


def test_every_parameter_is_drawn_equally_often(items):
    total = 9000
    drawn = Counter(
        tuple(draw_variant(items["integer"], "s", n).params.values()) for n in range(1, total + 1)
    )
    assert uniform(drawn, total, 9), drawn


def test_steps_are_never_shown_in_their_right_order_and_else_equally_often(items):
    item = items["order"]
    total = 5000
    shown = Counter(
        tuple(c.text["en"] for c in draw_variant(item, "s", n).choices) for n in range(total)
    )
    assert ("one", "two", "three") not in shown
    assert uniform(shown, total, 5), shown


def test_partners_stand_everywhere_equally_often(items):
    total = 6000
    shown = Counter(draw_variant(items["match"], "s", n).partners for n in range(total))
    assert uniform(shown, total, 6), shown
