"""Test that documents for machines hold no secret, and that answers are validated."""

import base64
import io
import json
import os
import zipfile
import zlib
from dataclasses import replace

import jsonschema
import msgspec
import pytest

from learncnn.grader import VERSION
from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.tasks import Done, GradingSettings
from learncnn.grader.cluster import record_document, report_document, task_document
from learncnn.grader.cluster.grader_keys import GraderKeys
from learncnn.grader.cluster.machine_keys import KeyFolder
from learncnn.grader.cluster.machine_worker import Machine
from learncnn.grader.cluster.record_document import MachineInfo, read_records, write_records
from learncnn.grader.cluster.schemas import SCHEMAS, schema_of
from learncnn.grader.cluster.task_document import read_tasks, write_tasks
from learncnn.grader.errors import (
    DamagedKey,
    GraderFault,
    Message,
    RecordsRefused,
    UsageError,
)
from learncnn.grader.gradebook.records import document_of, encoded_document, record_of

from .conftest import FLIPPED, PRIVATE, RIGHT, task

TASKS = [
    task(3),
    task(7, FLIPPED),
    task(8, "import numpy as np\n\n\ndef corr2d(X, K):\n    print('here')\n    return 1 / 0\n"),
    task(9, "def corr2d(:"),
    task(
        11, "# %% cell 1\nx = 1\n# %% cell 3\n" + RIGHT, cells=(2, 4), notes={"magics_dropped": 2}
    ),
]
MACHINE = MachineInfo("pc-17", 4, ("landlock",), {"seccomp": "why"})


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        keys = GraderKeys(PRIVATE)
        keys.key("ex01", "numpy")
        yield keys


@pytest.fixture(scope="module")
def answered(keys):
    """The records document of `TASKS`, as JSON."""
    machine = Machine(1)
    try:
        content = machine.document(machine.answer(write_tasks(PRIVATE, TASKS, keys)))
    finally:
        machine.close()
    return json.loads(content)


def read(document, keys, tasks=TASKS, settings=PRIVATE):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_records(content, {task.number: task for task in tasks}, settings, keys)


def changed(document, number=7, **fields):
    """The document with the report of a task changed; a field may lie deeper: `a__b`."""
    document = json.loads(json.dumps(document))
    record = next(record for record in document["records"] if record["number"] == number)
    report = document_of(base64.b64decode(record["report"]))
    for path, value in fields.items():
        *above, last = path.split("__")
        place = report
        for name in above:
            place = place[int(name) if name.isdigit() else name]
        place[last] = value
    packed = zlib.compress(json.dumps(report).encode())
    record["report"] = base64.b64encode(packed).decode()
    return document


def test_the_records_are_those_that_the_pool_of_this_machine_makes(answered, keys):
    with Pool(PRIVATE, jobs=1, reduce=record_of) as pool:
        local = {done.number: done.result for done in pool.results(TASKS)}
    answer = read(answered, keys)
    assert {done.number: done.result for done in answer.done} == local
    assert (answer.lacking, bool(answer.ended)) == (frozenset(), False)


def test_the_tasks_hold_no_seed_and_no_name_of_a_file(keys):
    named = replace(TASKS[0], submission=TASKS[0].submission._replace(filename="chen_wei.py"))
    content = write_tasks(PRIVATE, [named], keys)
    (key,) = read_tasks(content).keys.values()
    for secret in (PRIVATE.seed.encode(), b"chen_wei"):
        assert secret not in content
    archive = zipfile.ZipFile(io.BytesIO(key))
    assert all(PRIVATE.seed.encode() not in archive.read(name) for name in archive.namelist())


def test_a_key_that_names_its_seed_is_not_sent():
    with pytest.raises(GraderFault, match="names its seed"):
        GraderKeys(GradingSettings(seed="open", private=False))


def test_keys_that_a_machine_has_are_left_out(keys):
    digest = keys.key("ex01", "numpy").digest
    assert read_tasks(write_tasks(PRIVATE, TASKS, keys)).keys.keys() == {digest}
    assert read_tasks(write_tasks(PRIVATE, TASKS, keys, without={digest})).keys == {}


def test_a_machine_says_which_keys_it_lacks(keys):
    digest = keys.key("ex01", "numpy").digest
    machine = Machine(1)
    try:
        content = write_tasks(PRIVATE, TASKS, keys, without={digest})
        answer = read(machine.document(machine.answer(content)), keys)
    finally:
        machine.close()
    assert (answer.lacking, list(answer.done)) == ({digest}, [])


@pytest.mark.parametrize("name", ["chen_wei.py", '陈 "伟"\\.py', "caf\udce9.py"])
def test_a_file_gets_its_name_back(answered, keys, name):
    named = replace(TASKS[3], submission=TASKS[3].submission._replace(filename=name))
    tasks = [*TASKS[:3], named, *TASKS[4:]]
    done = {done.number: done.result for done in read(answered, keys, tasks).done}
    document = document_of(done[9].document)
    assert document["filename"] == name.encode("utf-8", "replace").decode()
    assert done[9].document == encoded_document(document), "as if it was graded here"
    assert b"ex01_cross" not in zlib.decompress(done[9].document)


