"""Test exams: individual papers, sealed answers, marks with explanations."""

import copy
import json

import pytest

from learncnn.grader.course.catalog import EXERCISES
from learncnn.grader.errors import LearncnnError, SubmissionError, UsageError
from learncnn.grader.i18n.texts import use_language, worded
from learncnn.grader.instructor.answer_sheets import answer_sheet
from learncnn.grader.quiz.exams.exam import (
    draw_questions,
    load_exam,
    make_paper,
    seal_of,
    sealed_answers,
)
from learncnn.grader.quiz.exams.marking import mark_exam
from learncnn.grader.quiz.play.asking import judged

from .conftest import Terminal

EXAM = """
id = "midterm"
title = { en = "Midterm", zh = "期中考试" }

[[question]]
item = "Q03-1"
points = 2

[[question]]
one_of = ["Q03-2", "Q03-6"]

[[question]]
bank = "ex03"
count = 2
"""


@pytest.fixture
def exam_file(tmp_path):
    path = tmp_path / "exam" / "midterm.toml"
    path.parent.mkdir()
    path.write_text(EXAM, "utf-8")
    path.with_suffix(".seed").write_text("0123456789abcdef0123456789abcdef\n")
    return path


@pytest.fixture
def exam(exam_file):
    return load_exam(exam_file)


def right_answers(exam, student):
    """What a student types who knows everything, by number."""
    return {
        str(n): {"typed": judged(drawn.variant, "?").answer, "sure": None}
        for n, drawn in enumerate(draw_questions(exam, student), 1)
    }


def sealed(exam, student, answers):
    document = {"paper": make_paper(exam, student), "answers": answers}
    return document | {"seal": seal_of(document)}


def test_a_student_gets_the_same_paper_again(exam):
    assert make_paper(exam, "ann") == make_paper(exam, "ann")


def test_numbers_differ_between_students(exam):
    stems = {json.dumps(make_paper(exam, f"s{n}")["questions"]) for n in range(20)}
    assert len(stems) == 20


def test_no_question_is_asked_twice(exam):
    for n in range(20):
        ids = [question["id"] for question in make_paper(exam, f"s{n}")["questions"]]
        assert len(set(ids)) == 4


def test_another_seed_is_another_exam(exam, exam_file):
    before = make_paper(exam, "ann")
    exam_file.with_suffix(".seed").write_text("another private seed of this course\n")
    assert make_paper(load_exam(exam_file), "ann") != before


def test_a_paper_tells_no_answer(exam):
    text = json.dumps(make_paper(exam, "ann"), ensure_ascii=False)
    for forbidden in ('"answer', '"right"', "PAD-ONCE", "You added", "你只加了", exam.seed.hex()):
        assert forbidden not in text


def test_everything_right_earns_every_point(exam):
    mark = mark_exam(exam, sealed(exam, "ann", right_answers(exam, "ann")), "ann")
    assert (mark.points, mark.total) == (5, 5)


def test_a_wrong_a_missing_and_an_unreadable_answer_earn_nothing(exam):
    answers = right_answers(exam, "ann")
    numbers = {d.variant.item.id: str(n) for n, d in enumerate(draw_questions(exam, "ann"), 1)}
    answers[numbers["Q03-1"]]["typed"] = "1×1×1"
    others = [number for item, number in numbers.items() if item != "Q03-1"]
    del answers[others[0]]
    answers[others[1]]["typed"] = "!"
    mark = mark_exam(exam, sealed(exam, "ann", answers))
    assert mark.points == 1
    problems = [each.problem for each in mark.marks if each.problem]
    assert len(problems) == 2
    assert "not answered" in problems


def test_the_answer_sheet_explains_every_question_in_the_language_asked_for(exam):
    answers = right_answers(exam, "ann")
    answers["1"]["typed"] = "?"
    mark = mark_exam(exam, sealed(exam, "ann", answers))
    sheet = answer_sheet(mark)
    assert "<h1>midterm: ann</h1>" in sheet
    assert sheet.count('<section class="exercise"') == 4
    assert sheet.count("<dt>Right answer</dt>") == 4
    assert sheet.count('<ul class="notes">') == 4
    use_language("zh")
    assert "<dt>正确答案</dt>" in answer_sheet(mark)


