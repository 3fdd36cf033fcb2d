"""Test that `grade` and `regrade` on a cluster give the gradebook of a local run in all events."""

import json
import subprocess
import sys

import pytest

from ..gradebook.conftest import rows_of
from ..gradebook.postgres import Server, binaries
from .command_line import after
from .test_faults import sources


@pytest.fixture
def a_class(submissions):
    """Right, wrong and hostile ones, all different, in a folder for each student."""

    def a_class(count):
        return submissions(
            {f"s{t.number:04d}/ex01.py": t.submission.source for t in sources(count)}, "class"
        )

    return a_class


def test_a_cluster_ends_with_the_rows_of_this_machine(learncnn, a_class, cluster, tmp_path):
    folder = a_class(60)
    cluster.start_machine()
    cluster.start_machine()
    cluster.wait()
    places = [tmp_path / name for name in ("here.sqlite", "there.sqlite")]
    for place, options in zip(places, [("--jobs", 2), ("--cluster", cluster.address)], strict=True):
        code, _, err = learncnn("grade", "--practice", folder, "--gradebook", place, *options)
        assert code == 0, err
    assert rows_of(places[1]) == rows_of(places[0])
    options = ("--gradebook", places[1], "--cluster", cluster.address, "--practice", "--json")
    code, out, err = learncnn("regrade", "ex01", *options)
    assert code == 0, err
    assert json.loads(out)["regraded"] == 0


def test_a_run_whose_scheduler_was_killed_is_resumed(learncnn, a_class, cluster, tmp_path):
    folder, place = a_class(300), tmp_path / "there.sqlite"
    cluster.start_machine()
    cluster.wait()

    def strike():
        cluster.scheduler.kill()
        cluster.scheduler.wait()

    words = ("--practice", "--gradebook", place, "--cluster", cluster.address)
    code, _, err = learncnn("grade", folder, *words, when=after(place, 20, strike))
    assert code == 5
    assert "--resume" in err
    cluster.start_scheduler()
    cluster.start_machine()
    cluster.wait()
    code, _, err = learncnn("grade", "--resume", *words)
    assert code == 0, err
    assert len(rows_of(place)["reports"]) == 300


@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
def test_a_database_that_goes_away_midway_loses_nothing(learncnn, a_class, cluster, tmp_path):
    folder, server = a_class(200), Server()
    try:
        place = server.database("there")
        cluster.start_machine()
        cluster.wait()
        words = ("--practice", "--gradebook", place, "--cluster", cluster.address)
        code, _, err = learncnn("grade", folder, *words, when=after(place, 20, server.halt))
        assert code != 0, err
        server.start()
        code, _, err = learncnn("grade", "--resume", *words)
        assert code == 0, err
        here = tmp_path / "here.sqlite"
        assert learncnn("grade", "--practice", folder, "--gradebook", here)[0] == 0
        assert rows_of(place) == rows_of(here)
    finally:
        server.stop()


def test_nothing_of_dask_is_imported_without_a_cluster(a_class, tmp_path):
    program = (
        "import sys; from learncnn.cli import main\n"
        f"words = ['grade', '--practice', {str(a_class(3))!r}, '--jobs', '1']\n"
        "try: main(words)\n"
        "except SystemExit: pass\n"
        "heavy = {'dask', 'distributed', 'tornado', 'msgspec', 'cryptography'}\n"
        "loaded = {name for name in sys.modules if name.startswith('learncnn.grader.cluster')}\n"
        "print(sorted(heavy & set(sys.modules) | loaded), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "[]"
