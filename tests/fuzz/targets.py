"""Define the fuzz targets: every reader of untrusted input.

A target accepts any bytes and fails only if a promise is broken: the reader raises only its
documented errors, what it accepts is within its limits, and what can be written again reads the
same.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import socket
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from learncnn.grader.answer_key import store
from learncnn.grader.answer_key.compare import Precision
from learncnn.grader.answer_key.find import practice_key, practice_path
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import ContainerError, DamagedKey, SubmissionError, UsageError
from learncnn.grader.grading.grading import judge_run
from learncnn.grader.grading.planning import plan
from learncnn.grader.quiz.answers.parse import Parsed, Refused, parse_answer
from learncnn.grader.quiz.items.bank import load_bank
from learncnn.grader.quiz.items.item import KINDS
from learncnn.grader.quiz.items.variants import make
from learncnn.grader.quiz.play.asking import judged
from learncnn.grader.runner.child import Child
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.session import Session
from learncnn.grader.sandbox.ending import Ending
from learncnn.grader.sandbox.protocol import messages
from learncnn.grader.sandbox.protocol.frames import (
    HEADER_BYTES,
    PREFIX,
    FrameError,
    FrameReader,
    frame,
)
from learncnn.grader.sandbox.protocol.outcome import ArrayInfo, Outcome, Raised
from learncnn.grader.sandbox.protocol.values import ValuesError
from learncnn.grader.submissions.collect import collect
from learncnn.grader.submissions.submission import MAX_NOTEBOOK_BYTES, MAX_SOURCE_BYTES, Submission
from learncnn.grader.submissions.submission import parse_submission as parse

#: Maximum length of a report, in bytes, whatever a submission sends.
REPORT_BYTES = 1 << 20
ANSWER_BYTES = 1 << 20
LIMITS = Limits(case_seconds=5, load_seconds=5, answer_bytes=ANSWER_BYTES)
FINDINGS = Path(__file__).parent / "findings"
#: Control characters of terminals, and invisible characters.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
#: Separator at which some targets split their input into messages or members.
CUT = b"\n--\n"


class Target(NamedTuple):
    """A reader under test, and valid inputs to start from."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


def fuzz_frames(data: bytes) -> None:
    """Read a stream: it gives frames or a FrameError, and a frame an outcome or a clean error."""
    reader = FrameReader(ANSWER_BYTES)
    for at in range(0, len(data), 1000):
        reader.feed(data[at : at + 1000])
        with suppress(FrameError):
            while (taken := reader.take()) is not None:
                _outcome(*taken)
        assert reader.pending <= len(data)


def fuzz_outcome(data: bytes) -> None:
    """Read one frame with correct lengths: header, line end, payload."""
    header, _, payload = data.partition(b"\n")
    reader = FrameReader(ANSWER_BYTES)
    reader.feed(PREFIX.pack(len(header), len(payload)) + data.replace(b"\n", b"", 1))
    with suppress(FrameError):
        if taken := reader.take():
            _outcome(*taken)


def _outcome(header: dict[str, Any], payload: bytes) -> None:
    try:
        outcome = messages.read_outcome(header, payload, ("torch.conv2d",))
    except (FrameError, ValuesError):
        return
    written = messages.outcome({}, outcome)
    assert len(written) <= PREFIX.size + HEADER_BYTES + ANSWER_BYTES
    reader = FrameReader(ANSWER_BYTES)
    reader.feed(written)
    again = reader.take()
    assert again is not None
    assert repr(messages.read_outcome(*again, ("torch.conv2d",))) == repr(outcome)


def fuzz_conversation(data: bytes) -> None:
    """Check that a submission gets a report of bounded length, whatever its child sends."""
    said = b"".join(
        PREFIX.pack(len(header), len(payload)) + header + payload
        for part in data.split(CUT)
        for header, _, payload in [part.partition(b"\n")]
    )
    with _children(_ready() + said) as take:
        planned, info, key, submission = _planned()
        frames = [
            messages.call(c.function, c.driver, c.arguments, c.positional)
            for c in planned.job.calls
        ]
        run = Session(planned.job, frames, LIMITS, take, control=lambda seconds: True).run()
        report = judge_run(submission, info, key, planned, run)
    assert len(json.dumps(report.to_json(), allow_nan=False)) < REPORT_BYTES


