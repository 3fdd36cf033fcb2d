"""Test `author check` on the real exercises, and the faults that it refuses."""

import shutil
from pathlib import Path

import pytest

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.answer_key.find import load_exercise
from learncnn.grader.author.content_checks import content_problems
from learncnn.grader.author.doc_tables import BEGIN, END, effortless_table, table, write_table
from learncnn.grader.author.exercise_checks import Tally, check_exercises
from learncnn.grader.author.oracle import oracle_problems
from learncnn.grader.author.stub_checks import stub_problems
from learncnn.grader.check.checking import Checker, CheckSettings
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import UsageError

#: Exercises that a run without `--full` checks; `learncnn author check` checks all.
SHORT = {"ex16"}
EXERCISES = [
    pytest.param(info, id=info.id, marks=[] if info.id in SHORT else pytest.mark.full)
    for info in load_catalog().exercises.values()
]


CURRICULUM = Path(__file__).parents[2] / "docs" / "curriculum.md"
SECURITY = CURRICULUM.with_name("security.md")


@pytest.fixture(scope="module")
def checker():
    with Checker(CheckSettings()) as checker:
        yield checker


@pytest.mark.parametrize("info", EXERCISES)
def test_every_exercise_is_fit_for_students_and_counted_in_the_docs(info, checker):
    (tally,) = check_exercises([info], checker)
    assert tally.problems == []
    row = table([tally]).splitlines()[2].rpartition(f" {tally.seconds:.1f} |")[0]
    assert row in CURRICULUM.read_text("utf-8"), "run the command that docs/curriculum.md names"
    measured = effortless_table([tally]).splitlines()[2:-1]
    committed = SECURITY.read_text("utf-8").splitlines()
    assert set(measured) <= set(committed), "run the command that docs/security.md names"


def test_a_table_goes_between_its_markers_and_nothing_else_is_touched(tmp_path):
    path = tmp_path / "docs.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_table(path, BEGIN, END, table([Tally("ex02", cases=43, seconds=0.84)]))
    written = path.read_text()
    assert written.startswith(f"before\n{BEGIN}\n| exercise |")
    assert "| ex02 Convolution and a layer's bias |" in written
    assert "| 43 | 0 | 0 | 0 | 0 | 0 | 0.8 |" in written
    assert written.endswith(f"{END}\nafter\n")
    assert "old" not in written
    path.write_text("no markers")
    with pytest.raises(UsageError, match="no place for a table"):
        write_table(path, BEGIN, END, table([]))
    assert path.read_text() == "no markers"


def test_an_exercise_without_texts_is_refused(tmp_path, monkeypatch):
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    monkeypatch.setattr(type(info), "path", tmp_path)
    problems = [*stub_problems(info), *content_problems(info, exercise)]
    assert any("stub.py" in problem for problem in problems)
    assert any("lesson.zh.md" in problem for problem in problems)
    assert any("quiz.toml" in problem for problem in problems)
    assert any("text.toml" in problem for problem in problems)


def test_a_question_whose_answers_coincide_is_refused(tmp_path, monkeypatch):
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    folder = tmp_path / info.path.name
    shutil.copytree(info.path, folder)
    bank = folder / "quiz.toml"
    bank.write_text(bank.read_text("utf-8").replace('value = "n*n"', 'value = "3*n*n"'), "utf-8")
    monkeypatch.setattr(type(info), "path", folder)
    problems = list(content_problems(info, exercise))
    assert any("item Q01-1: only 0 variants" in problem for problem in problems)


def test_every_missing_sentence_is_named(tmp_path, monkeypatch):
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    texts = (info.path / "text.toml").read_text("utf-8")
    (tmp_path / "stub.py").write_text((info.path / "stub.py").read_text("utf-8"), "utf-8")
    (tmp_path / "text.toml").write_text(texts.replace("[misconceptions.FLIP]", "[other]"), "utf-8")
    monkeypatch.setattr(type(info), "path", tmp_path)
    problems = list(content_problems(info, exercise))
    assert "text.toml [misconceptions.FLIP] lacks zh" in problems


def test_a_todo_line_without_chinese_is_named(tmp_path, monkeypatch):
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    stub = (info.path / "stub.py").read_text("utf-8").replace("# TODO: the", "# TODO: find the")
    (tmp_path / "stub.py").write_text(stub, "utf-8")
    (tmp_path / "text.toml").write_text((info.path / "text.toml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(type(info), "path", tmp_path)
    problems = [each for each in content_problems(info, exercise) if "[todo]" in each]
    assert any("lacks the Chinese of 'find the size" in problem for problem in problems)
    assert any("has 'the size of the result" in problem for problem in problems)


def test_a_reference_that_disagrees_with_torch_is_refused():
    torch = pytest.importorskip("torch")
    info = load_catalog().resolve("ex01")
    exercise = load_exercise(info)
    key = build_key(exercise, framework="torch", seed="oracle")
    assert list(oracle_problems(exercise, key)) == []
    exercise.oracles = {"corr2d": lambda X, K: torch.zeros(X.shape)}
    try:
        assert any("the reference gives" in p for p in oracle_problems(exercise, key))
    finally:
        exercise.oracles = {}
