"""Files under the names that students give, in a class: taken, or named with the way out."""

import pytest

from learncnn.grader.errors import ContainerError
from learncnn.grader.submissions.collect import collect

from .conftest import zip_bytes


def handed(root, **wanted):
    with collect([root], **wanted) as found:
        pairs = [(item.student.id, item.exercise.id) for item in found.handed]
        return pairs, [str(problem) for problem in found.problems]


NAMES = [
    "EX01.PY",
    "Ex01.IPYNB",
    "ex01.py.txt",
    "Copy of ex01.ipynb",
    "副本 ex01.py",
    *["ex01 (1).py", "ex01 - Copy.py", "ex01 - 副本 (2).py", "corr2d (1).py", "ex01.ipynb.txt"],
]


@pytest.mark.parametrize("name", NAMES)
def test_copies_are_taken_as_work(submissions, name):
    pairs, problems = handed(submissions({f"alice/{name}": "x", "bob/ex01.py": "x"}))
    assert pairs == [("alice", "ex01"), ("bob", "ex01")]
    assert problems == []


def test_a_copy_of_a_file_named_after_a_student_is_that_students(submissions):
    files = {"Copy of jane_ex01.py": "x", "副本 wang_ex01.py": "x", "li_ex01 (1).py": "x"}
    assert sorted(handed(submissions(files))[0]) == [
        ("jane", "ex01"),
        ("li", "ex01"),
        ("wang", "ex01"),
    ]


@pytest.mark.parametrize("name", ["Untitled.ipynb", "main.py", "作业1.py", "Untitled (1).ipynb"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_name_that_says_no_exercise_is_named_with_the_way_out(submissions, name, packed):
    handed_in = {"alice/hw.zip": zip_bytes({name: "x"})} if packed else {f"alice/{name}": "x"}
    root = submissions({**handed_in, "bob/ex01.py": "x"})
    pairs, problems = handed(root)
    assert pairs == [("bob", "ex01")]
    (problem,) = problems
    assert name in problem
    assert "--exercises ex01" in problem
    pairs, problems = handed(root, exercises=["ex01"])
    assert pairs == [("alice", "ex01"), ("bob", "ex01")]
    assert problems == []


def test_a_helper_beside_work_is_not_worth_a_word(submissions):
    pairs, problems = handed(submissions({"alice/ex01.py": "x", "alice/utils.py": "x"}))
    assert (pairs, problems) == ([("alice", "ex01")], [])


def test_work_on_another_exercise_is_not_without_a_name(submissions):
    _, problems = handed(
        submissions({"alice/ex02/main.py": "x", "bob/ex01.py": "x"}), exercises=["ex01"]
    )
    assert not any("its name contains no exercise" in problem for problem in problems)


def test_a_single_file_without_a_name_says_the_way_out(submissions):
    with pytest.raises(ContainerError, match="--exercises ex01"):
        handed(submissions({"main.py": "x"}) / "main.py")