def fuzz_key(data: bytes) -> None:
    """Read a key file: it is valid or raises DamagedKey."""
    with _file("key.npz", data) as path, suppress(DamagedKey):
        for mutant in store.load_key(path).mutants:
            for case in dict(mutant.outcomes):
                for stack in mutant.stacked(case):
                    if all(type(side) is int and side >= 0 for side in stack.shape):
                        stack.alike(np.broadcast_to(0.0, stack.shape), Precision())


def fuzz_key_members(data: bytes) -> None:
    """Read a key file whose digests are correct."""
    names = ("header", "inputs", "expected", "mutants_header", "mutants")
    parts = [*data.split(CUT, len(names) - 1), *[b""] * len(names)]
    members = dict(zip(names, parts, strict=False))
    members["mutants_digest"] = store._mutants_digest(members)
    members["digest"] = store._digest(members).encode()
    content = io.BytesIO()
    store._write_members(members, content)
    fuzz_key(content.getvalue())


def fuzz_notebook(data: bytes) -> None:
    """Read a notebook: it gives source text or a SubmissionError."""
    with suppress(SubmissionError):
        submission = parse(data[:MAX_NOTEBOOK_BYTES], "ex01.ipynb")
        _check_source(submission)
        assert len(submission.source) <= 5 * len(data) + 1


def fuzz_script(data: bytes) -> None:
    """Read a script: it gives its own text or a SubmissionError."""
    with suppress(SubmissionError):
        submission = parse(data, "ex01.py")
        _check_source(submission)
        if not submission.source.startswith("\ufeff"):  # a second byte order mark is refused
            assert parse(submission.source.encode(), "ex01.py").source == submission.source


def _check_source(submission: Submission) -> None:
    assert "\0" not in submission.source
    assert "\r" not in submission.source
    assert 0 < len(submission.source.encode()) <= MAX_SOURCE_BYTES
    assert len(submission.source_hash) == 64


def fuzz_zip(data: bytes) -> None:
    """Read a zip: its files are read or refused, each within its limit."""
    _collect("class.zip", data)


def fuzz_tar(data: bytes) -> None:
    """Read a tar whose header checksums are correct."""
    _collect("class.tar", _summed(data))


def fuzz_tgz(data: bytes) -> None:
    """Read a tar packed in a student's archive, and the unchanged bytes beside it."""
    packed = gzip.compress(_summed(data), 1, mtime=0)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("ann_1_2_ex01.tar.gz", packed)
        archive.writestr("bob_3_4_ex01.tgz", data)
    _collect("class.zip", inner.getvalue())


def _collect(name: str, data: bytes) -> None:
    with _file(name, data) as path, suppress(ContainerError), collect([path]) as found:
        for item in [*found.handed, *found.sealed]:
            parts = item.member.path.split("/")
            assert not {"", ".", ".."} & set(parts)
            assert not UNSEEN.search(item.member.path)
            with suppress(SubmissionError):
                assert len(item.read()) <= MAX_NOTEBOOK_BYTES
        for problem in found.problems:
            assert not UNSEEN.search(str(problem))
            assert len(str(problem)) < 4096


def _summed(data: bytes) -> bytes:
    blocks = bytearray(data)
    for at in range(0, len(blocks) - 511, 512):
        if blocks[at + 257 : at + 262] == b"ustar":
            blocks[at + 148 : at + 156] = b" " * 8
            blocks[at + 148 : at + 156] = b"%06o\0 " % sum(blocks[at : at + 512])
    return bytes(blocks)


def fuzz_roster(data: bytes) -> None:
    """Read a roster: it gives students with ids, or a UsageError."""
    from learncnn.grader.submissions.roster_file import read_roster

    with _file("roster.csv", data) as path, suppress(UsageError):
        roster = read_roster(path)
        assert all(student.id for student in roster.students)


