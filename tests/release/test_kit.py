"""Test that the student kit works and contains nothing hidden from students."""

import ast
import json
import re
import shutil
import zipfile

import pytest

from learncnn.grader import VERSION
from learncnn.grader.answer_key.find import load_exercise
from learncnn.grader.answer_key.store import load_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.quiz.exams.exam import draw_questions, load_exam
from learncnn.grader.quiz.play.asking import judged

from .conftest import BANK, CORRECT, FLIPPED, ROOT, SEED, contents, pip_install, run

SOLUTIONS = [
    path
    for pattern in ("*.py", "answers/*/*")
    for path in sorted((ROOT / "solutions").glob(pattern))
    if path.is_file()
]
#: Maximum number of lines that a file may share with a solution, by chance or from a hint.
SHARED = 2


def relative(path):
    return path.relative_to(ROOT / "solutions").as_posix()


def code_of(path):
    """The lines of a solution that are its own: no imports, titles, signatures, bare loops."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    dull = re.compile(
        r"#|import |from |def |for |@|[\"'].*[\"'],?$|\w+ = Exercise|\w+(=\w+)?(, \w+(=\w+)?)*,?$"
    )
    return {line for line in lines if len(line) >= 16 and not dull.match(line)}


def leaks(folder):
    """(file, solution) where a file holds more of a solution than chance explains."""
    code = {relative(path): code_of(path) for path in SOLUTIONS}
    longest = {name: max(lines, key=len).encode() for name, lines in code.items() if lines}
    found = set()
    for name, content in contents(folder):
        lines = {line.strip().decode("utf-8", "replace") for line in content.splitlines()}
        for solution, known in code.items():
            if len(lines & known) > SHARED or (known and longest[solution] in content):
                found.add((name, solution))
    return found


def test_no_byte_of_the_kit_is_a_solutions(kit):
    assert leaks(kit) == set()


@pytest.mark.parametrize("place", ["x.py", "wheels/extra.whl"])
@pytest.mark.parametrize(
    "name",
    [
        "ex08_conv2d.py",
        "answers/ex08_conv2d/plain.py",
        "answers/ex08_conv2d/vectorised.py",
        "answers/ex08_conv2d/why.toml",
    ],
)
def test_the_search_would_find_a_solution(kit, tmp_path, place, name):
    """So the test before this one can fail."""
    solution = ROOT / "solutions" / name
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".whl":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(solution, "deep/x.txt")
    else:
        shutil.copy(solution, path)
    assert name in {solution for _, solution in leaks(tmp_path)}


def test_no_byte_of_the_kit_tells_a_seed_or_an_exams_answer(kit, desk):
    exam = load_exam(desk / "final.toml")
    secrets = [SEED, (desk / "final.seed").read_text().strip(), exam.seed.hex()]
    secrets += [line.split(" = ", 1)[1] for line in BANK.splitlines() if "value" in line]
    secrets += ["Each of {f}", "个卷积核各有一个偏置和", "final-bank"]
    for student in ("ann", "李雷-02"):
        for drawn in draw_questions(exam, student):
            if drawn.variant.item.id == "FIN-1":
                secrets.append(re.sub(r"\D", "", judged(drawn.variant, "?").answer))
    assert len(secrets[-1]) > 6
    for name, content in contents(kit):
        for secret in secrets:
            assert secret.encode() not in content, name


def test_keys_are_those_of_the_practice_cases_alone(kit, desk, tmp_path):
    with zipfile.ZipFile(next((kit / "wheels").glob("*.whl"))) as wheel:
        names = [name for name in wheel.namelist() if name.endswith(".npz")]
        wheel.extractall(tmp_path, names)
    keys = [load_key(tmp_path / name) for name in names]
    assert {key.identity.seed for key in keys} == {"practice"}
    wanted = {(i.id, lib) for i in load_catalog().exercises.values() for lib in i.libraries}
    assert {(key.identity.exercise, key.identity.framework) for key in keys} == wanted


def test_a_key_of_the_kit_holds_what_practice_cases_give(kit, tmp_path):
    from learncnn.grader.answer_key.build import build_key

    info = load_catalog().exercises["ex01"]
    with zipfile.ZipFile(next((kit / "wheels").glob("*.whl"))) as wheel:
        member = f"learncnn/exercises/{info.folder}/practice-numpy.npz"
        given = load_key(wheel.extract(member, tmp_path))
    exercise = load_exercise(info)
    private = build_key(exercise, framework="numpy", seed=SEED, seed_name="private-x")
    practice = build_key(exercise, framework="numpy", seed="practice")
    assert given.digest == practice.digest != private.digest


def test_a_student_checks_with_it_and_has_no_solutions(kit, student, tmp_path):
    home = tmp_path / "kit"
    shutil.copytree(kit, home)
    stub = home / "ex01_cross_correlation.py"
    assert "TODO" in stub.read_text("utf-8")
    stub.write_text(FLIPPED)
    done = run("check", "ex01", cwd=home, python=student)
    assert (done.returncode, "FLIP" in done.stdout) == (1, True), done.stderr
    stub.write_text(CORRECT)
    assert run("check", "ex01", cwd=home, python=student).returncode == 0
    done = run("check", "ex01", "--seed", "7", cwd=home, python=student)
    assert done.returncode == 2
    assert "not installed" in done.stderr


def test_the_wheel_is_the_one_that_pip_builds(kit, built):
    """The same files with the same bytes, but for what tells how it was packed."""

    def members(path):
        with zipfile.ZipFile(path) as wheel:
            assert wheel.testzip() is None
            return {n: wheel.read(n) for n in wheel.namelist() if not n.endswith("/")}

    packed, reference = members(next((kit / "wheels").glob("*.whl"))), members(built)
    ours = {name for name in packed if ".dist-info/" not in name}
    theirs = {name for name in reference if ".dist-info/" not in name}
    assert ours == theirs
    assert all(packed[name] == reference[name] for name in ours)
    (info,) = {name.partition("/")[0] for name in packed if ".dist-info/" in name}
    for name in ("entry_points.txt", "licenses/LICENSE"):
        assert packed[f"{info}/{name}"] == reference[f"{info}/{name}"]


def test_an_installation_from_a_wheel_releases_the_same_kit(kit, built, desk, tmp_path):
    """No source tree and no build tool is needed."""
    from .conftest import empty_environment

    python = empty_environment(tmp_path / "venv")
    pip_install(python, "--no-deps", built)
    done = run("release", "-o", tmp_path / "kit", cwd=desk, python=python)
    assert done.returncode == 0, done.stderr
    name = f"wheels/learncnn-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(kit / name) as one, zipfile.ZipFile(tmp_path / "kit" / name) as other:
        assert one.namelist() == other.namelist()


def test_every_student_has_a_paper_of_their_own(kit):
    papers = [json.loads(path.read_text("utf-8")) for path in sorted((kit / "papers").iterdir())]
    assert [paper["student"] for paper in papers] == ["ann", "李雷-02"]
    assert papers[0]["questions"] != papers[1]["questions"]


def test_the_readme_tells_points_and_dates_in_both_languages(desk, tmp_path):
    rubric = tmp_path / "rubric.toml"
    rubric.write_text(
        '[course]\ntime_zone = "Asia/Shanghai"\n[points]\nex03 = 25\n'
        "[due]\nex03 = 2026-12-20T15:59:00Z\n"
    )
    words = ["--exercises", "3,ex01", "--rubric", rubric, "--notebooks", "--lang", "zh"]
    done = run("release", "-o", tmp_path / "kit", *words, cwd=desk)
    assert done.returncode == 0, done.stderr
    kit = tmp_path / "kit"
    english = (kit / "README.md").read_text("utf-8")
    chinese = (kit / "README.zh.md").read_text("utf-8")
    title = "Output shape with padding and stride"
    assert f"| ex03 | {title} | 25 | 2026-12-20 23:59 (Asia/Shanghai) |" in english
    assert "| ex03 |" in chinese
    assert "| les01 | One picture through every layer | | |" in english
    assert "les02" not in english  # stands before an exercise that the kit does not have
    assert (kit / "lessons" / "les01_opening.md").is_file()
    assert "| ex02 |" not in english
    assert not re.search(r"\$\w", english + chinese)
    assert sorted(path.name for path in kit.glob("*.ipynb")) == [
        "ex01_cross_correlation.ipynb",
        "ex03_output_shape.ipynb",
        "les01_opening.ipynb",
    ]
    assert "notebooks = true" in (kit / "learncnn.toml").read_text()
    assert 'lang = "zh"' in (kit / "learncnn.toml").read_text()
    notebook = json.loads((kit / "ex01_cross_correlation.ipynb").read_text("utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [node.name for node in ast.parse(cells[-2]).body] == ["corr2d"]
    assert cells[-1] == 'from learncnn import check\n\ncheck(corr2d, exercise="ex01")'


def test_torch_is_asked_for_where_it_is_needed(desk, tmp_path):
    run("release", "-o", tmp_path / "a", "--framework", "torch", cwd=desk)
    run("release", "-o", tmp_path / "b", "--exercises", "ex01", cwd=desk)
    assert (tmp_path / "a" / "requirements.txt").read_text().strip().endswith(".whl[torch]")
    assert "torch" not in (tmp_path / "b" / "requirements.txt").read_text()


@pytest.mark.parametrize("kind", ["full", "file", "link"])
def test_what_is_there_is_not_overwritten(desk, tmp_path, kind):
    target = tmp_path / "kit"
    if kind == "full":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "nowhere")
    done = run("release", "-o", target, cwd=desk)
    assert done.returncode == 2
    assert "exists and is not empty" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kit"]


def test_an_empty_folder_may_be_filled(desk, tmp_path):
    (tmp_path / "kit").mkdir()
    assert run("release", "-o", tmp_path / "kit", "--exercises", "1", cwd=desk).returncode == 0
    assert (tmp_path / "kit" / "README.md").exists()


def test_nothing_is_left_of_a_kit_that_failed(desk, tmp_path):
    words = ["--exam", desk / "final.toml", "--students", tmp_path / "nobody.csv"]
    done = run("release", "-o", tmp_path / "kit", *words, cwd=desk)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
    done = run("release", "-o", tmp_path / "kit", "--exam", desk / "final.toml", cwd=desk)
    assert (done.returncode, "--students" in done.stderr) == (2, True)