def test_a_file_that_is_named_with_escapes_is_refused(answered, keys):
    document = json.loads(json.dumps(answered))
    text = zlib.decompress(base64.b64decode(document["records"][0]["report"]))
    escaped = zlib.compress(text.replace(b'"ex01_cross', b'"\\u0065x01_cross'))
    document["records"][0]["report"] = base64.b64encode(escaped).decode()
    renamed = [replace(t, submission=t.submission._replace(filename="a.py")) for t in TASKS]
    with pytest.raises(RecordsRefused, match="escapes"):
        read(document, keys, renamed)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("exercise", "ex02", "exercise"),
        ("filename", "x.py", "filename"),
        ("source_hash", "0" * 64, "source_hash"),
        ("notes", {"magics_dropped": 1}, "notes"),
        ("format", 1, "format"),
        ("scale", 1, "scale"),
        ("state", "brilliant", "state"),
        ("score", 9.5, "score"),
        ("max_score", 11, "score"),
        ("points", {"corr2d": 11.0}, "points"),
        ("points", {"corr2d": -1.0}, "points"),
        ("points", {"corr2d": 1e999}, "Infinity|range|char"),
        ("points", {}, "points"),
        ("possible", {"corr2d": 100}, "possible"),
        ("verdicts", [], "failure.case"),
        ("verdicts__0__function", "sudo", "functions"),
        ("verdicts__0__status", "fine", "status"),
        ("verdicts__0__wrong", "many", "wrong"),
        ("verdicts__0__names", [1], "names"),
        ("verdicts__0__got", [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]], "too deep"),
        ("verdicts__0__right", True, "verdicts.right"),
        ("verdicts__0__error", ["ValueError"], "error"),
        ("loading", [{"kind": "x", "name": "", "lines": [], "text": "", "cells": []}], "loading"),
        ("findings", [{"kind": "library", "function": "corr2d", "key": "no"}], "findings"),
        (
            "findings",
            [{"kind": "result", "function": "f", "values": {"wrong": "0", "of": "9999999999"}}],
            "findings.values",
        ),
        ("failure__case", "no such case", "failure.case"),
        ("failure__types", [[["got"], "U100000000"]], "failure.types"),
        ("failure__got_kind", "lost", "got_kind"),
        ("codes", [1], "codes"),
        ("stdout", None, "stdout"),
        ("surprise", 1, "surprise"),
        ("load_error", {"kind": "raised"}, "load_error"),
        ("provenance__learncnn", "0.0.1", "learncnn"),
        ("provenance__key_digest", "0" * 64, "key_digest"),
        ("provenance__seed", "practice", "seed"),
        ("provenance__framework", "torch", "framework"),
        ("provenance__device", "cuda", "device"),
        ("provenance__exercise_version", "x", "exercise_version"),
        ("provenance__missing_layers", [["landlock", "why"]], "missing_layers"),
    ],
)
def test_a_report_that_does_not_fit_is_refused_by_name(answered, keys, field, value, named):
    read(changed(answered), keys)  # a change of nothing is none
    with pytest.raises(RecordsRefused, match=named):
        read(changed(answered, **{field: value}), keys)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["records"].pop(),
        lambda d: d["records"].append(d["records"][0]),
        lambda d: d["records"][0].update(number=4),
        lambda d: d["records"][0].update(number="3"),
        lambda d: d["records"][0].update(seconds=-1),
        lambda d: d["records"][0].pop("report"),
        lambda d: d["records"][0].update(fault={"message": "x", "killed": ""}),
        lambda d: d["records"][0].update(report="AAAA"),
        lambda d: d["records"][0].update(report="no base64!"),
        lambda d: d.update(records=[], lacking=["0" * 64]),
        lambda d: d.update(records=[], lacking=["short"]),
        lambda d: d.update(surprise=True),
        lambda d: d.update(format=2),
        lambda d: d.update(learncnn="9.9"),
        lambda d: d.update(course="other"),
        lambda d: d["machine"].update(host="a\x1b[2Jb"),
        lambda d: d["machine"].update(jobs=0),
        lambda d: d.pop("machine"),
    ],
)
def test_a_document_that_is_no_answer_is_refused(answered, keys, spoil):
    document = json.loads(json.dumps(answered))
    spoil(document)
    with pytest.raises(RecordsRefused):
        read(document, keys)


@pytest.mark.parametrize("content", [b"", b"null", b"[" * 100_000, b"{", b"\xff\xfe", b"{}"])
def test_what_is_no_document_is_refused(keys, content):
    with pytest.raises(RecordsRefused):
        read(content, keys)
    with pytest.raises(UsageError):
        read_tasks(content)


