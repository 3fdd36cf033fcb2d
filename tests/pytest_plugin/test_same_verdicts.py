"""Test that the plugin and `learncnn check` give equal verdicts on right and wrong submissions."""

import json
import random
import subprocess
import sys
from collections import defaultdict

import pytest

from learncnn.grader.course.catalog import load_catalog

from ..exercises.test_correct_solutions import solutions
from ..exercises.test_mistaken_solutions import MISTAKEN, mistakes

#: How many exercises are drawn where not all are compared.
DRAWN = 6
SEED = 21
#: Into how many tests the corpus is divided, so that several processes share it.
PARTS = 6


def corpus(framework):
    """Return sources by exercise: what is right, and what is wrong."""
    right, wrong = defaultdict(list), defaultdict(list)
    for parameters in solutions():
        id, library, source = parameters.values
        if library == framework:
            right[id].append(source)
    for parameters in mistakes():
        id, library, source, _ = parameters.values
        if library == framework:
            wrong[id].append(source)
    if framework == "numpy":
        for id, source, _ in MISTAKEN:
            wrong[id].append(source)
    return right, wrong


def workspaces(right, wrong):
    """Yield {exercise: source} until all sources were taken, one for each exercise at a time."""
    pools = {id: [*right[id], *wrong[id]] for id in {*right, *wrong}}
    while any(pools.values()):
        yield {id: pool.pop() for id, pool in pools.items() if pool}


class Recorder:
    """What pytest collects and how it ends."""

    def __init__(self):
        self.items, self.outcomes = [], {}

    def pytest_collection_finish(self, session):
        self.items = list(session.items)

    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            self.outcomes[report.nodeid] = report.outcome


def compare(root, framework, sources):
    """Assert that both say the same of a workspace with these sources."""
    command = [sys.executable, "-m", "learncnn"]
    words = ["start", "--framework", framework, str(root)]
    subprocess.run([*command, *words], check=True, capture_output=True, timeout=120)
    names = []
    for id, source in sources.items():
        names.append(f"{load_catalog().resolve(id).folder}.py")
        (root / names[-1]).write_text(source, "utf-8")
    words = ["check", "--json", *names]
    told = subprocess.run([*command, *words], cwd=root, capture_output=True, timeout=600)
    document = json.loads(told.stdout)
    reports = document.get("reports", [document])
    assert len(reports) == len(sources)
    expected = {}
    for report in reports:
        groups = defaultdict(list)
        for verdict in report["verdicts"]:
            place = report["exercise"], verdict["function"], verdict["group"]
            groups[place].append((verdict["case"], verdict["status"]))
        expected |= groups
    recorder = Recorder()
    quiet = ["-q", "-p", "no:cacheprovider", "--learncnn", f"--rootdir={root}", "-c", "/dev/null"]
    pytest.main([*quiet, *(str(root / name) for name in names)], plugins=[recorder])
    found = {
        (item.file.info.id, item.parent.name, item.name): [
            (verdict.case, verdict.status) for verdict in item.verdicts()
        ]
        for item in recorder.items
    }
    assert found == expected
    passed = {
        (item.file.info.id, item.parent.name, item.name)
        for item in recorder.items
        if recorder.outcomes[item.nodeid] == "passed"
    }
    assert passed == {
        place
        for place, verdicts in expected.items()
        if all(status == "passed" for _, status in verdicts)
    }


@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_a_drawn_sample_has_the_verdicts_of_check(kind, tmp_path, capsys):
    draw = random.Random(f"{SEED} {kind}")
    pool = dict(zip(("right", "wrong"), corpus("numpy"), strict=True))[kind]
    sources = {id: draw.choice(pool[id]) for id in draw.sample(sorted(pool), DRAWN)}
    compare(tmp_path / "study", "numpy", sources)


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_the_whole_corpus_has_the_verdicts_of_check(framework, part, tmp_path, capsys):
    for number, sources in enumerate([*workspaces(*corpus(framework))][part::PARTS]):
        compare(tmp_path / f"study{number}", framework, sources)
