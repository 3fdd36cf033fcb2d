"""The records document: a machine's answer to a tasks document, as JSON.

`records.schema.json` is its schema. A machine may have been taken over by the code that it grades,
so the grader trusts only the verdicts themselves: every other field is checked against the request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, cast

import msgspec
from msgspec import Meta

from .. import VERSION
from ..answer_key.key import AnswerKey
from ..batch.tasks import Done, GradingSettings, Killed, Task
from ..course.catalog import load_catalog
from ..errors import NO_MESSAGE, Message, RecordsRefused, UsageError
from ..gradebook.records import Record, packed_document, record_with
from ..gradebook.stored_messages import recalled, stored
from ..grading.report import Report
from .course_digest import course_digest
from .grader_keys import GraderKeys
from .report_document import ReportDocument, check_report, read_report, unpacked_report
from .task_document import BATCH_FORMAT, BatchHeader, Digest, check_versions, neutral_name

#: Maximum size of a document, in bytes; one of 64 submissions has about 150 000.
MAX_DOCUMENT = 64 << 20
#: Maximum length of a message, in characters.
MAX_MESSAGE = 4000

_StoredMessage = Annotated[str, Meta(max_length=MAX_MESSAGE)]


class MachineInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The machine that graded: its name, grading workers and layers of the sandbox."""

    host: Annotated[str, Meta(max_length=253)]
    jobs: Annotated[int, Meta(ge=1)]
    layers: tuple[str, ...]
    #: Layer → why it is missing.
    missing: dict[str, str]


class BatchFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a submission has no report; the message has the form in a gradebook."""

    message: _StoredMessage
    killed: Killed = ""


class BatchRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The result of one task: a report, as JSON compressed by zlib, or a fault."""

    number: int
    report: bytes | None = None
    fault: BatchFault | None = None
    seconds: Annotated[float, Meta(ge=0)] = 0.0


class RecordsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The results of a batch.

    `lacking` are digests of keys that the machine needs first; if there are any, nothing was
    graded. `ended` says why the machine could not continue; then records may be missing.
    """

    format: int
    learncnn: str
    course: str
    machine: MachineInfo
    records: tuple[BatchRecord, ...] = ()
    lacking: tuple[Digest, ...] = ()
    ended: _StoredMessage = ""


class BatchAnswer(NamedTuple):
    """The content of a checked records document."""

    machine: MachineInfo
    done: Sequence[Done[Record]]
    lacking: frozenset[str]
    #: Why the machine could not continue; NO_MESSAGE if it has answered everything.
    ended: Message


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(RecordsDocument)
_HEADER_DECODER = msgspec.json.Decoder(BatchHeader)


def write_records(
    machine: MachineInfo,
    done: Iterable[Done[bytes]] = (),
    *,
    lacking: Sequence[str] = (),
    ended: Message = NO_MESSAGE,
) -> bytes:
    """Return the results of a batch as a document; reports have the form in a gradebook."""
    document = RecordsDocument(
        format=BATCH_FORMAT,
        learncnn=VERSION,
        course=course_digest(),
        machine=machine,
        records=tuple(map(_entry, done)),
        lacking=tuple(lacking),
        ended=_stored(ended),
    )
    return _ENCODER.encode(document)


def read_records(
    content: bytes, tasks: Mapping[int, Task], settings: GradingSettings, keys: GraderKeys
) -> BatchAnswer:
    """Check a machine's answer to `tasks` (by number) and return it.

    Each task must be answered once, unless the machine lacks keys or has ended. Raises
    RecordsRefused, with the reason, for any other document; its machine is not trusted any more.
    """
    try:
        return _answer(content, tasks, settings, keys)
    except UsageError as error:
        raise RecordsRefused(error.message) from error
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise RecordsRefused("cluster", "bad_records", reason=_printable(str(error))) from error


def _answer(
    content: bytes, tasks: Mapping[int, Task], settings: GradingSettings, keys: GraderKeys
) -> BatchAnswer:
    if len(content) > MAX_DOCUMENT:
        raise ValueError(f"{len(content)} bytes")
    header = _HEADER_DECODER.decode(content)
    check_versions(header.format, header.learncnn, header.course)
    document = _DECODER.decode(content)
    machine = document.machine
    if not machine.host.isprintable():
        raise ValueError("machine.host")
    numbers = [record.number for record in document.records]
    if len(set(numbers)) < len(numbers) or not tasks.keys() >= set(numbers):
        raise ValueError("records of other tasks")
    asked = {keys.key(task.exercise, task.framework).digest for task in tasks.values()}
    if not asked.issuperset(document.lacking):
        raise ValueError("lacking keys of other tasks")
    if not document.ended and not document.lacking and len(numbers) < len(tasks):
        raise ValueError("records are missing")
    done = [_done(record, tasks[record.number], settings, keys) for record in document.records]
    return BatchAnswer(machine, done, frozenset(document.lacking), _message(document.ended))


def _done(
    record: BatchRecord, task: Task, settings: GradingSettings, keys: GraderKeys
) -> Done[Record]:
    if (record.report is None) == (record.fault is None):
        raise ValueError("neither a report nor a fault, or both")
    if record.fault is not None:
        error = _message(record.fault.message)
        if not error:
            raise ValueError("a fault without a message")
        return Done(task.number, None, error, record.seconds, record.fault.killed)
    assert record.report is not None
    text = unpacked_report(record.report)
    report = read_report(text)
    key = keys.key(task.exercise, task.framework)
    _check_provenance(report, task, settings, key)
    check_report(report, load_catalog().exercises[task.exercise], key)
    content = record.report
    if task.submission.filename != report.filename:
        content = packed_document(_with_name(text, report.filename, task.submission.filename))
    # The document has all fields that a record is made from, under the same names.
    made = record_with(cast(Report, report), content)
    return Done(task.number, made, seconds=record.seconds)


def _check_provenance(
    report: ReportDocument, task: Task, settings: GradingSettings, key: AnswerKey
) -> None:
    """Raise ValueError unless a report is on the task, made with the given settings and key."""
    found = report.provenance
    expected = {
        "exercise": (report.exercise, task.exercise),
        "filename": (report.filename, neutral_name(task.exercise)),
        "source_hash": (report.source_hash, task.submission.source_hash),
        "notes": (report.notes, dict(task.submission.notes)),
        "learncnn": (found.learncnn, VERSION),
        "exercise_version": (found.exercise_version, key.identity.version),
        "key_digest": (found.key_digest, key.digest),
        "seed": (found.seed, key.identity.seed),
        "framework": (found.framework, task.framework),
        "device": (found.device, key.identity.device),
    }
    for name, (theirs, ours) in expected.items():
        if theirs != ours:
            raise ValueError(f"{name}: {str(theirs)[:80]!r}, not {ours!r}")
    if found.missing_layers and settings.sandbox == "full":
        raise ValueError("missing_layers")


def _with_name(text: bytes, neutral: str, real: str) -> bytes:
    """Return a report's JSON with the neutral file name replaced by the real one everywhere.

    Raises ValueError if the JSON writes the neutral name with escapes.
    """
    if b'"filename":"%b"' % neutral.encode() not in text:
        raise ValueError("filename: written with escapes")
    # An exercise's name has only ASCII letters that need no escape, and `\e` is not an escape.
    quoted = json.dumps(real, ensure_ascii=False)[1:-1]
    return text.replace(neutral.encode(), quoted.encode("utf-8", "replace"))


def _entry(done: Done[bytes]) -> BatchRecord:
    if done.result is not None:
        return BatchRecord(done.number, report=done.result, seconds=done.seconds)
    fault = BatchFault(_stored(done.error), done.killed)
    return BatchRecord(done.number, fault=fault, seconds=done.seconds)


def _stored(message: Message) -> str:
    """Return a message in stored form; one that is too long becomes truncated text."""
    text = stored(message)
    if len(text) > MAX_MESSAGE:
        text = str(message)[: MAX_MESSAGE - 1] + "…"
    return text.encode("utf-8", "replace").decode()


def _message(text: str) -> Message:
    """Return a stored message without control characters. Raises ValueError if it is empty."""
    try:
        text = json.dumps(_clean(json.loads(text)), ensure_ascii=False)
    except ValueError:  # plain text, not a key with values
        text = _printable(text)
    message = recalled(text)
    if text and not str(message):
        raise ValueError("an empty message")
    return message


def _clean(data: Any) -> Any:
    """Return plain data with control characters in its strings replaced by spaces."""
    if isinstance(data, str):
        return _printable(data)
    if isinstance(data, list):
        return [_clean(each) for each in data]
    if isinstance(data, dict):
        return {name: _clean(each) for name, each in data.items()}
    return data


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
