"""From the kit to the gradebook: a student hands in a bundle, an instructor grades it."""

import copy
import io
import json
import shutil
import zipfile

import pytest

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.grade_request import GradeRequest, from_json
from learncnn.grader.gradebook.queries import grades_of
from learncnn.grader.quiz.exams.exam import draw_questions, load_exam, make_paper, seal_of
from learncnn.grader.quiz.play.asking import judged

from .conftest import CORRECT, FLIPPED, run


def answers_of(desk, student, *, wrong=()):
    """What a student types who knows everything but the items in `wrong`."""
    drawn = draw_questions(load_exam(desk / "final.toml"), student)
    return [
        {
            "id": each.variant.item.id,
            "answer": "?" if each.variant.item.id in wrong else judged(each.variant, "?").answer,
        }
        for each in drawn
    ]


def sealed(desk, student, *, wrong=()):
    """Sealed answers, as a sitting leaves them."""
    paper = make_paper(load_exam(desk / "final.toml"), student)
    answers = {
        str(number): {"typed": entry["answer"], "sure": None}
        for number, entry in enumerate(answers_of(desk, student, wrong=wrong), 1)
    }
    document = {"learncnn_answers": 1, "paper": paper, "answers": answers}
    return document | {"seal": seal_of(document)}


def bundle(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            archive.writestr(name, text)
    return buffer.getvalue()


def exam_bundle(document, source=CORRECT):
    return bundle({"ex01.py": source, "exams/final.sealed.json": document, "manifest.json": {}})


@pytest.fixture
def grade(desk, tmp_path):
    """Grade a dict of files with the exam: the JSON document, the exit code, standard error."""

    def grade(files, *words, cwd=tmp_path):
        folder = tmp_path / "submissions"
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        exam = ["--exam", desk / "final.toml", "--answer-sheets", tmp_path / "sheets"]
        done = run("grade", "--practice", folder, "--json", "--jobs", "1", *exam, *words, cwd=cwd)
        assert done.stdout, done.stderr
        return json.loads(done.stdout), done.returncode, done.stderr

    return grade


def quizzes(folder):
    book = open_gradebook(str(folder / "gradebook.sqlite"))
    found = {student.id: student.quiz for student in grades_of(book)}
    book.close()
    return found


def test_a_student_follows_the_kit_to_the_gradebook(kit, student, desk, tmp_path):
    home = tmp_path / "ann"
    shutil.copytree(kit, home)
    (home / "ex01_cross_correlation.py").write_text(FLIPPED)
    paper = home / "papers" / "final.ann.json"
    first, second = answers_of(desk, "ann", wrong=["Q03-1"])
    part = json.dumps({"answers": [first]})
    assert run("quiz", "--exam", paper, "--json", cwd=home, python=student, typed=part).stdout
    early = run("submit", "-o", "early.zip", cwd=home, python=student)
    assert "final is not finished" in early.stderr
    rest = json.dumps({"answers": [second]})
    done = run("quiz", "--exam", paper, "--json", cwd=home, python=student, typed=rest)
    assert json.loads(done.stdout)["complete"]
    done = run("submit", cwd=home, python=student)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(home / "bundle.zip") as archive:
        assert "exams/final.sealed.json" in archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        assert set(manifest["files"]) == set(archive.namelist()) - {"manifest.json"}

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(home / "bundle.zip", inbox / "annlee_123_4567_bundle.zip")  # as Canvas names it
    (tmp_path / "roster.csv").write_text(
        "id,name,canvas\nann,Ann Lee,123\n李雷-02,李雷,124\n", "utf-8"
    )
    words = ["--roster", tmp_path / "roster.csv", "--exam", desk / "final.toml", "--jobs", "1"]
    sheets = ["--answer-sheets", tmp_path / "sheets", "--exercises", "ex01"]
    done = run("grade", "--practice", inbox, *words, *sheets, cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "final: 1 marked, 2.0 of 3 points" in done.stdout
    assert "missing (1): 李雷-02" in done.stdout
    assert quizzes(tmp_path)["ann"] == pytest.approx(2 / 3)
    sheet = (tmp_path / "sheets" / "final.ann.html").read_text("utf-8")
    assert all(points in sheet for points in ("2 of 3 points", "2 of 2 points", "0 of 1 points"))
    assert "Each of" in sheet


def test_bad_seals_are_refused_by_name_and_cost_nobody_else(grade, desk, tmp_path):
    good = sealed(desk, "ann")
    tampered = copy.deepcopy(sealed(desk, "bob", wrong=["FIN-1"]))
    tampered["answers"]["1"]["typed"] = "1"
    forged = copy.deepcopy(sealed(desk, "cy"))
    forged["paper"]["questions"].pop()
    forged["seal"] = seal_of(forged)
    files = {
        "ann/bundle.zip": exam_bundle(good),
        "bob/bundle.zip": exam_bundle(tampered),
        "cy/bundle.zip": exam_bundle(forged),
        "dan/bundle.zip": exam_bundle(good),  # ann's
        "eve/bundle.zip": exam_bundle("{"),
        "fay/bundle.zip": exam_bundle("[" * 100_000),
        "gus/bundle.zip": exam_bundle({"paper": {"exam": "final"}, "answers": 3}),
    }
    document, code, _ = grade(files)
    assert code == 1
    assert document["exams"] == {"final": {"ann": [3, 3]}}
    assert document["graded"] == 7  # their code is graded all the same
    said = {line.split("submissions/")[1][:3]: line for line in document["problems"]}
    assert set(said) == {"bob", "cy/", "dan", "eve", "fay", "gus"}
    assert "do not match its checksum" in said["bob"]
    assert "not the paper that was made for cy" in said["cy/"]
    assert "not the paper that was made for dan" in said["dan"]
    assert all("these are not sealed answers" in said[name] for name in ("eve", "fay", "gus"))
    assert quizzes(tmp_path) == {
        **dict.fromkeys(["bob", "cy", "dan", "eve", "fay", "gus"]),
        "ann": 1.0,
    }
    assert [path.name for path in (tmp_path / "sheets").iterdir()] == ["final.ann.html"]


def test_the_last_good_sitting_counts_and_again_changes_nothing(grade, desk, tmp_path):
    first, last = sealed(desk, "ann", wrong=["FIN-1"]), sealed(desk, "ann")
    files = {
        "ann_1_10_bundle.zip": exam_bundle(first),
        "ann_1_11_bundle.zip": exam_bundle(last),
        "ann_1_12_bundle.zip": exam_bundle("{}"),
    }
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,canvas\nann,Ann,1\n")
    for _ in range(2):
        document, _, _ = grade(files, "--roster", roster)
        assert document["exams"] == {"final": {"ann": [3, 3]}}
        assert quizzes(tmp_path) == {"ann": 1.0}


def test_an_exam_may_come_without_code(grade, desk, tmp_path):
    only = bundle({"exams/final.sealed.json": sealed(desk, "ann")})
    document, code, err = grade({"ann/bundle.zip": only})
    assert code == 0, err
    assert document["exams"] == {"final": {"ann": [3, 3]}}
    loose = json.dumps(sealed(desk, "bob")).encode()
    document, code, err = grade({"ann/bundle.zip": only, "bob/final.sealed.json": loose})
    assert document["exams"]["final"]["bob"] == [3, 3]
    assert quizzes(tmp_path) == {"ann": 1.0, "bob": 1.0}


def test_without_its_exam_a_seal_is_only_mentioned(desk, tmp_path):
    folder = tmp_path / "class" / "ann"
    folder.mkdir(parents=True)
    (folder / "bundle.zip").write_bytes(exam_bundle(sealed(desk, "ann")))
    done = run("grade", "--practice", folder.parent, "--jobs", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 sealed answers of final were not marked" in done.stdout
    assert quizzes(tmp_path) == {"ann": None}
    done = run("grade", "--practice", folder, "--answer-sheets", "x", cwd=tmp_path)
    assert (done.returncode, "--exam" in done.stderr) == (2, True)


def test_a_resumed_run_knows_its_exams():
    asked = GradeRequest(("/in",), exams=("/final.toml",), answer_sheets="/sheets")
    assert from_json(json.loads(json.dumps(asked.to_json()))) == asked
    assert from_json({"paths": ["/in"]}) == GradeRequest(("/in",), practice=True)


def test_an_exam_counts_by_the_rubrics_weight(grade, desk, tmp_path):
    rubric = tmp_path / "rubric.toml"
    rubric.write_text("[quiz]\nweight = 0.5\n")
    grade({"ann/b.zip": exam_bundle(sealed(desk, "ann", wrong=["FIN-1"]))}, "--rubric", rubric)
    done = run("gradebook", "export", "json", cwd=tmp_path)
    (student,) = json.loads(done.stdout)["students"]
    assert student["share"] == pytest.approx(0.5 * 1 + 0.5 / 3)


def test_a_bundle_is_no_file_of_the_students(tmp_path):
    home = tmp_path / "study"
    run("start", home, cwd=tmp_path)
    mine = (home / "ex01_cross_correlation.py").read_bytes()
    done = run("submit", "-o", "ex01_cross_correlation.py", cwd=home)
    assert (done.returncode, "is a .zip file" in done.stderr) == (2, True)
    assert (home / "ex01_cross_correlation.py").read_bytes() == mine
    (home / "ex01_cross_correlation.py").write_text(CORRECT)
    assert run("submit", cwd=home).returncode == 0
    first = (home / "bundle.zip").read_bytes()
    assert run("submit", cwd=home).returncode == 0
    assert (home / "bundle.zip").read_bytes() == first
    for path in home.glob("ex*.py"):
        path.unlink()
    done = run("submit", "-o", "other.zip", cwd=home)
    assert (done.returncode, "nothing to hand in" in done.stderr) == (2, True)
    assert not (home / "other.zip").exists()


@pytest.mark.parametrize("options", [(), ("--notebooks", "--framework", "torch"), ("--lang", "zh")])
def test_stubs_that_are_not_begun_stay_out_of_the_bundle(tmp_path, options):
    home = tmp_path / "study"
    run("start", home, *options, cwd=tmp_path)
    done = run("submit", cwd=home)
    assert done.returncode == 2, done.stdout
    assert not (home / "bundle.zip").exists()
    (home / f"ex01_cross_correlation{'.ipynb' if '--notebooks' in options else '.py'}").unlink()
    (home / "ex01_cross_correlation.py").write_text(CORRECT)
    done = run("--lang", "en", "submit", cwd=home)
    assert done.returncode == 0, done.stderr
    assert "not begun: ex02, ex03" in done.stdout
    with zipfile.ZipFile(home / "bundle.zip") as archive:
        assert archive.namelist() == ["ex01_cross_correlation.py", "manifest.json"]


CHANGES = ["q1 = 4\n", "def helper():\n    return 1\n", "(" * 9999, "# done" + "(" * 9999]


@pytest.mark.parametrize("change", CHANGES, ids=["answer", "helper", "broken", "comment"])
def test_what_was_changed_is_handed_in(tmp_path, change):
    home = tmp_path / "study"
    run("start", home, cwd=tmp_path)
    stub = home / "ex03_output_shape.py"
    stub.write_text(f"{stub.read_text('utf-8')}\n{change}", "utf-8")
    done = run("submit", cwd=home)
    expected = 2 if change.startswith("#") else 0  # a comment alone is no work
    assert done.returncode == expected, done.stderr


def test_a_stub_becomes_a_notebook_that_is_not_overwritten(tmp_path):
    home = tmp_path / "study"
    run("start", home, "--framework", "torch", cwd=tmp_path)
    done = run("notebook", "ex03", "-o", "mine.ipynb", cwd=home)
    assert done.returncode == 0, done.stderr
    document = json.loads((home / "mine.ipynb").read_text("utf-8"))
    assert "def output_size" in "".join("".join(cell["source"]) for cell in document["cells"])
    (home / "mine.ipynb").write_text("mine")
    done = run("notebook", "ex03", "-o", "mine.ipynb", cwd=home)
    assert (done.returncode, (home / "mine.ipynb").read_text()) == (2, "mine")
    assert run("check", "mine.ipynb", "--exercise", "3", cwd=home).returncode == 3
