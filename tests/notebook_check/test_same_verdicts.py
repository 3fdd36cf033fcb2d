"""Test that `check(…)` in a kernel and `learncnn check` give equal verdicts on the corpus."""

import json
import random

import pytest

from learncnn.grader.check.checking import Checker, CheckSettings, Target
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.runner import prestart
from learncnn.grader.submissions.framework import framework_of

from ..pytest_plugin.test_same_verdicts import corpus

#: How many submissions are drawn of each kind where not all are compared.
DRAWN = 5
SEED = 8
#: Seconds for a case, on both sides: verdicts must not depend on how busy the machine is.
SECONDS = 20.0
#: Has the kernel print each report on a whole exercise as JSON. What is imported and cached is
#: frozen, because `%reset` collects garbage, which would take most of the time of many checks.
PRINTING = f"""
import gc, json
from learncnn import check
import learncnn.grader.notebook_check.check_call as call
import learncnn.grader.runner.prestart as prestart
prestart.CHECK_SECONDS = {SECONDS}
call.show = lambda result, front: print(json.dumps(result.whole.to_json()))
gc.freeze()
"""
#: Undoes it, for the tests that the kernel is shared with.
RESTORING = """
import importlib
for module in (call, prestart):
    importlib.reload(module)
gc.unfreeze()
"""


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(prestart, "CHECK_SECONDS", SECONDS)


def verdicts(document):
    return document["state"], {v["case"]: v["status"] for v in document["verdicts"]}


def compare(kernel, folder, sources):
    """Assert that both say the same of these sources, pairs of an exercise and a text."""
    with Checker(CheckSettings()) as checker:
        for number, (id, source) in enumerate(sources):
            info = load_catalog().resolve(id)
            path = folder / f"{number}.py"
            path.write_text(source, "utf-8")
            target = Target(info, path, None, framework_of(source))
            report = checker.check(target).report
            kernel.run("%reset -f")
            kernel.run(PRINTING)
            kernel.run(source)
            # Not by its name, which a source may give to a function of its own.
            done = kernel.run(f"__import__('learncnn').check({id!r})")
            assert done.printed, f"{done}\n{source}"
            assert verdicts(json.loads(done.printed)) == verdicts(report.to_json()), source
    kernel.run(PRINTING + RESTORING)


@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_a_drawn_sample_has_the_verdicts_of_check(kind, kernel, tmp_path):
    draw = random.Random(f"{SEED} {kind}")
    pool = dict(zip(("right", "wrong"), corpus("numpy"), strict=True))[kind]
    sources = [(id, draw.choice(pool[id])) for id in draw.sample(sorted(pool), DRAWN)]
    compare(kernel, tmp_path, sources)


@pytest.mark.full
@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_the_whole_corpus_has_the_verdicts_of_check(framework, kernel, tmp_path):
    right, wrong = corpus(framework)
    for pool in (right, wrong):
        compare(kernel, tmp_path, [(id, text) for id in pool for text in pool[id]])
