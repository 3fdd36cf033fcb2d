"""The tables of operators agree with torch itself."""

from __future__ import annotations

from functools import reduce

import pytest

from learncnn.grader.sandbox.forbidden.operators import DISPATCHED, SPELLINGS

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("name", sorted(n for n in SPELLINGS if n.startswith("torch.")))
def test_a_documented_name_exists(name: str) -> None:
    assert reduce(getattr, name.split(".")[1:], torch) is not None


@pytest.mark.parametrize("name", sorted(DISPATCHED))
def test_a_dispatched_operator_exists(name: str) -> None:
    assert any(hasattr(torch.ops.aten, operator) for operator in DISPATCHED[name])