def test_what_was_typed_adds_no_lines_to_the_answer_sheet(exam):
    answers = {str(n): {"typed": "!</dd>\n<script>9/9\n" * 99} for n in range(1, 5)}
    sheet = answer_sheet(mark_exam(exam, sealed(exam, "ann", answers)))
    assert "<script" not in sheet
    assert not any(line.startswith("9/9") for line in sheet.split("\n"))
    assert sheet.count("9/9") <= 4 * 20


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["answers"]["1"].update(typed="1"),
        lambda d: d["answers"].pop("1"),
        lambda d: d.update(seal="0" * 64),
    ],
)
def test_answers_that_were_changed_after_sealing_are_refused(exam, change):
    document = sealed(exam, "ann", right_answers(exam, "ann"))
    change(document)
    with pytest.raises(SubmissionError, match="do not match its checksum"):
        mark_exam(exam, document)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.update(student="bob"),
        lambda p: p["questions"][0]["stem"].update(en="What is 1 + 1?"),
        lambda p: p["questions"].pop(),
        lambda p: p.update(mac="0" * 64),
    ],
)
def test_a_paper_that_was_changed_is_refused_even_if_it_is_sealed_anew(exam, change):
    document = copy.deepcopy(sealed(exam, "ann", right_answers(exam, "ann")))
    change(document["paper"])
    document["seal"] = seal_of(document)
    with pytest.raises(SubmissionError, match="not the paper"):
        mark_exam(exam, document)


def test_another_students_paper_is_refused(exam):
    document = sealed(exam, "ann", right_answers(exam, "ann"))
    with pytest.raises(SubmissionError, match="not the paper that was made for bob"):
        mark_exam(exam, document, "bob")


@pytest.mark.parametrize("document", [{}, {"paper": 3, "answers": {}}, {"paper": {}, "seal": 1}])
def test_what_is_no_exam_is_refused(exam, document):
    with pytest.raises(SubmissionError):
        mark_exam(exam, document)


def test_marking_with_another_bank_says_which_item_changed(exam, tmp_path):
    import shutil

    from learncnn.grader.course.catalog import EXERCISES

    root = tmp_path / "exercises"
    folder = root / "ex03_output_shape"
    shutil.copytree(EXERCISES / "ex03_output_shape", folder)
    quiz = folder / "quiz.toml"
    quiz.write_text(quiz.read_text("utf-8").replace("There", "Here").replace("layers", "LAYERS"))
    quiz.write_text(quiz.read_text("utf-8").replace("You added", "You have added"))
    document = sealed(exam, "ann", right_answers(exam, "ann"))
    with pytest.raises(LearncnnError, match=r"the item Q03-. has changed"):
        mark_exam(exam, document, root=root)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('item = "Q03-1"', 'item = "Q03-99"'),
        ("count = 2", "count = 99"),
        ("points = 2", "points = 0"),
        ('bank = "ex03"', 'shelf = "ex03"'),
        ('id = "midterm"', 'id = "../midterm"'),
        ('"Midterm", zh = "期中考试"', '"Midterm"'),
        ('["Q03-2", "Q03-6"]', "[]"),
        ('["Q03-2", "Q03-6"]', '"Q03-2"'),
        ('"Midterm", zh', "5, zh"),
        ("points = 2", "points = true"),
        ("points = 2", 'bank = "ex03"'),
        ("points = 2", "count = 2"),
        ("count = 2", 'count = "2"'),
        ('id = "midterm"', 'id = "midterm"\nseedfile = "midterm.seed"'),
        ('id = "midterm"', 'id = "midterm"\nbanks = [1]'),
    ],
)
def test_a_mistake_in_an_exam_is_a_usage_error(exam_file, before, after):
    exam_file.write_text(EXAM.replace(before, after), "utf-8")
    with pytest.raises(UsageError, match=r"midterm\.toml"):
        load_exam(exam_file)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mistake_in_an_exam_is_listed_in_the_readers_language(exam_file, language):
    broken = EXAM.replace('item = "Q03-1"', 'item = "Q03-99"').replace("points = 2", "points = 0")
    exam_file.write_text(broken.replace('bank = "ex03"', 'bnak = "ex03"'), "utf-8")
    with pytest.raises(UsageError) as caught:
        load_exam(exam_file)
    use_language(language)
    said = worded(caught.value)
    use_language("en")
    found = ["question[1].points", "'Q03-99'", "bnak", "bank"]
    assert [part for part in found if part not in said] == []
    assert ("没有测验题" in said) is (language == "zh")
    assert ("there is no" in said) is (language == "en")


def test_without_its_seed_an_exam_is_not_drawn(exam_file):
    exam_file.with_suffix(".seed").unlink()
    with pytest.raises(UsageError, match="private seed"):
        load_exam(exam_file)


