"""Test `check(…)` in a real kernel: the verdict, the messages, and no side effects."""

import json
import os
import subprocess
import sys
import time

import nbclient
import nbformat
import pytest

from learncnn.grader.render.pages.inline_styles import scoped_style
from learncnn.grader.workspace.progress import load_progress
from learncnn.grader.workspace.workspace import find_workspace

from .conftest import FLIPPED, PATIENCE, RIGHT

ENDLESS = "def corr2d(X, K):\n    while True: pass\n"
#: A right function whose work another cell's function does.
CALLER = "def corr2d(X, K):\n    return slide(X, K)\n"
SLIDE = RIGHT.replace("corr2d", "slide")
NAME = "ex01_cross_correlation.ipynb"


def passes(ran):
    return "✓ values" in ran.text and "✓ promises" in ran.text


def written(folder, cells, moment=0.0):
    """Write the notebook of ex01 with these cells, pairs of an id and a source."""
    notebook = nbformat.v4.new_notebook()
    for id, source in cells:
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=id))
    path = folder / NAME
    nbformat.write(notebook, path)
    if moment:
        os.utime(path, (moment, moment))
    return path


def knows_its_notebook(kernel, folder):
    """Tell a kernel its notebook as Jupyter's server does, before it is started."""
    kernel.run(
        f"os.environ['JPY_SESSION_NAME'] = {str(folder / NAME)!r}\nos.chdir({str(folder)!r})"
    )


def said(ran):
    """Return the plain text without its line breaks."""
    return " ".join(ran.text.split())


def test_a_function_is_judged_by_the_text_of_its_cell(kernel):
    wrong = kernel.run(FLIPPED)
    ran = kernel.run("check(corr2d)")
    assert "FLIP (proved on 16 cases)" in ran.text
    assert f"Judged: what was run in cell [{wrong.number}]." in ran.text
    assert "learncnn-report" in ran.html
    assert "<script" not in ran.html
    assert ran.status == "ok"
    right = kernel.run(RIGHT)
    assert passes(kernel.run("check(corr2d)"))
    kernel.run("exec('def corr2d(X, K): return X')")
    ran = kernel.run("check(corr2d)")
    assert passes(ran)
    assert f"is not the one that cell [{right.number}] defines" in said(ran)


def test_cells_count_in_the_order_in_which_they_were_run(kernel):
    first = kernel.run(CALLER, "first")
    assert "slide" in kernel.run("check(corr2d)").text
    second = kernel.run(SLIDE, "second")
    ran = kernel.run("check(corr2d)")
    assert passes(ran)
    assert f"cells [{first.number}], [{second.number}], in the order" in said(ran)
    kernel.run("factor = 2", "third")
    scaled = "def corr2d(X, K, f=factor):\n    return slide(X, K) if f == 2 else X\n"
    kernel.run(scaled, "first")
    kernel.run("factor = 3", "third")
    assert passes(kernel.run("check(corr2d)"))
    kernel.run(scaled, "first")
    assert not passes(kernel.run("check(corr2d)"))


def test_names_classes_and_several_functions_are_taken(kernel):
    kernel.run(RIGHT)
    kernel.run("def output_size(n, k, padding=0, stride=1):\n    return n - k + 1\n")
    ran = kernel.run("check('ex01', output_size)")
    assert len(ran.shown) == 2
    assert "ex03" in ran.shown[1]["text/plain"]
    assert "output_size_total" not in ran.shown[1]["text/plain"].partition("Next:")[0]
    assert "ex04" in kernel.run("check(corr2d, exercise='ex04')").text


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("check(np.zeros(3))", "takes a function, not its result (ndarray)"),
        ("check({})", "not an object of type dict"),
        ("check(print)", "No exercise asks for a function 'print'."),
        ("check('conv2')", "Did you mean"),
        ("check(lambda X: X)", "which function a lambda is"),
        ("check()", "Say what to check"),
        ("check(corr2d, exercise='ex08')", "ex08 does not ask for 'corr2d', but for: conv2d"),
        ("check(corr2d, exercise=4)", "the name of an exercise in quotes"),
    ],
)
def test_wrong_use_is_a_sentence_without_a_traceback(kernel, call, words):
    kernel.run(RIGHT)
    ran = kernel.run(call)
    assert words in ran.error
    assert ran.error.count("\n") == 0
    assert ran.status == "error"


