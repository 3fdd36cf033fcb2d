"""Owner and time come from the level that the instructor named, never from a student's archive."""

from datetime import datetime, timezone

import pytest

from learncnn.grader.submissions.collect import collect
from learncnn.grader.submissions.roster_file import read_roster

from .conftest import tar_bytes, zip_bytes

ALICE, BOB = "alice/ex01.py", "bob/ex01.py"
METADATA = "submission_1:\n  :submitters:\n  - :sid: alice\n  :created_at: 2026-12-01 10:00:00 Z\n"


def owners(*paths, **options):
    """{student: [(content, LMS's time), …]} and the problems' messages."""
    with collect(paths, **options) as collection:
        table = {}
        for item in collection.handed:
            table.setdefault(item.student.id, []).append((item.read(), item.submitted_at))
        return table, [str(problem) for problem in collection.problems]


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id,name\nalice,Alice A\nbob,Bob B\nmallory,Mallory M\n")
    return read_roster(path)


ARCHIVES = {
    "folders": {ALICE: "m1", BOB: "m2"},
    "wrapped": {f"week1/{ALICE}": "m1", f"week1/{BOB}": "m2"},
    "canvas": {"alice_11_901_ex01.py": "m1", "bob_12_902_ex01.py": "m2"},
    "moodle": {
        "Alice A_11_assignsubmission_file/ex01.py": "m1",
        "Bob B_12_assignsubmission_file/ex01.py": "m2",
    },
    "gradescope": {
        "submission_metadata.yml": METADATA,
        "submission_1/ex01.py": "m1",
        "submission_2/ex01.py": "m2",
    },
    "export": {
        "assignment_1_export/submission_metadata.yml": METADATA,
        "assignment_1_export/submission_1/ex01.py": "m1",
    },
}


@pytest.mark.parametrize("with_roster", [False, True])
@pytest.mark.parametrize(
    "pack", [zip_bytes, lambda f: tar_bytes({k: v.encode() for k, v in f.items()})]
)
@pytest.mark.parametrize("files", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_among_students_is_no_class(submissions, roster, files, pack, with_roster):
    name = "hw.zip" if pack is zip_bytes else "hw.tar.gz"
    root = submissions({ALICE: "a", BOB: "b", name: pack(files)})
    table, problems = owners(root, **({"roster": roster} if with_roster else {}))
    assert (table.pop("alice"), table.pop("bob")) == ([(b"a", None)], [(b"b", None)])
    assert set(table) <= {"hw"}
    assert all(at is None for rest in table.values() for _, at in rest)
    (note,) = (problem for problem in problems if "among students' work" in problem)
    assert f"learncnn grade {root}/{name}" in note


@pytest.mark.parametrize("name", ["mallory.zip", "mallory/hw.zip", "mallory_hw.zip"])
@pytest.mark.parametrize("files", ARCHIVES.values(), ids=ARCHIVES)
def test_a_students_archive_is_that_students(submissions, roster, files, name):
    root = submissions({ALICE: "a", name: zip_bytes(files)})
    table, problems = owners(root, roster=roster)
    assert table["alice"] == [(b"a", None)]
    assert set(table) <= {"alice", "mallory"}
    assert any("among students' work" in problem for problem in problems)


@pytest.mark.parametrize("files", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_within_a_class_archive_is_one_students(tmp_path, files):
    path = tmp_path / "class.zip"
    path.write_bytes(zip_bytes({ALICE: "a", BOB: "b", "mallory/hw.zip": zip_bytes(files)}))
    table, problems = owners(path)
    assert (table["alice"], table["bob"]) == ([(b"a", None)], [(b"b", None)])
    assert set(table) <= {"alice", "bob", "mallory"}
    assert any("mallory/hw.zip" in problem for problem in problems)


@pytest.mark.parametrize("beside", [{}, {"roster.csv": "id\nalice\n", "readme.md": "x"}])
@pytest.mark.parametrize("kind", ["folders", "canvas", "gradescope"])
def test_a_class_archive_that_is_all_there_is_or_is_named_is_read_as_one(submissions, kind, beside):
    root = submissions({"downloaded.zip": zip_bytes(ARCHIVES[kind]), **beside})
    in_folder, problems = owners(root)
    named, _ = owners(root / "downloaded.zip")
    assert in_folder == named
    assert len(named) == 2
    assert not problems


def test_a_gradescope_export_named_as_a_folder_is_believed(submissions):
    root = submissions(ARCHIVES["export"], "downloads")
    at = datetime(2026, 12, 1, 10, tzinfo=timezone.utc)
    assert owners(root) == ({"alice": [(b"m1", at)]}, [])
    assert owners(root / "assignment_1_export") == ({"alice": [(b"m1", at)]}, [])


def test_a_list_of_owners_in_a_students_folder_is_not_believed(submissions):
    files = {f"mallory/{path}": content for path, content in ARCHIVES["gradescope"].items()}
    table, problems = owners(submissions(files))
    assert table
    assert "alice" not in table
    assert all(at is None for rest in table.values() for _, at in rest)
    assert any("owners and dates in it were ignored" in problem for problem in problems)


@pytest.mark.parametrize("inside", ["bob/ex01.py", "bob_12_902_ex01.py"])
def test_who_alone_handed_in_names_no_other(submissions, roster, inside):
    table, _ = owners(submissions({f"mallory/{inside}": "m"}), roster=roster)
    assert table == {"mallory": [(b"m", None)]}


def test_an_ordinary_bundle_is_taken_without_a_word(submissions, roster):
    bundle = {"ex01.py": "1", "hw2/ex02.py": "2", "ex03/main.py": "3", "manifest.json": "{}"}
    root = submissions(
        {"alice/bundle.zip": zip_bytes(bundle), "bob.zip": zip_bytes({"x/ex01.py": "b"})}
    )
    table, problems = owners(root, roster=roster)
    assert ({id: len(files) for id, files in table.items()}, problems) == (
        {"alice": 3, "bob": 1},
        [],
    )


def test_dates_in_a_students_archive_are_no_dates_of_the_hand_in(tmp_path, submissions):
    """Those of a class's archive are."""
    root = submissions({"alice.zip": zip_bytes({"ex01.py": "a"}), BOB: "b"})
    path = tmp_path / "class.zip"
    path.write_bytes(zip_bytes({ALICE: "a", BOB: "b", "cy.zip": zip_bytes({"ex01.py": "c"})}))
    for place, dated in ((root, False), (root / "alice.zip", False), (path, True)):
        with collect([place]) as collection:
            assert collection.handed
            assert all((item.entry.dated is not None) is dated for item in collection.handed)