def test_a_report_that_unpacks_to_too_much_is_not_unpacked(answered, keys):
    document = json.loads(json.dumps(answered))
    bomb = zlib.compress(b'"' + b" " * (report_document.MAX_REPORT + 1) + b'"')
    document["records"][0]["report"] = base64.b64encode(bomb).decode()
    with pytest.raises(RecordsRefused, match="too large"):
        read(document, keys)


def test_a_document_of_another_version_is_refused_with_both(answered, keys):
    with pytest.raises(RecordsRefused, match=rf"9\.9.*{VERSION}"):
        read({**answered, "learncnn": "9.9", "machine": "of another form"}, keys)
    content = json.loads(write_tasks(PRIVATE, TASKS, keys))
    with pytest.raises(UsageError, match=rf"9\.9.*{VERSION}"):
        read_tasks(json.dumps({**content, "learncnn": "9.9", "settings": None}).encode())


def test_faults_come_with_their_key_and_who_killed(keys):
    error = Message("killed", "worker", how="signal 9")
    content = write_records(MACHINE, [Done(3, None, error, 0.5, "everywhere")])
    (done,) = read(content, keys, TASKS[:1]).done
    assert (done.error, done.killed, done.result) == (error, "everywhere", None)


def test_an_end_comes_with_what_was_done_before(answered, keys):
    document = {**answered, "records": answered["records"][:2], "ended": "memory is short"}
    answer = read(document, keys)
    assert (len(answer.done), str(answer.ended)) == (2, "memory is short")


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        '{"key": "../../../../etc/secret.token", "values": {}}',
        '{"key": "batch.worker_lost", "values": {"how": "\\u001b[2J"}}',
        '{"key": ' * 400,
    ],
)
def test_words_of_a_machine_reach_no_terminal_and_no_other_file(keys, text):
    fault = {"number": 3, "fault": {"message": text, "killed": ""}}
    document = json.loads(write_records(MACHINE)) | {"records": [fault]}
    (done,) = read(document, keys, TASKS[:1]).done
    assert str(done.error).isprintable()


def test_a_message_without_words_is_refused(keys):
    fault = {"number": 3, "fault": {"message": "", "killed": ""}}
    document = json.loads(write_records(MACHINE)) | {"records": [fault]}
    with pytest.raises(RecordsRefused, match="without a message"):
        read(document, keys, TASKS[:1])


def test_a_message_that_is_too_long_is_cut(keys):
    content = write_records(MACHINE, [Done(3, None, Message("x" * 100_000))])
    (done,) = read(content, keys, TASKS[:1]).done
    assert len(str(done.error)) == record_document.MAX_MESSAGE


def test_a_folder_of_keys_takes_only_what_has_the_digest(tmp_path, keys):
    key = keys.key("ex01", "numpy")
    content = keys.content(key.digest)
    folder = KeyFolder(tmp_path)
    folder.add(key.digest, content)
    path = folder.path(key.digest)
    assert path.read_bytes() == content
    assert os.stat(path).st_mode & 0o777 == 0o600
    for digest, spoilt in (
        ("1" * 64, content),
        ("2" * 64, content[:-100]),
        ("3" * 64, b"no archive"),
        ("../" + "4" * 61, content),
    ):
        with pytest.raises(DamagedKey):
            folder.add(digest, spoilt)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    path.rename(tmp_path / f"{'5' * 64}.npz")
    with pytest.raises(DamagedKey, match=key.digest):
        KeyFolder(tmp_path).path("5" * 64)


def test_a_key_whose_misconceptions_were_changed_is_refused(tmp_path, keys):
    digest = keys.key("ex01", "numpy").digest
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(keys.content(digest))) as key,
        zipfile.ZipFile(file, "w") as changed,
    ):
        for name in key.namelist():
            content = bytearray(key.read(name))
            content[-1] ^= name == "mutants"
            changed.writestr(name, content)
    with pytest.raises(DamagedKey, match="misconceptions"):
        KeyFolder(tmp_path).add(digest, file.getvalue())


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_those_of_the_types(name, answered, keys):
    written = json.loads((SCHEMAS[name]).read_text("utf-8"))
    assert written == schema_of(name), "write them again: python -m learncnn.grader.cluster.schemas"
    jsonschema.Draft202012Validator.check_schema(written)
    documents = {"tasks": json.loads(write_tasks(PRIVATE, TASKS, keys)), "records": answered}
    jsonschema.validate(documents[name], written)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**documents[name], "format": "one"}, written)


def test_settings_go_and_come_as_they_were():
    settings = GradingSettings("cpu", None, False, 2.5, 256, "basic", "bwrap")
    batch = msgspec.convert(settings, task_document.BatchSettings, from_attributes=True)
    assert batch.grading() == settings