@pytest.fixture
def papers(command, exam_file):
    """Papers for two students, as an instructor makes them."""
    exam_file.with_suffix(".seed").unlink()
    roster = exam_file.with_name("students.csv")
    roster.write_text("\ufeffname,id\nAnn,ann\n李雷,李雷-02\n", "utf-8")
    folder = exam_file.parent / "papers"
    result = command("quiz", "--exam", exam_file, "--students", roster, "-o", folder)
    assert result.returncode == 0, result.stderr
    assert "2 papers" in result.stdout
    assert "A private seed was made" in result.stderr
    assert exam_file.with_suffix(".seed").stat().st_mode & 0o077 == 0
    return folder


@pytest.mark.parametrize(
    "content",
    ["id;name\nann;Ann\nbob;Bob\n", "ann\nbob\n\nann\n", "\ufeffEmail,ID\na@b.c,ann\nb@b.c,bob\n"],
)
def test_papers_are_made_for_the_students_that_grading_knows(tmp_path, content):
    from learncnn.grader.quiz.exams.sitting import read_students

    path = tmp_path / "students.csv"
    path.write_text(content, "utf-8")
    assert read_students(path) == ["ann", "bob"]


@pytest.mark.parametrize("content", ["", "colour,size\nred,5\n", "id\nann\nann\n"])
def test_a_list_of_students_that_cannot_be_used_says_why(tmp_path, content):
    from learncnn.grader.quiz.exams.sitting import read_students

    path = tmp_path / "students.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(UsageError, match=r"students\.csv"):
        read_students(path)


def test_a_sitting_gives_no_feedback_and_seals_the_answers(command, papers, workspace, exam_file):
    paper = papers / "midterm.ann.json"
    first = command("quiz", "--exam", paper, typed="!\n?\n?\n")
    assert first.returncode == 130
    assert "2 answers are still missing" in first.stderr
    second = command("quiz", "--exam", paper, typed="?\n?\n")
    assert "2 answers are kept already" in second.stdout
    assert "sealed" in second.stderr
    for output in (first.stdout, second.stdout):
        assert "Answer:" not in output
        assert "✓" not in output
        assert "✗" not in output
    (path,) = sealed_answers(workspace / ".learncnn")
    mark = mark_exam(load_exam(exam_file), json.loads(path.read_text("utf-8")), "ann")
    assert (mark.points, mark.total) == (0, 5)
    assert not (workspace / ".learncnn" / "quiz.json").exists()
    before = path.read_bytes()
    assert "was answered and sealed" in command("quiz", "--exam", paper, typed="1\n" * 9).stderr
    assert path.read_bytes() == before


def test_on_a_terminal_an_answer_is_kept_only_when_it_is_confirmed(papers, workspace):
    terminal = Terminal(workspace, "quiz", "--exam", str(papers / "midterm.ann.json"))
    terminal.until("Question 1 of 4")
    terminal.press("?\r")
    terminal.until("Yours: I don't know · Enter: keep")
    terminal.press("e")
    screen = terminal.until("Question 1 of 4")
    assert "Midterm · ann" in screen
    terminal.press("?\r")
    terminal.until("Enter: keep")
    terminal.press("\r")
    terminal.until("Question 2 of 4")
    terminal.press("?\r")
    terminal.until("Enter: keep")
    terminal.press("q")
    terminal.until("3 answers are still missing")
    assert terminal.exit_code() == 130


def test_a_sitting_by_json(command, papers, workspace, exam_file):
    paper = papers / "midterm.李雷-02.json"
    asked = json.loads(command("--lang", "zh", "quiz", "--exam", paper, "--json").stdout)
    exam = load_exam(exam_file)
    answers = right_answers(exam, "李雷-02")
    typed = [
        {"id": question["id"], "answer": answers[str(question["number"])]["typed"]}
        for question in asked["questions"]
    ]
    part = json.dumps({"answers": [*typed[:2], {"id": typed[2]["id"], "answer": "!"}]})
    result = json.loads(command("quiz", "--exam", paper, "--json", typed=part).stdout)
    assert [len(result[key]) for key in ("kept", "refused")] == [2, 1]
    rest = json.dumps({"answers": typed[2:]})
    result = json.loads(command("quiz", "--exam", paper, "--json", typed=rest).stdout)
    assert result["complete"]
    (path,) = sealed_answers(workspace / ".learncnn")
    mark = mark_exam(exam, json.loads(path.read_text("utf-8")), "李雷-02")
    assert mark.points == mark.total


