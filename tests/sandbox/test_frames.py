"""The frame reader and the outcome reader against a hostile stream."""

from __future__ import annotations

import contextlib
import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learncnn.grader.sandbox.protocol import messages
from learncnn.grader.sandbox.protocol.frames import (
    HEADER_BYTES,
    PREFIX,
    FrameError,
    FrameReader,
    frame,
)
from learncnn.grader.sandbox.protocol.outcome import ArrayInfo, Outcome, Raised
from learncnn.grader.sandbox.protocol.values import Bounds, ValuesError

LIMIT = 1 << 20
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


def read_all(data: bytes) -> list[tuple[dict[str, Any], bytes]]:
    reader = FrameReader(LIMIT)
    reader.feed(data)
    found = []
    while (taken := reader.take()) is not None:
        found.append(taken)
    return found


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_frames_or_a_frame_error(data: bytes) -> None:
    with contextlib.suppress(FrameError):
        read_all(data)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.dictionaries(st.text(), json_values), st.binary()), max_size=4))
def test_frames_survive_any_cut(parts: list[tuple[dict[str, Any], bytes]]) -> None:
    data = b"".join(frame(header, [payload]) for header, payload in parts)
    reader = FrameReader(LIMIT)
    found = []
    for byte in data:
        reader.feed(bytes([byte]))
        while (taken := reader.take()) is not None:
            found.append(taken)
    assert repr(found) == repr([(json.loads(json.dumps(h)), p) for h, p in parts])
    assert reader.pending == 0


@pytest.mark.parametrize(
    "data",
    [
        PREFIX.pack(HEADER_BYTES + 1, 0),
        PREFIX.pack(2, LIMIT + 1),
        PREFIX.pack(2, 0) + b"[]",
        PREFIX.pack(1, 0) + b"\xff",
        PREFIX.pack(60000, 0) + b"[" * 60000,
        PREFIX.pack(60000, 0) + b"9" * 60000,
        PREFIX.pack(4, 0) + b"nope",
    ],
)
def test_a_frame_out_of_bounds_is_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        read_all(data)


def test_a_size_is_refused_before_its_bytes_arrive() -> None:
    reader = FrameReader(LIMIT)
    reader.feed(struct.pack("<II", 10, 0xFFFFFFFF))
    with pytest.raises(FrameError, match="payload"):
        reader.take()


OUTCOMES = [
    Outcome("value", value=[np.arange(6.0).reshape(2, 3), 1], arrays=(ArrayInfo(),)),
    Outcome("value", value=float("nan")),
    Outcome("raised", error=Raised("E", ("ValueError",), "why", 3, "raise E", "f")),
    Outcome("missing", names=("g", "h")),
    Outcome("refused", detail="type generator", mutated=("X",), aliased=("K",)),
    Outcome("memory", seconds=0.5, forbidden=("torch.conv2d",)),
]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda o: o.kind)
def test_an_outcome_is_read_as_it_was_written(outcome: Outcome) -> None:
    ((header, payload),) = read_all(messages.outcome({"kind": "case", "id": "c"}, outcome))
    assert repr(messages.read_outcome(header, payload, ("torch.conv2d",))) == repr(outcome)


def forged(**changes: Any) -> Outcome:
    header = {
        "outcome": "value",
        "tree": {"a": 0},
        "specs": [["float64", [1], "C"]],
        "arrays": [["numpy", "cpu"]],
        "seconds": 0.0,
    }
    return messages.read_outcome({**header, **changes}, changes.pop("payload", b"\0" * 8))


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "passed"},
        {"outcome": "timeout"},
        {"outcome": ["value"]},
        {"specs": [["object", [1], "C"]]},
        {"specs": [["float64", [1 << 39], "C"]]},
        {"specs": [["float64", [1] * 65, "C"]]},
        {"specs": [["float64", [-1], "C"]]},
        {"specs": [["float64", [1], "C"]] * 65},
        {"specs": None},
        {"tree": {"a": 1}},
        {"tree": {"a": 0, "b": 0}},
        {"tree": {"l": [{"a": 0}, {"a": 0}]}},
        {"tree": {"d": [[{"l": []}, {"a": 0}]]}},
        {"tree": {"l": [0] * 5000 + [{"a": 0}]}},
        {"payload": b""},
        {"arrays": [["numpy"]]},
        {"arrays": [["numpy", 1]]},
        {"mutated": [1]},
        {"mutated": ["x"] * 65},
        {"mutated": ["x" * 257]},
        {"forbidden": ["anything"]},
        {"seconds": "fast"},
        {"seconds": 10**400},
        {"detail": {}},
        {"outcome": "raised", "payload": b""},
        {"outcome": "raised", "payload": b"", "error": {"type": "E", "line": -1}},
        {"outcome": "refused"},
    ],
    ids=str,
)
def test_a_forged_outcome_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises((FrameError, ValuesError)):
        forged(**changes)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["tree", "specs", "arrays", "error", "mutated", "detail", "names", "seconds"]
        ),
        json_values,
    ),
    st.sampled_from(sorted(messages.REPORTED)),
    st.binary(max_size=16),
)
def test_any_header_is_an_outcome_or_a_clean_error(
    header: dict[str, Any], kind: str, payload: bytes
) -> None:
    with contextlib.suppress(FrameError, ValuesError):
        messages.read_outcome({**header, "outcome": kind}, payload, (), Bounds())


def test_a_lone_surrogate_cannot_reach_the_report() -> None:
    outcome = messages.read_outcome({"outcome": "refused", "detail": "\ud800", "seconds": 0}, b"")
    assert outcome.detail == "?"


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan")])
def test_an_absurd_time_counts_as_none(seconds: float) -> None:
    assert messages.read_outcome({"outcome": "memory", "seconds": seconds}, b"").seconds == 0.0
