"""Encode and decode the messages between grader and worker.

Grader to worker: `load` (source, driver, forbidden names); after its answer `inputs`, if the first
calls are in the file of inputs, and one `call` per case; `end`.
Worker to grader: `ready` after it is locked and before it has seen a source; `read` before the
source runs, if it names forbidden operators; `load`, then one `case` per call, in order; `done`,
with what the submission consulted, so that surplus answers are noticed. Each call gets a new random
id each time it is sent. No message means "passed": a submission that forges one only returns
another array.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from ..source.notes import KINDS, NOTES, TEXT, LoadNote
from .frames import PREFIX, FrameError, frame
from .outcome import ArrayInfo, Kind, Outcome, Raised
from .values import DEFAULT_BOUNDS, Bounds, ValuesError, pack, rebuild, unpack

Json = Any

#: Bounds of a call, which is trusted; large cases for a GPU exceed the bounds of an answer.
CALL_BOUNDS = Bounds(total_bytes=1 << 30)
#: Kinds that a worker can report; the others are the grader's own observations.
REPORTED = frozenset(get_args(Kind)) - {"timeout", "crashed", "protocol"}
#: Kinds of values that a submission may consult and that differ between processes.
CONSULTED = frozenset({"clock", "entropy", "process", "address", "hash"})
#: Placeholder of a call's id in a stored frame, and its offset in the frame, in bytes.
_NO_ID = "--------"
_ID_AT = PREFIX.size + len('{"kind":"call","id":"')
#: Maximum number of names in a list, and of characters in a name.
NAMES = 64
NAME_LENGTH = 256
_TEXT = 4096


def load(
    source: str,
    filename: str,
    driver: str,
    forbidden: Sequence[str],
    *,
    large: bool = False,
    wanted: Sequence[str] = (),
    cells: Sequence[int] = (),
    signatures: Mapping[str, tuple[int, Mapping[str, object]]] = {},
    careful: bool = False,
    seconds: float = 10.0,
) -> bytes:
    """Return the frame that gives a worker its submission.

    With `large`, calls will come in the file of inputs. `wanted` are the functions that will be
    called, `cells` the first lines of a notebook's cells, `signatures` those of the stub's
    functions. With `careful` only definitions and harmless statements run; `seconds` is how
    long the grader waits.
    """
    parts = [source.encode(), driver.encode()]
    header = {
        "kind": "load",
        "filename": filename,
        "sizes": [len(part) for part in parts],
        "forbidden": list(forbidden),
        "large": large,
        "wanted": list(wanted),
        "cells": list(cells),
        "signatures": dict(signatures),
        "careful": careful,
        "seconds": seconds,
    }
    return frame(header, parts)


def loaded(printed: int, notes: Sequence[LoadNote]) -> bytes:
    """Return the frame that reports a loaded source, and the `printed` bytes of output."""
    return frame(
        {"kind": "load", "printed": printed, "notes": [note[:4] for note in notes[:NOTES]]}
    )


def inputs(size: int) -> bytes:
    """Return the frame that announces `size` bytes of frames in the file of inputs."""
    return frame({"kind": "inputs", "size": size})


def call(function: str, driver: str, arguments: Mapping[str, object], positional: int) -> bytes:
    """Return the frame that requests one call, without an id; see `with_ids`.

    Raises ValuesError for arguments that are not plain.
    """
    tree, specs, arrays = pack(dict(arguments), CALL_BOUNDS)
    header = {
        "kind": "call",
        "id": _NO_ID,
        "function": function,
        "driver": driver,
        "positional": positional,
        "tree": tree,
        "specs": specs,
    }
    return frame(header, arrays)


END = frame({"kind": "end"})


def with_ids(calls: Sequence[bytes], ids: Sequence[str]) -> list[bytes | memoryview]:
    """Return the parts of frames made by `call`, each with its id of eight hexadecimal digits."""
    after = _ID_AT + len(_NO_ID)
    parts: list[bytes | memoryview] = []
    for data, id in zip(calls, ids, strict=True):
        parts += (data[:_ID_AT], id.encode(), memoryview(data)[after:])
    return parts


def done(consulted: Iterable[str]) -> bytes:
    """Return the frame after the last answer."""
    return frame({"kind": "done", "consulted": list(consulted)})


def read_consulted(header: Mapping[str, Json]) -> frozenset[str]:
    """Return what a submission consulted, from a hostile frame. Raises FrameError."""
    found = frozenset(_texts(header.get("consulted")))
    if not found <= CONSULTED:
        raise FrameError("unknown things consulted")
    return found


def arguments(header: Mapping[str, Json], payload: bytes | memoryview) -> dict[str, object]:
    """Return the arguments of a `call`, in order; the sender is trusted."""
    value = rebuild(header["tree"], header["specs"], payload)
    assert isinstance(value, dict)
    return value


def outcome(head: Mapping[str, Json], result: Outcome, bounds: Bounds = DEFAULT_BOUNDS) -> bytes:
    """Return the frame of an outcome; a value that does not fit becomes `refused`."""
    header: dict[str, Json] = {**head, "outcome": result.kind}
    if result.seconds:
        header["seconds"] = result.seconds
    error = result.error
    if error is not None:
        header["error"] = {
            "type": error.type,
            "bases": list(error.bases),
            "message": error.message,
            "line": error.line,
            "text": error.text,
            "function": error.function,
        }
    for name in ("mutated", "aliased", "forbidden", "names"):
        if listed := getattr(result, name):
            header[name] = list(listed)
    if result.detail:
        header["detail"] = result.detail
    if result.kind != "value":
        return frame(header)
    try:
        tree, specs, arrays = pack(result.value, bounds)
        header |= {"tree": tree, "specs": specs}
        header["arrays"] = [[info.library, info.device] for info in result.arrays]
        return frame(header, arrays)
    except (ValuesError, FrameError) as refused:
        detail = str(refused)
    return outcome(head, Outcome("refused", detail=detail, seconds=result.seconds))


def read_outcome(
    header: Mapping[str, Json],
    payload: bytes,
    forbidden: Sequence[str] = (),
    bounds: Bounds = DEFAULT_BOUNDS,
) -> Outcome:
    """Return the outcome in a hostile frame. Raises FrameError or ValuesError.

    `forbidden` are the names that the job forbids; a frame that reports another one is refused.
    """
    kind = header.get("outcome")
    if type(kind) is not str or kind not in REPORTED:
        raise FrameError("unknown outcome")
    value: object = None
    arrays: tuple[ArrayInfo, ...] = ()
    if kind == "value":
        value = unpack(header.get("tree"), header.get("specs"), payload, bounds)
        arrays = _infos(header.get("arrays"))
    elif payload:
        raise FrameError("a payload without a value")
    used = _texts(header.get("forbidden"))
    if not set(used) <= set(forbidden):
        raise FrameError("a forbidden name that is not on the list")
    return Outcome(
        kind,  # type: ignore[arg-type]
        value=value,
        arrays=arrays,
        error=_error(header.get("error")) if kind == "raised" else None,
        mutated=_texts(header.get("mutated")),
        aliased=_texts(header.get("aliased")),
        forbidden=used,
        detail=_text(header.get("detail", "")),
        names=_texts(header.get("names")),
        seconds=_seconds(header.get("seconds", 0.0)),
    )


def read_notes(item: Json) -> tuple[LoadNote, ...]:
    """Return the notes on how a source was loaded, from a hostile frame. Raises FrameError."""
    if item is None:
        return ()
    if type(item) is not list or len(item) > NOTES:
        raise FrameError("malformed list of notes")
    return tuple(_note(note) for note in item)


def _note(item: Json) -> LoadNote:
    if type(item) is not list or len(item) != 4 or type(item[2]) is not list:
        raise FrameError("malformed note")
    kind, name, lines, text = item
    if type(kind) is not str or kind not in KINDS or len(lines) > NOTES:
        raise FrameError("malformed note")
    if not all(type(line) is int and 0 <= line < 1 << 31 for line in lines):
        raise FrameError("malformed note")
    return LoadNote(kind, _text(name, TEXT), tuple(lines), _text(text, TEXT))


def _infos(item: Json) -> tuple[ArrayInfo, ...]:
    if type(item) is not list or len(item) > DEFAULT_BOUNDS.arrays:
        raise FrameError("malformed array list")
    if not all(type(pair) is list and len(pair) == 2 for pair in item):
        raise FrameError("malformed array list")
    return tuple(ArrayInfo(_text(library, 40), _text(device, 40)) for library, device in item)


def _error(item: Json) -> Raised:
    if type(item) is not dict:
        raise FrameError("an exception without a description")
    line = item.get("line")
    if line is not None and (type(line) is not int or not 0 <= line < 1 << 31):
        raise FrameError("malformed line")
    return Raised(
        type=_text(item.get("type"), NAME_LENGTH),
        bases=_texts(item.get("bases")),
        message=_text(item.get("message")),
        line=line,
        text=_text(item.get("text")),
        function=_text(item.get("function")),
    )


def _text(item: Json, length: int = _TEXT) -> str:
    if type(item) is not str or len(item) > length:
        raise FrameError("malformed text")
    # Lone surrogates, which JSON can encode, could not be printed or stored later.
    return item.encode("utf-8", "replace").decode("utf-8")


def _texts(item: Json) -> tuple[str, ...]:
    if item is None:
        return ()
    if type(item) is not list or len(item) > NAMES:
        raise FrameError("malformed list of names")
    return tuple(_text(name, NAME_LENGTH) for name in item)


def _seconds(item: Json) -> float:
    if type(item) not in (int, float):
        raise FrameError("malformed time")
    try:
        seconds = float(item)
    except OverflowError:
        raise FrameError("malformed time") from None
    return seconds if math.isfinite(seconds) and seconds >= 0 else 0.0