def test_what_real_notebooks_hold_costs_nothing(kernel):
    kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")  # not installed
    kernel.run("!echo hello\nfiles = !ls")
    timed = kernel.run("%%time\n" + RIGHT)
    kernel.run("import asyncio\nawait asyncio.sleep(0)")
    kernel.run("1 / 0")
    kernel.run("fig, axes = plt.subplots(1, 2)\nplt.show()")
    kernel.run("%%bash\necho hello")
    kernel.run("def broken(:")
    ran = kernel.run("%timeit -n1 -r1 corr2d(np.ones((3, 3)), np.ones((2, 2)))\ncheck(corr2d)")
    assert passes(ran)
    assert f"cell [{timed.number}]" in ran.text


def test_a_cell_that_was_changed_and_not_run_again_is_told(kernel, tmp_path):
    knows_its_notebook(kernel, tmp_path)
    right = kernel.run(RIGHT, "f")
    written(tmp_path, [("f", FLIPPED)], time.time() + 60)
    ran = kernel.run("check(corr2d)", "check")
    assert passes(ran)
    assert "would be judged differently: failed" in said(ran)
    assert f"Cell [{right.number}] was changed and not run again." in said(ran)


def test_a_cell_that_is_gone_and_one_that_was_not_run_are_told(kernel, tmp_path):
    knows_its_notebook(kernel, tmp_path)
    helper = kernel.run(SLIDE, "helper")
    kernel.run(CALLER, "f")
    written(tmp_path, [("f", CALLER)], time.time() + 60)
    ran = kernel.run("check(corr2d)", "check")
    assert f"What was run as [{helper.number}] is no longer in the notebook." in said(ran)
    written(tmp_path, [("helper", SLIDE), ("f", CALLER), ("new", FLIPPED)], time.time() + 60)
    ran = kernel.run("check(corr2d)", "check")
    assert "A cell of the notebook was not run: import numpy as np" in said(ran)


def test_another_order_in_the_file_is_told(kernel, tmp_path):
    knows_its_notebook(kernel, tmp_path)
    written(tmp_path, [("right", RIGHT), ("wrong", FLIPPED)], 1.0)
    kernel.run(FLIPPED, "wrong")
    kernel.run(RIGHT, "right")
    ran = kernel.run("check(corr2d)", "check")
    assert passes(ran)
    assert "run in another order than they have in the notebook" in said(ran)


def test_what_an_older_text_of_a_cell_defined_is_told_without_a_file(kernel):
    before = kernel.run(f"{SLIDE}\ntable = slide(np.ones((3, 3)), np.ones((2, 2)))", "helper")
    kernel.run(CALLER, "f")
    kernel.run("1 + 1", "helper")
    ran = kernel.run("check(corr2d)", "check")
    assert passes(ran)
    assert f"What was run as [{before.number}] no longer stands in its cell" in said(ran)


def test_a_notebook_that_would_be_judged_alike_is_not_mentioned(kernel, tmp_path):
    knows_its_notebook(kernel, tmp_path)
    kernel.run(RIGHT, "f")
    cells = [("f", RIGHT + "# the end\n"), ("x", "1 + 1")]
    for moment in (1.0, time.time() + 60):
        written(tmp_path, cells, moment)
        assert "differently" not in said(kernel.run("check(corr2d)", "check"))


def test_attempts_count_in_a_workspace_in_its_language(kernel, tmp_path):
    root = tmp_path / "学习"
    words = ["--lang", "zh", "start", str(root), "--notebooks"]
    subprocess.run([sys.executable, "-m", "learncnn", *words], check=True, capture_output=True)
    knows_its_notebook(kernel, root)
    wrong = kernel.run(FLIPPED)
    ran = kernel.run("check(corr2d)")
    assert f"评判的是单元格 [{wrong.number}]" in ran.text
    assert "旋转" in ran.html
    kernel.run(RIGHT)
    kernel.run("check(corr2d)")
    entry = load_progress(find_workspace(root)).of("ex01")
    assert entry.attempts == 2
    assert entry.passed