def fuzz_answer(data: bytes) -> None:
    """Parse a typed answer, which is judged or refused; the first byte selects the item."""
    text = data[1:].decode("utf-8", "surrogateescape")
    variants = _variants()
    variant = variants[data[0] % len(variants) if data else 0]
    parsed = parse_answer(variant, text)
    if isinstance(parsed, Refused):
        assert parsed.message()
        return
    assert isinstance(parsed, Parsed)
    assert len(parsed.shown) < 2000
    judgement = judged(variant, text)
    assert isinstance(judgement, Refused) or judgement.given
    if not parsed.dont_know and variant.item.kind == "integer" and isinstance(parsed.value, int):
        again = parse_answer(variant, str(parsed.value))
        assert isinstance(again, Parsed)
        assert again.value == parsed.value


@cache
def _variants() -> list[Any]:
    items = load_bank()
    kinds = [next(item for item in items if item.kind == kind) for kind in KINDS]
    return [make(item, item.default) for item in kinds]


@cache
def _planned() -> tuple[Any, ...]:
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    key = replace(key, cases=key.cases[:4])
    submission = Submission("def corr2d(X, K): ...", "ex01.py")
    planned = plan(submission, info, key)
    calls = sorted(planned.job.calls, key=lambda call: call.id)  # the same in every process
    return planned._replace(job=planned.job._replace(calls=tuple(calls))), info, key, submission


@cache
def _ready() -> bytes:
    return frame({"kind": "ready", "in_force": ["split"], "missing": [], "versions": {}})


@contextmanager
def _children(said: bytes) -> Iterator[Callable[[], Child]]:
    """Make children that send these bytes and nothing else."""
    theirs: list[socket.socket] = []

    def take(*, fresh: bool = False) -> Child:
        ours, other = socket.socketpair()
        theirs.append(other)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        other.setblocking(False)
        with suppress(BlockingIOError):
            other.sendall(said)
        other.shutdown(socket.SHUT_WR)
        ours.setblocking(False)
        output = os.memfd_create("fuzz")
        return Child(
            0, ours, output, -1, -1, lambda pid: None, lambda pid: Ending("exit 0", "itself")
        )

    try:
        yield take
    finally:
        for other in theirs:
            other.close()


@contextmanager
def _file(name: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="learncnn-fuzz-") as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        yield path


def _spoken() -> list[list[tuple[bytes, bytes]]]:
    """Yield what honest and dishonest children send, as (header, payload)."""
    planned, _, key, _ = _planned()
    right = {case.id: case.expected for case in key.cases}
    last = next(iter(right.values()))
    outcomes = [
        [right.get(call.id, last) for call in planned.job.calls],
        [Outcome("value", [1, None, "x", {"k": (2.5, 1j)}]) for _ in planned.job.calls],
        [Outcome("raised", error=Raised("E", ("ValueError",), "why", 3, "raise E", "f"))] * 3,
        [Outcome("missing", names=("g",)), Outcome("refused", detail="type set", mutated=("X",))],
    ]
    spoken = []
    for answers in outcomes:
        said = [frame({"kind": "load", "printed": 0})]
        for call, answer in zip(planned.job.calls, answers, strict=False):
            infos = tuple(ArrayInfo() for _ in answer.arrays)
            answer = answer._replace(arrays=infos)
            said.append(messages.outcome({"kind": "case", "id": call.id}, answer))
        said.append(frame({"kind": "done"}))
        spoken.append([_parts(one) for one in said])
    return spoken


def _parts(one: bytes) -> tuple[bytes, bytes]:
    head, size = PREFIX.unpack_from(one)
    start = PREFIX.size + head
    return one[PREFIX.size : start], one[start : start + size]


def _frame_seeds() -> list[bytes]:
    return [
        b"".join(PREFIX.pack(len(h), len(p)) + h + p for h, p in said[:3]) for said in _spoken()
    ]


def _outcome_seeds() -> list[bytes]:
    return [h + b"\n" + p for said in _spoken() for h, p in said[1:3]]


def _conversation_seeds() -> list[bytes]:
    return [CUT.join(h + b"\n" + p for h, p in said) for said in _spoken()]


def _key_seeds() -> list[bytes]:
    return [practice_path(load_catalog().resolve("ex03"), "numpy").read_bytes()]


