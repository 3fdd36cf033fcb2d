"""The plain child and the sandboxed one come to the same report on right and wrong submissions.

The corpus is what the other tests hold and what `benchmarks/homework` holds; attacks are left out,
for there is nothing in a plain child that would stop them. A sample is drawn anew for each run,
and `--full` takes all of it.
"""

import random
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import tomllib

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.grading.planning import plan
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission, parse_submission

from ..exercises.test_correct_solutions import solutions
from ..exercises.test_mistaken_solutions import MISTAKEN, mistakes
from ..notebooks.conftest import notebook
from ..notebooks.test_loading import HARMLESS

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from homework_truth import FOLDER, manifest

EXERCISES = Path(__file__).parents[1] / "exercises"
SAMPLE = {"numpy": 12, "torch": 2}
#: What a submission meets at its worst, with what it meets it by.
HARD = {
    "loop": "def corr2d(X, K):\n    while True: pass\n",
    "loop at import": "def corr2d(X, K):\n    return X\nwhile True: pass\n",
    "syntax": "def corr2d(X, K)\n    return X\n",
    "raises": "def corr2d(X, K):\n    return X[100]\n",
    "exits": "import sys\ndef corr2d(X, K):\n    sys.exit(0)\n",
    "exits at import": "import sys\nsys.exit(0)\n",
    "no such package": "import scipy.signal\ndef corr2d(X, K):\n    return X\n",
    "torch in numpy": "import torch\ndef corr2d(X, K):\n    return X\n",
    "huge": "import numpy as np\ndef corr2d(X, K):\n    return np.zeros((10**7, 10**7))\n",
    "deep": "def corr2d(X, K):\n    return corr2d(X, K)\n",
    "prints": "def corr2d(X, K):\n    print('x' * 10**6)\n    return X\n",
    "reads a file": "data = open('image.png').read()\ndef corr2d(X, K):\n    return X\n",
    "reads the environment": "import os\nos.environ['HOME']\ndef corr2d(X, K):\n    return X\n",
    "asks": "n = input('size? ')\ndef corr2d(X, K):\n    return X\n",
    "random": "import random\ndef corr2d(X, K):\n    return X * random.random()\n",
    "counts": "n = []\ndef corr2d(X, K):\n    n.append(1)\n    return X * len(n)\n",
    "changes": "def corr2d(X, K):\n    X += 1\n    return X\n",
    "stub": "def corr2d(X, K):\n    raise NotImplementedError\n",
    "empty": "x = 1\n",
}
#: Patient, for nothing here may depend on how busy the machine is.
PATIENT = Limits(case_seconds=20.0, load_seconds=40.0)
LIMITS = {"numpy": PATIENT, "torch": PATIENT._replace(memory_mb=1024)}
#: As a check is, but for a machine that is busy.
IMPATIENT = Limits(case_seconds=3.0, load_seconds=6.0, second_try=False, losses_in_a_row=1)


class Handed(NamedTuple):
    """One submission of the corpus."""

    name: str
    exercise: str
    framework: str
    submission: Submission


def corpus():
    """Yield every submission of the tests that attacks nothing."""
    for found in solutions():
        yield handed(found.id, *found.values)
    for found in mistakes():
        yield handed(found.id, *found.values[:3])
    for number, (exercise, source, _) in enumerate(MISTAKEN):
        yield handed(f"mistaken-{number}", exercise, "numpy", source)
    for path in sorted((EXERCISES / "mistaken").glob("*.toml")):
        for framework, source in tomllib.loads(path.read_text("utf-8"))["right"].items():
            yield handed(f"right-{path.stem}-{framework}", path.stem, framework, source)
    for each in manifest():
        source = (FOLDER / each.file).read_text("utf-8")
        yield handed(each.file, each.exercise, each.framework, source)
    for info in load_catalog().exercises.values():
        for framework in info.libraries:
            shown = model_answers(info, framework).both
            yield handed(f"shown-{info.id}-{framework}", info.id, framework, shown)
    for name, cells in HARMLESS.items():
        read = parse_submission(notebook(*cells, "def corr2d(X, K):\n    return X"), "ex01.ipynb")
        yield Handed(f"notebook {name}", "ex01", "numpy", read)


def handed(name, exercise, framework, source):
    return Handed(name, exercise, framework, parse_submission(source.encode(), f"{exercise}.py"))


def said(report):
    """All that a report says but where and how the submission was run, and the reasons' words."""
    return {
        "state": report.state,
        "score": report.score,
        "points": report.points,
        "verdicts": [(v.case, v.status, v.broken) for v in report.verdicts],
        "diagnoses": report.diagnoses,
        "findings": report.findings,
        "promises": report.promises,
        "forbidden": report.forbidden,
        "notes": report.notes,
        "loading": [(note.kind, note.lines) for note in report.loading],
        "load error": report.load_error and (report.load_error.kind, kind(report.load_error)),
        "printed": report.stdout,
        "too much": report.stdout_truncated,
    }


def kind(outcome):
    return outcome.error and (outcome.error.type, outcome.error.line)


@pytest.fixture(scope="module")
def both():
    opened = {}

    def runners(framework, limits=None):
        limits = limits or LIMITS[framework]
        if (framework, limits) not in opened:
            opened[framework, limits] = [
                Runner((framework,), limits=limits, start=start) for start in ("fork", "plain")
            ]
        return opened[framework, limits]

    yield runners
    for pair in opened.values():
        for runner in pair:
            runner.close()


def compare(each, both, limits=None):
    info = load_catalog().resolve(each.exercise)
    key = practice_key(info, each.framework)
    planned = plan(each.submission, info, key)  # the lots are drawn once for both
    sandboxed, plain = (
        grade(each.submission, info, key, runner, ahead=True, planned=planned)[0]
        for runner in both(each.framework, limits)
    )
    assert "plain" in plain.provenance.layers
    assert "plain" not in sandboxed.provenance.layers
    assert said(plain) == said(sandboxed), each.name


def sample():
    """Yield some of the corpus, others in each run."""
    found = list(corpus())
    for framework, count in SAMPLE.items():
        yield from random.sample([each for each in found if each.framework == framework], count)


def test_a_sample_of_the_corpus_is_judged_alike(both):
    for each in sample():
        compare(each, both)


@pytest.mark.parametrize("name", HARD)
def test_what_goes_wrong_goes_wrong_alike(name, both):
    if name == "random":
        pytest.skip("answers by chance")
    compare(handed(name, "ex01", "numpy", HARD[name]), both, IMPATIENT)


@pytest.mark.full
@pytest.mark.parametrize("each", list(corpus()), ids=lambda each: each.name)
def test_the_whole_corpus_is_judged_alike(each, both):
    compare(each, both)