def test_without_the_extra_there_is_plain_text_and_what_to_install(kernel):
    kernel.run("import learncnn.grader.notebook_check.report_shown as shown")
    kernel.run("shown.find_spec = lambda name: None")
    kernel.run(RIGHT)
    ran = kernel.run("check(corr2d)")
    assert passes(ran)
    assert ran.html == ""
    assert 'pip install "learncnn[html]"' in said(ran)
    kernel.run("import importlib.util as util; shown.find_spec = util.find_spec")


def test_reports_of_grade_are_shown_alike(kernel):
    ran = kernel.run("import learncnn\nlearncnn.grade('def corr2d(X, K): return X', 'ex01')")
    assert "learncnn-report" in ran.html
    assert "Smallest failing case" in ran.text


def test_in_a_program_it_says_what_to_use_instead(tmp_path):
    program = "from learncnn import check\ndef corr2d(X, K): return X\ncheck(corr2d)\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "learncnn.grade" in done.stderr.splitlines()[-1]


def test_every_notebook_that_start_writes_runs_and_is_not_started(tmp_path):
    words = ["start", str(tmp_path), "--notebooks", "--lang", "en"]
    subprocess.run([sys.executable, "-m", "learncnn", *words], check=True, capture_output=True)
    notebook = nbformat.read(tmp_path / NAME, 4)
    checks = [cell for cell in notebook.cells if "check(" in cell.source]
    assert [cell.source for cell in checks] == [
        'from learncnn import check\n\ncheck(corr2d, exercise="ex01")'
    ]
    assert any("data:image/svg+xml;base64," in cell.source for cell in notebook.cells)
    for name in (NAME, "les01_opening.ipynb"):
        read = nbformat.read(tmp_path / name, 4)
        nbformat.validate(read)
        client = nbclient.NotebookClient(
            read, timeout=PATIENCE, resources={"metadata": {"path": str(tmp_path)}}
        )
        client.execute()
        shown = json.dumps(read.cells[-1].get("outputs", []))
        assert ("not started" in shown) == (name == NAME)


#: Counts open files, but for IPython's history and ZeroMQ's events, which come and go.
DESCRIPTORS = """
import os
def descriptors():
    links = []
    for entry in os.scandir("/proc/self/fd"):
        try:
            links.append(os.readlink(entry.path))
        except FileNotFoundError:  # of the scan itself
            continue
    return sum(".ipython" not in link and "eventfd" not in link for link in links)
"""


def descriptors(kernel):
    kernel.run(DESCRIPTORS)
    return int(kernel.value("descriptors()"))


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
@pytest.mark.parametrize(
    ("checks", "interrupts"), [(8, 2), pytest.param(1000, 50, marks=pytest.mark.full)]
)
def test_checks_and_interrupts_keep_all_descriptors_and_the_worker(kernel, checks, interrupts):
    kernel.run(RIGHT, "f")
    for _ in range(2):
        assert passes(kernel.run("check(corr2d)", "check"))
    time.sleep(1)
    before = descriptors(kernel)
    zygotes = worker_of(kernel)
    for _ in range(checks):
        assert passes(kernel.run("check(corr2d)", "check"))
    for _ in range(interrupts):
        kernel.run(ENDLESS, "f")
        started = kernel.start("print('begun', flush=True)\ncheck(corr2d)", "check")
        time.sleep(0.5)
        kernel.interrupt()
        assert "KeyboardInterrupt" in kernel.finish(started).error
        kernel.run(RIGHT, "f")
        assert passes(kernel.run("check(corr2d)", "check"))
    time.sleep(1)
    assert descriptors(kernel) == before
    assert worker_of(kernel) == zygotes


def worker_of(kernel):
    """Return the processes that the kernel itself has started."""
    return kernel.value("open(f'/proc/self/task/{__import__(\"os\").getpid()}/children').read()")


def test_colours_follow_the_notebooks_theme_and_not_the_systems():
    assert "prefers-color-scheme" not in scoped_style()