def _key_member_seeds() -> list[bytes]:
    info = load_catalog().resolve("ex01")
    key = practice_key(info, "numpy")
    members = store._members(key.identity, key.cases[:2], ())
    names = ("header", "inputs", "expected", "mutants_header", "mutants")
    return [CUT.join(members[name] for name in names)]


def _notebook_seeds() -> list[bytes]:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": text}
        for text in ("%matplotlib inline\n!ls\nx = 1\n", ["def f():\n", "    return get_ipython()"])
    ]
    cells.append({"cell_type": "markdown", "metadata": {}, "source": "# title"})
    new = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    old = {"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}
    return [json.dumps(document).encode() for document in (new, old)]


def _script_seeds() -> list[bytes]:
    return [b"\xef\xbb\xbf# coding: utf-7\r\ndef f():\r\n\treturn '\xe2\x80\xae'\r", b"x = 1\0"]


_FILES = {
    "ann/ex01.py": "def corr2d(X, K): ...",
    "ann_LATE_12_34_ex02.py": "x",
    "Jo Doe_5_assignsubmission_file_/ex01.ipynb": "{}",
    "zo\u00eb/answers.sealed.json": "{}",
    "submission_1/ex03.py": "y",
}


def _zip_seeds() -> list[bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _FILES.items():
            archive.writestr(zipfile.ZipInfo(name), content)
        inner = zipfile.ZipInfo("eve/work.zip")
        archive.writestr(inner, out.getvalue())
        archive.comment = b"PK\x05\x06 none"
    return [out.getvalue()]


def _tar_seeds() -> list[bytes]:
    import tarfile

    made = []
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            for name, text in _FILES.items():
                info = tarfile.TarInfo(name if form == tarfile.USTAR_FORMAT else "x" * 90 + name)
                info.size, info.mtime = len(text), 1.5 if form == tarfile.PAX_FORMAT else 1
                archive.addfile(info, io.BytesIO(text.encode()))
            link = tarfile.TarInfo("eve/ex01.py")
            link.type, link.linkname = tarfile.SYMTYPE, "../zoe/ex01.py"
            archive.addfile(link)
        made.append(out.getvalue()[:8192])
    return made


def _roster_seeds() -> list[bytes]:
    return [
        "Student,ID,SIS User ID,SIS Login ID,Section\nDoe, Jane,1,s1,jane,A\n".encode("utf-16"),
        "学号;姓名\n1;李雷\n2;韩梅梅\n".encode("gb18030"),
        b'First name,Surname,"Email address"\n"Jane ""J""",Doe,j@x\nA,B,c@d\n',
    ]


def _answer_seeds() -> list[bytes]:
    typed = ["196,609,000", "3×256² + 1/2", "(4, 102, 102)", "4x102x102", "floor((n-k+2p)/s)+1"]
    typed += ["A", "A C", "1B 2A", "3 1 2", "选 A和B", "?", "⌊1.5e3⌋", "2(3)(4)", "1,125"]
    return [bytes([kind]) + text.encode() for kind in range(len(KINDS)) for text in typed]


TARGETS = {
    "frames": Target(fuzz_frames, _frame_seeds),
    "outcome": Target(fuzz_outcome, _outcome_seeds),
    "conversation": Target(fuzz_conversation, _conversation_seeds),
    "key": Target(fuzz_key, _key_seeds),
    "key_members": Target(fuzz_key_members, _key_member_seeds),
    "notebook": Target(fuzz_notebook, _notebook_seeds),
    "script": Target(fuzz_script, _script_seeds),
    "zip": Target(fuzz_zip, _zip_seeds),
    "tar": Target(fuzz_tar, _tar_seeds),
    "tgz": Target(fuzz_tgz, _tar_seeds),
    "roster": Target(fuzz_roster, _roster_seeds),
    "answer": Target(fuzz_answer, _answer_seeds),
}


def findings(name: str) -> list[bytes]:
    """Return the inputs that once broke a target."""
    return [path.read_bytes() for path in sorted(FINDINGS.glob(f"{name}/*"))]
