"""Test that the cost per decision does not grow with the size of the class."""

from learncnn.grader.gradebook.people import People
from learncnn.grader.instructor.student_lookup import StudentLookup
from learncnn.grader.submissions.roster import Student

from ..scanners.growth import superlinear


def course(size):
    people = {
        f"s{n}": Student(f"s{n}", f"First{n} Last{n}", ids={"id": f"s{n}", "login": f"login{n}"})
        for n in range(size)
    }
    return StudentLookup(People(people)), [f"login{n}" for n in range(size)]


def find_all(made):
    lookup, names = made
    return [lookup.find(name) for name in names]


def test_looking_everyone_up_grows_with_the_class():
    assert find_all(course(3)) == ["s0", "s1", "s2"]
    assert not superlinear(find_all, course)
