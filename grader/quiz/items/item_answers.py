"""Find the answers of a quiz item that a stub asks as a question (`q1 = None`)."""

from __future__ import annotations

from ...course.exercise import ItemAnswers
from .bank import find_item
from .variants import draw_variant


def item_answers(id: str) -> ItemAnswers:
    """Return the answers of an item's default variant. Raises ItemError if the item is unknown."""
    variant = draw_variant(find_item(id), "", 0)
    wrong = tuple((option.code, value) for value, option in variant.distractors if option.code)
    return ItemAnswers(variant.answer, wrong)
