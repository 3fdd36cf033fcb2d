"""Store a key as one .npz file with a JSON header: no pickle, content-hashed, written atomically.

Members: `header` (JSON: identity, cases, digest), `inputs` and `expected` (raw array bytes),
`mutants_header` (JSON) and `mutants` (raw array bytes, each distinct outcome once). The mutants
are read only when a wrong answer has to be explained.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..errors import DamagedKey
from ..files.writing import PRIVATE as OWNER_ONLY
from ..files.writing import opened_aside
from ..sandbox.protocol.outcome import ArrayInfo, Outcome, Raised
from ..sandbox.protocol.values import Bounds, Json, ValuesError, pack, unpack
from .compare import Precision
from .key import PRIVATE, AnswerKey, Case, Identity, MutantAnswers

KEY_FORMAT = 3
KEY_BOUNDS = Bounds(total_bytes=1 << 32)
#: Exceptions that reading a damaged archive raises, depending on where the damage is.
UNREADABLE = (
    OSError,
    EOFError,
    KeyError,
    ValueError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
#: Exceptions that a damaged header raises.
_MALFORMED = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    ValuesError,
)
#: The .npy header of a row of bytes; no other part of numpy's format is supported here.
_ROW = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '\|u1', 'fortran_order': False, 'shape': \((\d+),\), \} *\n",
    re.DOTALL,
)
#: Maximum size of a member, in bytes: a hundred times the size of the largest key.
_MEMBER_BYTES = 256 << 20


def content_digest(
    identity: Identity, cases: tuple[Case, ...], mutants: tuple[MutantAnswers, ...]
) -> str:
    """Return the sha256 of a key's content, bit for bit; `agreement` compares across machines."""
    members = _members(identity, cases, mutants)
    return _digest(members)


