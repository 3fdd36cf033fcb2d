"""What each layer is for: without it, these attacks get through, and with all others on.

That also proves that the attacks can be noticed.
"""

import os

import pytest

from .arena import Arena, attacks, markers, opened_arena, verdicts_of

BREACHES = [(layer, attack) for attack in attacks() for layer in attack.breach_without]


@pytest.fixture(scope="module")
def arena():
    with opened_arena() as opened:
        yield opened


@pytest.mark.skipif(os.geteuid() != 0, reason="the manifest tells of root")
@pytest.mark.parametrize(("layer", "attack"), BREACHES, ids=lambda item: getattr(item, "id", item))
def test_without_a_layer_an_attack_gets_through(layer: str, attack, arena: Arena):
    report = arena.run(attack, without=layer)
    for path in markers():
        path.unlink()
    assert layer in dict(report.provenance.missing_layers)
    assert not verdicts_of(report) <= attack.accept
