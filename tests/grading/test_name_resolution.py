"""Which exercise a file's name means, as copies are named by what people use."""

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.name_resolution import (
    WITHIN,
    ExerciseNames,
    kind_of,
    without_copy_marks,
    without_kind,
)
from learncnn.grader.errors import UsageError

CATALOG = load_catalog()
NAMES = ExerciseNames(CATALOG.exercises)

#: What is left of `ex01.py` by those who copy, rename, download and send it.
SCRIPTS = """
ex01.py | EX01.PY | Ex01.Py | ex1.py | ex_01.py | ex-01.py | Exercise 1.py | 练习1.py
练习01.py | ｅｘ０１.py | ex01.py.txt | EX01.PY.TXT | ex01.py.py | ex01.py.1 | ex01.py.download
ex01.py.rename | ex01.py.重命名 | ex01.py.txt.txt | ex01.py(1) | ex01.py (2) | ex01 (1).py.txt
ex01.py. | ex01.txt.py | ex01 (1).py | ex01(1).py | ex01（1）.py | ex01 (12).py | ex01_(1).py
ex01-1.py | ex01 2.py | ex01 (1) (1).py | ex01 copy.py | ex01 copy 2.py | ex01_copy.py
ex01 - Copy.py | ex01 - Copy (2).py | ex01-Copy1.py | ex01 (copy).py | ex01 (another copy).py
ex01 (3rd copy).py | Copy of ex01.py | Copy (2) of ex01.py | Copy of Copy of ex01.py
Copy_of_ex01.py | COPY OF EX01.PY | Copy of ex01 (1).py | 副本 ex01.py | 副本ex01.py
副本_ex01.py | 副本 (2) ex01.py | 复件 ex01.py | 复件 (2) ex01.py | 复件ex01.py | ex01 副本.py
ex01副本.py | ex01 - 副本.py | ex01 - 副本 (2).py | ex01 副本 2.py | ex01的副本.py
ex01 的副本.py | ex01（副本）.py | ex01 (另一个副本).py | ex01 拷贝.py | ex01 拷贝 2.py
ex01 - 複製.py | 複製 ex01.py | “ex01.py”的副本.py | "ex01.py"的副本.py | ex01_py的副本.py
ex01 (Ann's conflicted copy 2024-01-01).py | ex01 (Ann 的冲突副本 2024-01-01).py
ex01.sync-conflict-20240101-120000-ABCDEFG.py | ex01_cross_correlation.py
EX01_Cross_Correlation.PY | Copy of ex01_cross_correlation.py | ex01_cross_correlation (1).py
副本 ex01_cross_correlation.py | ex01_cross_correlation - 副本.py
"""
SCRIPT_NAMES = [
    name.strip() for line in SCRIPTS.split("\n") for name in line.split("|") if name.strip()
]


@pytest.mark.parametrize("name", SCRIPT_NAMES)
def test_a_copy_of_a_script_is_of_its_exercise(name):
    assert kind_of(name) == ".py"
    found = NAMES.of_file(name)
    assert found is not None
    assert found[0].id == "ex01"
    assert found[1] < WITHIN


@pytest.mark.parametrize(
    "name",
    [
        "Ex01.IPYNB",
        "Copy of ex01_cross_correlation.ipynb",
        "ex01.ipynb.txt",
        "ex01.ipynb.json",
        "Copy_of_ex01.ipynb",
        "“ex01.ipynb”的副本.ipynb",
        "ex01-Copy2.ipynb",
        "副本 ex01.ipynb",
        "ex01.ipynb的副本.ipynb",
        "ex01_ipynb的副本.ipynb",
        "ex01 (1).ipynb",
        "ex01.ipynb (1)",
    ],
)
def test_a_copy_of_a_notebook_is_of_its_exercise(name):
    assert kind_of(name) == ".ipynb"
    found = NAMES.of_file(name)
    assert found is not None
    assert (found[0].id, found[1] < WITHIN) == ("ex01", True)


@pytest.mark.parametrize(
    "name",
    [
        "corr2d.py",
        "corr2d (1).py",
        "Copy of corr2d.py",
        "副本 corr2d.py",
        "corr2d - 副本 (2).py",
        "Cross Correlation.py",
        "cross-correlation copy 2.py",
        "cross_correlation.py.txt",
    ],
)
def test_a_copy_may_be_named_by_a_function_or_a_topic(name):
    found = NAMES.of_file(name)
    assert found is not None
    assert found[0].id == "ex01"


@pytest.mark.parametrize(
    "name",
    [
        "Untitled.ipynb",
        "main.py",
        "作业1.py",
        "homework1.py",
        "副本.py",
        "Copy of.py",
        "(1).py",
        "test_ex01.py",
        "ex01_test.py",
        "ex01.txt",
        "ex01.pyc",
        "ex01.pdf",
        "ex01.py.exe",
        ".py",
        "ex01.docx",
        "ex01",
        "ex99.py",
        "copy.py",
        "e.py",
        "2023001 2.py",
        "ex01.html",
        "ex01.py.zip",
    ],
)
def test_other_names_say_no_exercise(name):
    assert NAMES.of_file(name) is None


def test_a_folder_says_the_exercise_of_a_name_that_says_none():
    found = NAMES.of_file("ex03/main.py")
    assert found is not None
    assert found[0].id == "ex03"
    own = NAMES.of_file("ex03/ex01.py")
    assert own is not None
    assert own[0].id == "ex01"
    assert NAMES.of_file("notes/main.py") is None


def test_a_folders_numbers_are_not_a_copys():
    assert NAMES.of_word("12-3") is None


@pytest.mark.parametrize(
    "name", ["ex01.py", "EX01", "1", "01", "ex1", "corr2d", "cross correlation"]
)
def test_a_person_may_type_any_of_these(name):
    assert CATALOG.resolve(name).id == "ex01"


def test_a_typed_name_is_not_guessed_from_within():
    with pytest.raises(UsageError):
        CATALOG.resolve("mine for ex01")


def test_marks_alone_leave_the_name():
    assert without_copy_marks("副本") == "副本"
    assert without_kind("ex01.py.txt") == "ex01"


@pytest.mark.parametrize("piece", ["(1)", " copy", "copy of ", "副本", ".py", ".1", "-1", " ", "“"])
def test_a_long_name_costs_little_and_is_of_no_exercise(piece):
    name = f"{piece * (20_000 // len(piece))}.py"
    assert kind_of(name) == ".py"
    assert NAMES.of_file(name) is None