def test_every_kind_of_question_survives_on_paper(variants):
    """What can be typed for a question on paper is what could be typed for its variant."""
    from learncnn.grader.quiz.answers.parse import parse_answer
    from learncnn.grader.quiz.exams.paper import question_of
    from learncnn.grader.quiz.play.json_quiz import question_json
    from learncnn.grader.quiz.play.screen import Page, question_lines
    from learncnn.grader.terminal.layout import Paint

    page = Page(Paint(), 80)
    for variant in variants.values():
        paper = question_of(json.loads(json.dumps(question_json(variant))))
        assert question_lines(paper, 1, 1, page) == question_lines(variant, 1, 1, page)
        for typed in ("280", "4×102×102", "B", "A C", "BAC", "1B 2A 3C", "n + k", "!", ""):
            assert parse_answer(paper, typed) == parse_answer(variant, typed)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"learncnn_paper": 1}', '{"questions": 3}'])
def test_what_is_no_paper_is_a_usage_error(command, tmp_path, content):
    path = tmp_path / "paper.json"
    path.write_text(content)
    result = command("quiz", "--exam", path)
    assert result.returncode == 2
    assert "not a paper" in result.stderr
    assert "Traceback" not in result.stderr


def everywhere(value, path=()):
    """The path of every part of a document."""
    yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from everywhere(value[key], (*path, key))


def test_a_paper_that_is_damaged_anywhere_is_refused_or_can_be_answered(exam, tmp_path):
    from learncnn.grader.quiz.exams.paper import question_of, read_paper
    from learncnn.grader.quiz.exams.sitting import readable
    from learncnn.grader.quiz.play.screen import Page, question_lines
    from learncnn.grader.terminal.layout import Paint

    paper = make_paper(exam, "ann")
    path = tmp_path / "paper.json"
    refused = 0
    for place in everywhere(paper):
        for other in (None, 0, 1.5, "", "x", [], {}, [[1]]):
            damaged = copy.deepcopy(paper)
            where = damaged
            for key in place[:-1]:
                where = where[key]
            if place:
                where[place[-1]] = other
            path.write_text(json.dumps(damaged if place else other), "utf-8")
            try:
                read = read_paper(path)
            except UsageError:
                refused += 1
                continue
            for question in read["questions"]:
                variant = question_of(question)
                assert question_lines(variant, question["number"], 4, Page(Paint(), 80))
                assert readable(variant, "1")
    assert refused > 100


def test_an_exam_asks_whose_paper_is_meant(command, exam_file):
    result = command("quiz", "--exam", exam_file)
    assert result.returncode == 2
    assert "Whose paper?" in result.stderr


def test_an_exam_is_answered_in_a_workspace(command, papers, tmp_path):
    result = command("quiz", "--exam", papers / "midterm.ann.json", cwd=tmp_path)
    assert result.returncode == 2
    assert "learncnn start" in result.stderr


def test_an_exam_may_have_a_bank_of_its_own(exam_file, text_of):
    own = exam_file.with_name("own.toml")
    own.write_text(text_of["choice"].replace("Q12-1", "MID-1") + text_of["integer"], "utf-8")
    extra = '\n[[question]]\nitem = "MID-1"\n\n[[question]]\nbank = "own"\n'
    exam_file.write_text('banks = ["own.toml"]\n' + EXAM + extra, "utf-8")
    exam = load_exam(exam_file)
    paper = make_paper(exam, "ann")
    assert len(paper["questions"]) == 6
    mark = mark_exam(exam, sealed(exam, "ann", right_answers(exam, "ann")))
    assert mark.points == mark.total == 7


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_exam_of_public_banks_warns_when_its_papers_are_made(exam_file, tmp_path, lang):
    students = tmp_path / "ids.txt"
    students.write_text("ann\n")
    from click.testing import CliRunner

    from learncnn.cli import main

    words = ["--exam", str(exam_file), "--students", str(students), "-o", str(tmp_path / "papers")]
    result = CliRunner().invoke(main, ["--lang", lang, "quiz", *words])
    assert result.exit_code == 0, result.output
    assert ("Note: midterm may ask" in result.stderr) == (lang == "en")
    assert ("Q03-1" in result.stderr, "banks = " in result.stderr) == (True, True)


def test_an_exam_of_its_own_bank_does_not(exam_file):
    own = exam_file.with_name("own.toml")
    installed = (EXERCISES / "ex03_output_shape" / "quiz.toml").read_text("utf-8")
    own.write_text(installed.replace('"Q03-', '"OWN-'), "utf-8")
    text = EXAM.replace("Q03-", "OWN-").partition("[[question]]\nbank")[0]
    exam_file.write_text('banks = ["own.toml"]\n' + text, "utf-8")
    assert load_exam(exam_file).public == ()
    assert load_exam(exam_file).banks == (own,)
