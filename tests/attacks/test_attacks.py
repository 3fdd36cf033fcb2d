"""Hostile submissions: each gets a verdict it deserves and leaves nothing behind."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from .arena import (
    HERE,
    PRELUDE,
    REPORT_BYTES,
    RIGHT,
    SECONDS,
    Arena,
    Cost,
    attacks,
    key_of,
    markers,
    opened_arena,
    verdicts_of,
)

ATTACKS = attacks()
FRAMEWORKS = ("numpy", "torch") if find_spec("torch") else ("numpy",)


@pytest.fixture(scope="module")
def arena():
    with opened_arena() as opened:
        for framework in FRAMEWORKS:
            opened.runner(framework)
        assert verdicts_of(opened.grade(RIGHT, "ex01", "numpy")) == {"PASS"}
        yield opened


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_attack_gets_what_it_deserves(attack, arena: Arena):
    if attack.framework not in FRAMEWORKS:
        pytest.skip("torch is not installed")
    key_of(attack.exercise, attack.framework, attack.seed)  # is made once, and no attack's cost
    before = arena.settled()
    with Cost() as cost:
        report = arena.run(attack)
    assert cost.seconds < SECONDS
    assert cost.memory_mib < attack.memory_mib
    assert verdicts_of(report) <= attack.accept, [v.status for v in report.verdicts]
    assert report.provenance.missing_layers == ()
    assert len(json.dumps(report.to_json())) < REPORT_BYTES
    assert arena.settled() == before
    assert markers() == []
    assert verdicts_of(arena.grade(RIGHT, "ex01", "numpy")) == {"PASS"}


def test_a_secret_in_memory_would_be_found():
    (scan,) = (attack for attack in ATTACKS if attack.id == "B05_scan_the_heap")
    secrets = "[b'-'.join((b'attack', b'canary', b'%d' % n)) for n in range(10_000)]"
    program = f"{PRELUDE}\n{scan.source}\nsecrets = {secrets}\nassert found(), len(secrets)\n"
    # In a process of its own, because after other tests the heap has holes in many places.
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_submission_is_in_the_manifest():
    files = {path.stem for path in (HERE / "submissions").glob("*.py")}
    assert files == {attack.id for attack in ATTACKS}


def test_every_row_of_the_threat_model_has_an_attack():
    rows = {attack.id.split("_")[0] for attack in ATTACKS}
    expected = {f"{section}{n:02d}" for section, count in zip("ABCD", (24, 12, 17, 15), strict=True)
                for n in range(1, count + 1)}  # fmt: skip
    assert rows == expected
