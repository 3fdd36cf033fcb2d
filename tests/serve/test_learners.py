"""What the server rests on: a language for each request, benches that do any work, old readers."""

import threading
from concurrent.futures import CancelledError
from contextlib import suppress

import pytest

from learncnn.grader.batch.bench_threads import BenchThreads
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import RunStopped
from learncnn.grader.i18n.texts import language, speaking, use_language
from learncnn.grader.serve.event_streams import Event
from learncnn.grader.serve.learners import Learner
from learncnn.grader.serve.running_checks import RunningChecks
from learncnn.grader.workspace.workspace import Workspace

from .conftest import FLIPPED, RIGHT


@pytest.fixture(autouse=True)
def _english():
    use_language("en")


def test_each_thread_speaks_its_own_language():
    heard, both = {}, threading.Barrier(2)

    def speak(name):
        with speaking(name):
            both.wait(10)
            heard[name] = language()
            both.wait(10)

    threads = [threading.Thread(target=speak, args=(name,)) for name in ("en", "zh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"en": "en", "zh": "zh"}
    assert language() == "en"


def test_an_event_is_made_once_in_each_language():
    made = []

    def make():
        made.append(language())
        return {"language": language()}

    event = Event("report", make)
    for name in ("en", "zh", "en", "zh"):
        with speaking(name):
            assert event.data() == {"language": name}
    assert made == ["en", "zh"]


class Bench:
    """A bench whose work waits until it is stopped."""

    def __init__(self):
        self.stopped = threading.Event()
        self.ended = False

    def stop(self):
        self.stopped.set()

    def clear_stop(self):
        self.stopped.clear()

    def close(self):
        self.ended = True

    def wait(self):
        assert self.stopped.wait(30)
        raise RunStopped


def test_what_is_cancelled_at_a_bench_is_stopped_and_the_next_is_done_in_its_own_language():
    benches = []

    def make():
        benches.append(Bench())
        return benches[-1]

    threads = BenchThreads(make, 1)
    waiting = threads.submit(Bench.wait)
    waiting.cancel()
    with pytest.raises(CancelledError):
        waiting.result(30)
    with speaking("zh"):
        said = threads.submit(lambda bench: language())
    assert said.result(30) == "zh"
    threads.end()
    assert [bench.ended for bench in benches] == [True]


@pytest.fixture
def two_learners(tmp_path):
    """Two learners of one server, each with a file of ex01."""
    info = load_catalog().exercises["ex01"]
    learners = []
    for name, source in (("ann", RIGHT), ("bob", FLIPPED)):
        root = tmp_path / name
        root.mkdir()
        (root / f"{info.folder}.py").write_text(source)
        learners.append(Learner(Workspace(root), "en"))
    return info, learners


def test_learners_of_one_server_have_their_own_files_checks_and_progress(two_learners):
    info, (ann, bob) = two_learners
    checks = RunningChecks()
    try:
        of_ann, of_bob = checks.start(ann, info), checks.start(bob, info)
        for each in (of_ann, of_bob):
            with suppress(CancelledError):
                each.future.result(60)
    finally:
        checks.close()
    assert of_ann.event.data()["state"] == "passed"
    assert of_bob.event.data()["state"] == "failed"
    assert checks.find(ann, of_bob.number) is None
    assert checks.find(ann, of_ann.number) is of_ann
    assert "passed" in (ann.workspace.state_dir / "progress.json").read_text()
    assert "FLIP" in (bob.workspace.state_dir / "progress.json").read_text()
