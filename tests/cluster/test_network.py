"""Test machines in network namespaces, joined by veth pairs that are cut or lose packets."""

import os
import shutil
import subprocess
import threading
from contextlib import contextmanager

import pytest

from learncnn.grader.batch.pool import Pool
from learncnn.grader.cluster import machine_roster
from learncnn.grader.gradebook.records import record_of

from .clusters import Cluster
from .test_faults import SETTINGS, assert_same, graded, sources

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(
        os.geteuid() != 0 or not (shutil.which("ip") and shutil.which("nft")),
        reason="network namespaces need root, ip and nft",
    ),
]


def run(*words):
    subprocess.run(words, check=True, capture_output=True)


class Link:
    """A network namespace and the pair of devices that joins it to this one."""

    def __init__(self, number):
        self.name = f"lcnn{os.getpid()}x{number}"
        self.device = f"lc{os.getpid() % 100000}x{number}"
        net = f"10.{200 + os.getpid() % 50}.{number}"
        self.ours, self.theirs = f"{net}.1", f"{net}.2"
        self.prefix = ("ip", "netns", "exec", self.name)
        run("ip", "netns", "add", self.name)
        peer = ("peer", "name", "eth0", "netns", self.name)
        run("ip", "link", "add", self.device, "type", "veth", *peer)
        run("ip", "addr", "add", f"{self.ours}/24", "dev", self.device)
        run("ip", "link", "set", self.device, "up")
        run(*self.prefix, "ip", "addr", "add", f"{self.theirs}/24", "dev", "eth0")
        run(*self.prefix, "ip", "link", "set", "eth0", "up")
        run(*self.prefix, "ip", "link", "set", "lo", "up")
        run(*self.prefix, "ip", "route", "add", "default", "via", self.ours)

    def lose(self, percent):
        """Lose so many packets of a hundred that come to the machine."""
        run(*self.prefix, "nft", "add", "table", "inet", "loss")
        chain = "{ type filter hook input priority 0 ; }"
        run(*self.prefix, "nft", f"add chain inet loss input {chain}")
        rule = f"add rule inet loss input iif eth0 numgen random mod 100 < {percent} drop"
        run(*self.prefix, "nft", rule)

    def cut(self, *, seconds=None):
        """Take the link down, for so long or for ever."""
        run("ip", "link", "set", self.device, "down")
        if seconds is not None:
            threading.Timer(seconds, self.mend).start()

    def mend(self):
        run("ip", "link", "set", self.device, "up")

    def remove(self):
        subprocess.run(("ip", "link", "del", self.device), capture_output=True)
        subprocess.run(("ip", "netns", "del", self.name), capture_output=True)


@contextmanager
def joined(folder, count):
    """A scheduler here, and so many machines that each have a network of their own."""
    links = []
    try:
        links += [Link(number) for number in range(count)]
        cluster = Cluster(folder, host="0.0.0.0")
        cluster.host = links[0].ours
        try:
            for link in links:
                cluster.host = link.ours
                cluster.start_machine(prefix=link.prefix, host=link.theirs)
            cluster.wait()
            cluster.host = "127.0.0.1"
            yield cluster, links
        finally:
            cluster.stop()
    finally:
        for link in links:
            link.remove()


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(machine_roster, "FIRST_SECONDS", 120.0)
    monkeypatch.setattr(machine_roster, "ALONE_SECONDS", 120.0)
    monkeypatch.setattr(machine_roster, "PROBE_SECONDS", 400.0)


def test_a_bad_network_changes_no_answer(tmp_path):
    tasks = sources(120)
    with joined(tmp_path, 2) as (cluster, links):
        answers = graded(cluster, tasks, when=40, do=lambda: links[0].lose(2))
    with Pool(SETTINGS, reduce=record_of) as pool:
        assert_same(answers, {done.number: done.result for done in pool.results(tasks)})