def save_key(key: AnswerKey, path: Path) -> None:
    """Write `key` aside and rename it to `path`, so that no partial file is ever seen.

    The file of a private key is readable by its owner only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = OWNER_ONLY if key.identity.seed.startswith(PRIVATE) else None
    with opened_aside(path, mode=mode) as file:
        write_key(key, file)


def write_key(key: AnswerKey, file: IO[bytes]) -> None:
    """Write `key` to an open file. Raises DamagedKey if its misconceptions cannot be read."""
    members = _members(key.identity, key.cases, key.mutants)
    members["digest"] = key.digest.encode()
    arrays: dict[str, Any] = {
        name: np.frombuffer(content, np.uint8) for name, content in members.items()
    }
    np.savez_compressed(file, **arrays)


def load_key(path: Path) -> AnswerKey:
    """Read the key at `path`. Raises DamagedKey if its content differs from what was written."""
    main = _read_members(path, ("header", "inputs", "expected", "digest", "mutants_digest"))
    digest = main["digest"].decode("ascii", "replace")
    if _digest(main) != digest:
        raise DamagedKey(f"{path}: the key's contents do not match its digest")
    try:
        header = json.loads(main["header"])
        if header["format"] != KEY_FORMAT:
            raise DamagedKey(f"{path}: key format {header['format']}, not {KEY_FORMAT}")
        identity = Identity(**header["identity"])
        inputs, expected = _Blob(main["inputs"]), _Blob(main["expected"])
        cases = tuple(_read_case(item, inputs, expected) for item in header["cases"])
    except _MALFORMED as error:
        raise DamagedKey(f"{path}: malformed key ({error})") from error
    promised = main["mutants_digest"]
    return AnswerKey(identity, cases, digest, lambda: _load_mutants(path, promised, cases))


def _load_mutants(
    path: Path, promised: bytes, cases: tuple[Case, ...]
) -> tuple[MutantAnswers, ...]:
    members = _read_members(path, ("mutants_header", "mutants"))
    if _mutants_digest(members) != promised:
        raise DamagedKey(f"{path}: the key's misconceptions do not match their digest")
    try:
        header = json.loads(members["mutants_header"])
        pool = _Pool(path, list(header["pool"]), _Blob(members["mutants"]))
        rows = {
            name: {case.id: row for row, case in enumerate(c for c in cases if c.function == name)}
            for name in header["functions"]
        }
        return tuple(
            MutantAnswers(
                tuple(item["codes"]),
                item["function"],
                _Answers(rows[item["function"]], item["pool"], pool),
                tuple(item["breaks"]),
            )
            for item in header["mutants"]
        )
    except _MALFORMED as error:
        raise DamagedKey(f"{path}: malformed key ({error})") from error


class _Pool:
    """Distinct outcomes, each read on first use: one case is enough to rule out most mutants."""

    def __init__(self, path: Path, items: list[Json], blob: _Blob) -> None:
        self._path, self._items, self._blob = path, items, blob
        self._read: dict[int, Outcome] = {}

    def outcome(self, number: int) -> Outcome:
        if number not in self._read:
            try:
                self._read[number] = _read_outcome(self._items[number], self._blob)
            except _MALFORMED as error:
                raise DamagedKey(f"{self._path}: malformed key ({error})") from error
        return self._read[number]


class _Answers(Mapping[str, Outcome]):
    """One mutant's outcomes for all cases of a function."""

    def __init__(self, rows: dict[str, int], numbers: list[int], pool: _Pool) -> None:
        if len(rows) != len(numbers):
            raise ValueError("as many outcomes as cases were promised")
        self._rows, self._numbers, self._pool = rows, numbers, pool

    def __getitem__(self, case: str) -> Outcome:
        return self._pool.outcome(self._numbers[self._rows[case]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _members(
    identity: Identity, cases: tuple[Case, ...], mutants: tuple[MutantAnswers, ...]
) -> dict[str, bytes]:
    inputs, expected, answers = bytearray(), bytearray(), bytearray()
    header = {
        "format": KEY_FORMAT,
        "identity": identity._asdict(),
        "cases": [_write_case(case, inputs, expected) for case in cases],
    }
    members = {
        "header": _json(header),
        "inputs": bytes(inputs),
        "expected": bytes(expected),
        "mutants_header": _json(_write_mutants(mutants, answers)),
        "mutants": bytes(answers),
    }
    members["mutants_digest"] = _mutants_digest(members)
    return members


def _write_mutants(mutants: Sequence[MutantAnswers], blob: bytearray) -> Json:
    """Write every distinct outcome once, grouped by case: similar arrays compress well together."""
    written: dict[bytes, tuple[Json, bytes]] = {}
    groups: dict[tuple[str, str], dict[bytes, None]] = {}
    signatures: list[list[bytes]] = []
    for mutant in mutants:
        row = []
        for case, outcome in mutant.outcomes.items():
            own = bytearray()
            document = _write_outcome(outcome, own)
            signature = _json(document) + bytes(own)
            if signature not in written:
                written[signature] = document, bytes(own)
                groups.setdefault((mutant.function, case), {})[signature] = None
            row.append(signature)
        signatures.append(row)
    pool: list[Json] = []
    numbers: dict[bytes, int] = {}
    for signature in (one for group in groups.values() for one in group):
        document, own_bytes = written[signature]
        numbers[signature] = len(pool)
        pool.append({**document, "at": len(blob)})
        blob.extend(own_bytes)
    rows = [
        {
            "codes": list(mutant.codes),
            "function": mutant.function,
            "breaks": list(mutant.breaks),
            "pool": [numbers[signature] for signature in row],
        }
        for mutant, row in zip(mutants, signatures, strict=True)
    ]
    functions = sorted({row["function"] for row in rows if isinstance(row["function"], str)})
    return {"pool": pool, "functions": functions, "mutants": rows}


def _write_case(case: Case, inputs: bytearray, expected: bytearray) -> Json:
    names = list(case.arguments)
    return {
        "id": case.id,
        "function": case.function,
        "title": case.title,
        "group": case.group,
        "public": case.public,
        "positional": case.positional,
        "driver": case.driver,
        "names": names,
        "arguments": _write_value([case.arguments[name] for name in names], inputs),
        "expected": _write_outcome(case.expected, expected),
        "precision": case.precision._asdict(),
        "fixed": case.fixed,
    }


def _read_case(item: Json, inputs: _Blob, expected: _Blob) -> Case:
    values: Any = _read_value(item["arguments"], inputs)
    return Case(
        id=item["id"],
        function=item["function"],
        title=item["title"],
        group=item["group"],
        public=item["public"],
        arguments=dict(zip(item["names"], values, strict=True)),
        positional=item["positional"],
        driver=item["driver"],
        expected=_read_outcome(item["expected"], expected),
        precision=Precision(**item["precision"]),
        fixed=item["fixed"],
    )


def _write_outcome(outcome: Outcome, blob: bytearray) -> Json:
    error = outcome.error
    return {
        "kind": outcome.kind,
        "value": _write_value(outcome.value, blob),
        "devices": [[info.library, info.device] for info in outcome.arrays],
        "error": [error.type, list(error.bases)] if error else None,
        "mutated": list(outcome.mutated),
        "aliased": list(outcome.aliased),
        "detail": outcome.detail,
    }


def _read_outcome(item: Json, blob: _Blob) -> Outcome:
    if "at" in item:
        blob.seek(item["at"])
    error = Raised(item["error"][0], tuple(item["error"][1])) if item["error"] else None
    return Outcome(
        item["kind"],
        value=_read_value(item["value"], blob),
        arrays=tuple(ArrayInfo(*pair) for pair in item["devices"]),
        error=error,
        mutated=tuple(item["mutated"]),
        aliased=tuple(item["aliased"]),
        detail=item["detail"],
    )


def _write_value(value: object, blob: bytearray) -> Json:
    tree, specs, arrays = pack(value, KEY_BOUNDS)
    before = len(blob)
    for array in arrays:
        blob.extend(array.tobytes())
    return [tree, specs, len(blob) - before]


def _read_value(item: Json, blob: _Blob) -> object:
    tree, specs, length = item
    return unpack(tree, specs, blob.take(length), KEY_BOUNDS)


class _Blob:
    """Raw array bytes read in the order in which they were written."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self._offset = 0

    def seek(self, offset: int) -> None:
        self._offset = offset

    def take(self, length: int) -> memoryview:
        taken = self._content[self._offset : self._offset + length]
        if len(taken) != length:
            raise ValuesError("payload too short")
        self._offset += length
        return taken


def _read_members(path: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _row(archive, name) for name in names}
    except FileNotFoundError:
        raise
    except UNREADABLE as error:
        raise DamagedKey(f"{path}: not a readable key ({error})") from error


def _row(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of a member, without allocating the size that its header claims."""
    with archive.open(f"{name}.npy") as file:
        content = file.read(_MEMBER_BYTES + 1)
    row = _ROW.match(content)
    if row is None or len(content) > _MEMBER_BYTES or len(content) - row.end() != int(row[1]):
        raise ValueError("a member is not a row of bytes")
    return content[row.end() :]


def _digest(members: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in ("header", "inputs", "expected", "mutants_digest"):
        digest.update(hashlib.sha256(members[name]).digest())
    return digest.hexdigest()


def _mutants_digest(members: dict[str, bytes]) -> bytes:
    digest = hashlib.sha256()
    for name in ("mutants_header", "mutants"):
        digest.update(hashlib.sha256(members[name]).digest())
    return digest.hexdigest().encode()


def _json(document: Json) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
