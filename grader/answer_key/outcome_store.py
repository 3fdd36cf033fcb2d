"""Write one outcome of a key as JSON and raw array bytes, and read it back."""

from __future__ import annotations

from ..sandbox.protocol.outcome import ArrayInfo, Outcome, Raised
from ..sandbox.protocol.values import Bounds, Json, ValuesError, pack, rebuild

KEY_BOUNDS = Bounds(total_bytes=1 << 32)
#: Exceptions that damaged JSON raises when it is read.
MALFORMED = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    ValuesError,
)
#: Fields that most outcomes have with these contents, which are not written.
_USUAL: Json = {
    "kind": "value",
    "devices": [],
    "error": None,
    "mutated": [],
    "aliased": [],
    "detail": "",
}
#: The fields of an outcome that is a value and nothing else.
ONLY_VALUE = {"value", "devices"}


class Blob:
    """Raw array bytes read in the order in which they were written."""

    def __init__(self, content: bytes | memoryview) -> None:
        self._content = memoryview(content)
        self._offset = 0

    def seek(self, offset: int) -> None:
        """Read from this offset next."""
        self._offset = offset

    def take(self, length: int) -> memoryview:
        """Return the next bytes. Raises ValuesError if there are fewer."""
        taken = self._content[self._offset : self._offset + length]
        if len(taken) != length:
            raise ValuesError("payload too short")
        self._offset += length
        return taken


def write_outcome(outcome: Outcome, blob: bytearray) -> Json:
    """Return the JSON of an outcome, whose arrays are appended to `blob`."""
    error = outcome.error
    written = {
        "kind": outcome.kind,
        "value": write_value(outcome.value, blob),
        "devices": [[info.library, info.device] for info in outcome.arrays],
        "error": [error.type, list(error.bases)] if error else None,
        "mutated": list(outcome.mutated),
        "aliased": list(outcome.aliased),
        "detail": outcome.detail,
    }
    return {name: item for name, item in written.items() if (name, item) not in _USUAL.items()}


def read_outcome(item: Json, blob: Blob) -> Outcome:
    """Rebuild an outcome from its JSON, and from the next bytes of `blob`."""
    value = read_value(item["value"], blob)
    arrays = tuple(ArrayInfo(*pair) for pair in item.get("devices", ()))
    if item.keys() <= ONLY_VALUE:
        return Outcome("value", value, arrays)
    item = {**_USUAL, **item}
    return Outcome(
        item["kind"],
        value,
        arrays,
        error=Raised(item["error"][0], tuple(item["error"][1])) if item["error"] else None,
        mutated=tuple(item["mutated"]),
        aliased=tuple(item["aliased"]),
        detail=item["detail"],
    )


def write_value(value: object, blob: bytearray) -> Json:
    """Return the JSON of a value, whose arrays are appended to `blob`."""
    tree, specs, arrays = pack(value, KEY_BOUNDS)
    before = len(blob)
    for array in arrays:
        blob.extend(array.tobytes())
    return [tree, specs, len(blob) - before]


def read_value(item: Json, blob: Blob) -> object:
    """Rebuild a value from its JSON, and from the next bytes of `blob`."""
    tree, specs, length = item
    return rebuild(tree, specs, blob.take(length))
