"""Test that the hand-ins of merged students count as one student's, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learncnn.grader.gradebook.people import merge, split
from learncnn.grader.gradebook.queries import grades_of

from .test_attempt_order import COUNTS, QUICK, book, expected, handed, new_book, timed

__all__ = ["book", "new_book"]


def join(book):
    """Let bob count as ann, if both are there."""
    if {"ann", "bob"} <= {student.id for student in grades_of(book.book)}:
        merge(book.book, "ann", "bob", reason="", author="")


@pytest.mark.parametrize("what", [{"at": 1}, {"upload": 7}, {"dated": 1}, {"mark": "week 1"}])
def test_a_download_under_two_ids_is_there_once_after_a_merge(book, what):
    book.run([handed(3, **what)])
    book.run([handed(8, dated=5)])
    book.run([handed(3, student="bob", **what)])
    join(book)
    assert (book.worths("last"), book.numbers()) == ({"ann": 8}, {"ann": 2})
    rows = book.rows()
    for who in ("ann", "bob"):  # again, under either id
        book.run([handed(3, student=who, **what)])
        assert (book.rows(), book.worths("last")) == (rows, {"ann": 8})
    split(book.book, "bob", reason="", author="")
    assert book.worths("last") == {"ann": 8, "bob": 3}


def test_equal_work_at_other_times_stays_after_a_merge(book):
    book.run([handed(3, at=1), handed(8, at=2), handed(3, student="bob", at=3)])
    join(book)
    assert (book.worths("last"), book.numbers()) == ({"ann": 3}, {"ann": 3})


def test_a_file_that_lies_where_it_lay_is_not_handed_in_again_under_the_other_id(book):
    book.run([handed(3), handed(3, student="bob")])
    book.run([handed(8, saved=2e9)])
    join(book)
    rows = book.rows()
    book.run([handed(8, student="bob", saved=3e9)])
    assert (book.rows(), book.worths("last")) == (rows, {"ann": 8})
    book.run([handed(3, student="bob", saved=4e9)])
    assert (book.rows(), book.worths("last")) == (rows + 1, {"ann": 3})


@QUICK
@given(timed, st.permutations(range(4)), st.integers(0, 4))
def test_a_merge_at_any_time_gives_the_grades_of_one_student(new_book, found, order, at):
    """Work under two ids counts as if it had come under one, whenever the two are joined."""
    taken = {day for _, day, _, _, who in found if who == "ann"}
    found = [event for event in found if event[4] == "ann" or event[1] not in taken]
    book = new_book()
    for step, run in enumerate(order):
        if step == at:
            join(book)
        book.run(
            [
                handed(worth, student=who, **{kind: day})
                for kind, day, worth, of, who in sorted(found, key=lambda event: event[4])
                if of == run
            ]
        )
    join(book)
    one = "ann" if taken else "bob"
    together = [(kind, day, worth, of, one) for kind, day, worth, of, _ in found]
    for count in COUNTS:
        assert book.worths(count) == expected(together, count)
