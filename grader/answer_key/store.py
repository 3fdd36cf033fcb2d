"""Store a key as one .npz file of bytes: a JSON header, no pickle, hashed, written atomically.

Members: `header` (JSON: identity, cases, digest), `inputs` and `expected` (raw array bytes),
`mutants_header` (JSON) and `mutants` (array bytes, see `mutant_store`). The mutants are read only
when a wrong answer has to be explained.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from ..errors import DamagedKey
from ..files.writing import PRIVATE as OWNER_ONLY
from ..files.writing import opened_aside
from ..sandbox.protocol.values import Json
from .compare import Precision
from .key import AnswerKey, Case, Identity, MutantAnswers
from .mutant_store import read_mutants, write_mutants
from .outcome_store import MALFORMED, Blob, read_outcome, read_value, write_outcome, write_value

KEY_FORMAT = 5
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
    mode = OWNER_ONLY if key.identity.private else None
    with opened_aside(path, mode=mode) as file:
        write_key(key, file)


def write_key(key: AnswerKey, file: IO[bytes]) -> None:
    """Write `key` to an open file. Raises DamagedKey if its misconceptions cannot be read."""
    members = _members(key.identity, key.cases, key.mutants)
    members["digest"] = key.digest.encode()
    _write_members(members, file)


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
        inputs, expected = Blob(main["inputs"]), Blob(main["expected"])
        cases = tuple(_read_case(item, inputs, expected) for item in header["cases"])
    except MALFORMED as error:
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
        return read_mutants(path, header, members["mutants"], cases)
    except MALFORMED as error:
        raise DamagedKey(f"{path}: malformed key ({error})") from error


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
        "mutants_header": _json(write_mutants(mutants, answers)),
        "mutants": bytes(answers),
    }
    members["mutants_digest"] = _mutants_digest(members)
    return members


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
        "arguments": write_value([case.arguments[name] for name in names], inputs),
        "expected": write_outcome(case.expected, expected),
        "precision": case.precision._asdict(),
        "fixed": case.fixed,
    }


def _read_case(item: Json, inputs: Blob, expected: Blob) -> Case:
    values: Any = read_value(item["arguments"], inputs)
    return Case(
        id=item["id"],
        function=item["function"],
        title=item["title"],
        group=item["group"],
        public=item["public"],
        arguments=dict(zip(item["names"], values, strict=True)),
        positional=item["positional"],
        driver=item["driver"],
        expected=read_outcome(item["expected"], expected),
        precision=Precision(**item["precision"]),
        fixed=item["fixed"],
    )


def _read_members(path: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _read_member(archive, name) for name in names}
    except FileNotFoundError:
        raise
    except UNREADABLE as error:
        raise DamagedKey(f"{path}: not a readable key ({error})") from error


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of a member, without allocating the size that its header claims."""
    with archive.open(name) as file:
        content = file.read(_MEMBER_BYTES + 1)
    if len(content) > _MEMBER_BYTES:
        raise ValueError("a member is too long")
    return content


def _write_members(members: Mapping[str, bytes], file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)  # dated 1980, so that equal keys are equal files
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=9)


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
