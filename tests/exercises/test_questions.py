"""Test questions in stubs, such as `q1 = 280`, judged with the quiz's misconceptions."""

import json
import re
import subprocess
import sys

import pytest

from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise import Exercise
from learncnn.grader.course.stubs import stub_source
from learncnn.grader.errors import GraderFault
from learncnn.grader.i18n.texts import use_language
from learncnn.grader.lessons.lesson_notebook import stub_text
from learncnn.grader.quiz.items.item_answers import item_answers


@pytest.fixture
def checked(tmp_path):
    """The screen of checking a stub in which only questions are answered."""

    def check(id, **answers):
        source = stub_source(load_catalog().resolve(id), "numpy")
        for name, answer in answers.items():
            assert f"{name} = None" in source
            source = source.replace(f"{name} = None", f"{name} = {answer}")
        path = tmp_path / f"{id}.py"
        path.write_text(source, "utf-8")
        command = [sys.executable, "-m", "learncnn", "--lang", "en", "check", str(path)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout

    return check


@pytest.fixture
def english():
    yield
    use_language("en")


def test_an_untouched_question_is_not_begun_rather_than_wrong(checked):
    output = checked("ex10", q1="196609000")
    assert "✓ q1" in output
    assert re.search(r"· q2 +not started yet \(0/1\)", output)


@pytest.mark.parametrize(
    ("answer", "code"),
    [("196608000", "NO-BIAS"), ("65537000", "FC-NO-CHANNELS"), ("196608001", "BIAS-ONE")],
)
def test_a_wrong_answer_that_a_misconception_gives_is_named(checked, answer, code):
    output = checked("ex10", q1=answer, q2="280")
    assert f"{code} (proved on its one case)   [q1]" in output


def test_another_wrong_answer_is_shown_whole_and_not_explained(checked):
    output = checked("ex03", q1="(4, 103, 102)")
    assert "yours (4, 103, 102)     expected (4, 102, 102)" in output
    assert "(proved on" not in output


def test_a_count_is_an_int(checked):
    assert "came as a float; an int is promised" in checked("ex06", q1="5.0")


def test_the_question_stands_above_its_assignment_in_both_languages(english):
    for language, word in (("en", "receptive field"), ("zh", "感受野")):
        use_language(language)
        source = stub_source(load_catalog().resolve("ex06"), "numpy")
        comment = source.rpartition("\nq1 = None  # TODO")[0].rpartition("\n\n\n")[2]
        assert word in comment
        assert all(line.startswith("# ") for line in comment.splitlines())


def test_a_notebook_has_a_cell_for_each_question():
    notebook = json.loads(stub_text(load_catalog().resolve("ex10"), "numpy", notebook=True))
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert [cell.splitlines()[-1] for cell in cells[-4:]] == [
        "q1 = None  # TODO",
        'check("q1", exercise="ex10")',
        "q2 = None  # TODO",
        'check("q2")',
    ]
    assert cells[-2].startswith("# ")


def test_a_reference_that_contradicts_its_quiz_item_is_refused():
    exercise = Exercise("ex10")
    exercise.question("Q10-2")(_q1)
    with pytest.raises(GraderFault, match="q1 is not Q10-2's answer 280"):
        exercise.with_items(item_answers)


def test_a_question_gets_the_misconceptions_of_its_item_once():
    exercise = Exercise("ex10")
    exercise.question("Q10-2")(_right)
    assert exercise.mutants == []
    twice = exercise.with_items(item_answers).with_items(item_answers)
    codes = [mutant.code for mutant in twice.mutants_of("q2")]
    assert "NO-BIAS" in codes
    assert len(codes) == len(set(codes))
    assert exercise.mutants == []


def _right():
    return 280


_right.__name__ = "q2"


def _q1():
    return 281


_q1.__name__ = "q1"


@pytest.mark.parametrize("id", ["ex03", "ex06", "ex10"])
def test_a_solution_answers_the_questions_and_runs_as_it_is_shown(id):
    info = load_catalog().resolve(id)
    names: dict[str, object] = {}
    exec(model_answers(info, "numpy").plain, names)
    assert set(info.functions) <= set(names)
    assert names["q1"] == {"ex03": (4, 102, 102), "ex06": 5, "ex10": 196609000}[id]
