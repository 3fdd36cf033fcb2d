"""Test that a run of 2000 submissions ends with the rows of a local run, whatever happens.

Each event strikes at a random moment; its seed is the name of the test.
"""

import os
import random
import shutil
import signal
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..gradebook.conftest import rows_of
from ..gradebook.postgres import Server, binaries
from .clusters import Cluster, below
from .command_line import after
from .conftest import RIGHT, TORCH_RIGHT
from .rigged import DIES, KILLER_LINE, NO_LANDLOCK, OTHER_VERSION
from .test_faults import KILLS, kill
from .test_network import joined

pytestmark = pytest.mark.full

COUNT = 2000
ROOT = pytest.mark.skipif(
    os.geteuid() != 0 or not (shutil.which("ip") and shutil.which("nft")),
    reason="network namespaces need root, ip and nft",
)
POSTGRES = pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
RIGHTS = {"numpy": RIGHT, "torch": TORCH_RIGHT}


def class_of(framework, folder):
    """Write a class: one in ten is hostile, and one kills the machines that are rigged for it."""
    right = RIGHTS[framework]
    hostile = "import os\nos.kill(os.getppid(), 9)\nos._exit(0)\n" + right
    kinds = [hostile, *[right, right.replace("* K)", "* K.T)"), "def corr2d(:"] * 3]
    for n in range(COUNT):
        line = KILLER_LINE if n == COUNT // 2 else "#"
        file = folder / f"s{n:04d}" / "ex01.py"
        file.parent.mkdir(parents=True)
        file.write_text(f"{kinds[n % 10]}\n{line} {n}\n")
    return folder


@dataclass
class Scene:
    """A cluster and what happens to it.

    `repair` is called after a run that the event ends; `lost` if one submission gets no verdict.
    """

    cluster: Cluster
    gradebook: str | Path
    strike: object = None
    repair: object = None
    lost: bool = False


@contextmanager
def cluster_of(folder, *preloads):
    """A cluster with a machine for each rig."""
    cluster = Cluster(folder)
    try:
        for preload in preloads:
            cluster.start_machine(preload=preload)
        cluster.wait()
        yield cluster
    finally:
        cluster.stop()


def killing(what):
    """Kill a process of one of two machines."""

    @contextmanager
    def event(folder, chance):
        with cluster_of(folder, "", "") as cluster:
            yield Scene(
                cluster,
                folder / "there.sqlite",
                lambda: kill(KILLS[what](chance.choice(cluster.machines))),
            )

    return event


@contextmanager
def frozen(folder, chance):
    """Freeze one of two machines for a minute, and wake it."""
    with cluster_of(folder, "", "") as cluster:

        def strike():
            processes = below(chance.choice(cluster.machines).pid)
            kill(processes, signal.SIGSTOP)
            time.sleep(60)
            kill(processes, signal.SIGCONT)

        yield Scene(cluster, folder / "there.sqlite", strike)


def network(do):
    """Do something to the link of one of two machines."""

    @contextmanager
    def event(folder, chance):
        with joined(folder, 2) as (cluster, links):
            link = chance.choice(links)
            yield Scene(cluster, folder / "there.sqlite", lambda: do(link))

    return event


@contextmanager
def scheduler(folder, chance):
    """Kill the scheduler; start it again for the run that resumes."""
    with cluster_of(folder, "", "") as cluster:

        def strike():
            cluster.scheduler.kill()
            cluster.scheduler.wait()

        def repair():
            cluster.start_scheduler()
            cluster.start_machine()
            cluster.wait()

        yield Scene(cluster, folder / "there.sqlite", strike, repair)


@contextmanager
def postgresql(folder, chance):
    """Stop the database as a power cut does; start it again for the run that resumes."""
    server = Server()
    try:
        with cluster_of(folder, "", "") as cluster:
            yield Scene(cluster, server.database("there"), server.halt, server.start)
    finally:
        server.stop()


def unfit(preload):
    """One of two machines is refused."""

    @contextmanager
    def event(folder, chance):
        with cluster_of(folder, preload, "") as cluster:
            yield Scene(cluster, folder / "there.sqlite")

    return event


@contextmanager
def killer(folder, chance):
    """A submission kills the worker of the machine that grades it, each time."""
    with cluster_of(folder, DIES, DIES) as cluster:
        yield Scene(cluster, folder / "there.sqlite", lost=True)


EVENTS = {
    **{f"{what} {n}": killing(what) for what in KILLS for n in (1, 2)},
    "frozen 1": frozen,
    "frozen 2": frozen,
    "link down for 15 s": network(lambda link: link.cut(seconds=15)),
    "link down": network(lambda link: link.cut()),
    "2 % loss": network(lambda link: link.lose(2)),
    "scheduler": scheduler,
    "PostgreSQL": postgresql,
    "other version": unfit(OTHER_VERSION),
    "no landlock": unfit(NO_LANDLOCK),
    "killer": killer,
}
MARKS = {"link down for 15 s": ROOT, "link down": ROOT, "2 % loss": ROOT, "PostgreSQL": POSTGRES}


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    """The folder of a class by framework."""
    return {each: class_of(each, tmp_path_factory.mktemp(each) / "class") for each in RIGHTS}


@pytest.fixture(scope="module")
def local_rows():
    """The rows of a local run by framework, once there was one."""
    return {}


@pytest.mark.parametrize(
    "event", [pytest.param(name, marks=MARKS.get(name, ())) for name in EVENTS]
)
@pytest.mark.parametrize("framework", RIGHTS)
def test_2000_submissions_survive(learncnn, classes, local_rows, tmp_path, framework, event):
    chance = random.Random(f"{framework} {event}")
    words = ("grade", "--practice", "--framework", framework)
    if framework not in local_rows:
        here = tmp_path / "here.sqlite"
        code, _, err = learncnn(*words, classes[framework], "--gradebook", here)
        assert code == 0, err
        local_rows[framework] = rows_of(here)
    with EVENTS[event](tmp_path, chance) as scene:
        words += ("--gradebook", scene.gradebook, "--cluster", scene.cluster.address)
        when = None
        if scene.strike:
            when = after(scene.gradebook, chance.randrange(100, 1500), scene.strike)
        code, out, err = learncnn(*words, classes[framework], when=when)
        if scene.repair:
            assert code != 0, err
            assert "--resume" in err
            scene.repair()
            code, _, err = learncnn(*words, "--resume")
        found, expected = rows_of(scene.gradebook), local_rows[framework]
    if not scene.lost:
        assert code == 0, err
        assert found == expected
        return
    assert "no verdict" in out, err
    assert sizes(found, expected) == {"submissions": 1}  # with the fault
    assert sizes(expected, found) == {"submissions": 1, "reports": 1, "gradings": 1}


def sizes(rows, others):
    """Return by table how many rows are not among the others, where there are any."""
    more = {table: Counter(found) - Counter(others[table]) for table, found in rows.items()}
    return {table: count.total() for table, count in more.items() if count}
