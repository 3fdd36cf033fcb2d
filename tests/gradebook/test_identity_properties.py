"""Test that identities depend on the content of rows and files, never on their order."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from learncnn.grader.gradebook.identity import doubtful, identify
from learncnn.grader.gradebook.people import People
from learncnn.grader.submissions.newcomers import newcomer, settle
from learncnn.grader.submissions.owners import Owner
from learncnn.grader.submissions.roster import Roster, Student
from learncnn.grader.submissions.roster_file import _with_own_ids

KINDS = ("id", "login", "email", "canvas", "participant")
#: Few values, so that rows share, swap and lose them all the time.
VALUES = st.sampled_from(["1", "2", "3", "7", "01", "a@x", "b@x", "ann", "bob"])
NAMES = st.sampled_from(["", "Ann Ash", "Ash, Ann", "Bob Birch", "Cy"])


@st.composite
def people(draw):
    """A course of a few students, some of whom share ids or were merged."""
    ids = draw(st.lists(VALUES, unique=True, max_size=5))
    students = {
        id: Student(
            id,
            draw(NAMES),
            "",
            "",
            draw(st.dictionaries(st.sampled_from(KINDS), VALUES, max_size=3)),
            tuple(draw(st.lists(st.tuples(st.sampled_from(KINDS), VALUES), max_size=2))),
        )
        for id in sorted(ids)
    }
    heads = {ids[0]: ids[1]} if len(ids) > 1 and draw(st.booleans()) else {}
    listed = frozenset(id for id in ids if draw(st.booleans()))
    return People(students, listed, heads)


@st.composite
def rosters(draw):
    """Rows as a file gives them: called by the first of their ids, no two by the same one."""
    rows = {}
    for ids in draw(
        st.lists(
            st.dictionaries(st.sampled_from(KINDS), VALUES, min_size=1), min_size=1, max_size=5
        )
    ):
        ordered = {kind: ids[kind] for kind in KINDS if kind in ids}
        first = next(iter(ordered.items()))
        rows.setdefault(first, Student(first[1], draw(NAMES), "", "", ordered))
    return list(_with_own_ids(list(rows.values())))


def who(found):
    """What identification decided, without the order of rows."""
    students = {s.id: (s.name, dict(s.ids), set(s.also)) for s in found.roster.students}
    others = {s.id for s in found.roster.others}
    return students, others, found.roster.heads, found.new, found.gone, found.joined, found.odd


@settings(max_examples=150, deadline=None)
@given(people(), rosters(), st.randoms())
def test_the_order_of_rows_changes_no_student(course, rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert who(identify(Roster(tuple(rows)), course)) == who(
        identify(Roster(tuple(shuffled)), course)
    )


@settings(max_examples=150, deadline=None)
@given(people(), rosters())
def test_a_known_id_is_never_given_to_somebody_new_and_nobody_is_lost(course, rows):
    found = identify(Roster(tuple(rows)), course)
    assert not found.new & set(course.students)
    everyone = [s.id for s in (*found.roster.students, *found.roster.others)]
    assert len(everyone) == len(set(everyone))
    assert set(everyone) == set(course.students) | set(found.new)


@settings(max_examples=150, deadline=None)
@given(people(), rosters())
def test_the_same_roster_again_brings_nobody_new(course, rows):
    """After a run was written, the same file finds the same students."""
    first = identify(Roster(tuple(rows)), course)
    students = {s.id: s for s in (*first.roster.others, *first.roster.students)}
    listed = frozenset(s.id for s in first.roster.students)
    after = People(students, listed, first.roster.heads)
    again = identify(Roster(tuple(rows)), after)
    assert again.new == frozenset()
    assert {after.head(s.id) for s in again.roster.students} == {
        after.head(s.id) for s in first.roster.students
    }
    assert again.gone == frozenset()


@settings(max_examples=100, deadline=None)
@given(rosters(), st.data())
def test_a_full_row_finds_its_student_by_any_one_of_its_ids(rows, data):
    """Whatever a later file leaves out, a lasting id that is left finds the stored student."""
    rows = [
        Student(f"S{n}", f"Name{n}", "", "", {kind: f"{kind}{n}" for kind in KINDS})
        for n in range(len(rows))
    ]
    course = People({row.id: row for row in rows}, frozenset(row.id for row in rows))
    later = []
    for row in rows:
        kinds = data.draw(st.sets(st.sampled_from(KINDS), min_size=1))
        later.append(replace(row, id=f"x{row.id}", ids={kind: row.ids[kind] for kind in kinds}))
    found = identify(Roster(tuple(later)), course)
    assert (found.new, found.gone, found.odd) == (frozenset(), frozenset(), ())
    assert [student.id for student in found.roster.students] == [row.id for row in rows]


OWNERS = st.builds(
    lambda kind, value, more, name: Owner(
        value, name, {kind: value, **more} if kind != "folder" else {}
    ),
    st.sampled_from((*KINDS, "folder")),
    VALUES,
    st.dictionaries(st.sampled_from(("id", "email")), VALUES, max_size=1),
    NAMES,
)


@settings(max_examples=150, deadline=None)
@given(people(), st.lists(OWNERS, max_size=6), st.randoms())
def test_the_order_of_files_changes_no_student(course, owners, random):
    roster = identify(None, course).roster
    shuffled = list(owners)
    random.shuffle(shuffled)
    settled = [
        settle([newcomer(owner, roster) for owner in order], roster) for order in (owners, shuffled)
    ]
    assert settled[0] == settled[1]
    assert not {s.id for s in settled[0].values()} & set(course.students)


@settings(max_examples=100, deadline=None)
@given(people(), rosters())
def test_a_doubt_is_between_two_who_do_not_count_as_one(course, rows):
    found = identify(Roster(tuple(rows)), course)
    for one, other in doubtful(found.roster, course, []):
        assert found.roster.head(one) != found.roster.head(other)
        assert other in course.students
