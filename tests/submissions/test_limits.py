"""One student's file or archive is taken in or refused in seconds and little memory.

Each is read under the deadline that `grade` sets: what grows with the square of a size misses it
by far.
"""

import gc
import gzip
import io
import json
import tarfile
import tracemalloc
import zipfile
from itertools import pairwise

import pytest

from learncnn.grader.errors import ContainerError, SubmissionError
from learncnn.grader.submissions.archive_tar import TarArchive
from learncnn.grader.submissions.archive_zip import ZipArchive
from learncnn.grader.submissions.collect import collect
from learncnn.grader.submissions.deadline import deadline
from learncnn.grader.submissions.gradescope_export import read_metadata
from learncnn.grader.submissions.members import SINGLE, Listing, Member
from learncnn.grader.submissions.submission import parse_submission

from .conftest import zip_bytes

MEMORY = 200 << 20
END = b"\0" * 1024


@pytest.fixture(autouse=True)
def nobody_elses_objects():
    """Let collections look at what the reader makes, not at what a whole run of tests has made."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def header(name, size, kind=b"0"):
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.USTAR_FORMAT)


def blocks(data):
    return data + b"\0" * (-len(data) % 512)


def extended(body, kind=b"x"):
    return header("pax", len(body), kind) + blocks(body)


FILE = header("ex01.py", 4) + blocks(b"x=1\n")
TARS = {
    "digits in a long header": extended(b"1" * 60_000) + FILE + END,
    "digits in many headers": (extended(b"1" * 512) + FILE) * 3900 + END,
    "runs of digits": (extended((b"1" * 39 + b" ") * 1500) + FILE) * 300 + END,
    "many long headers": (extended(b"12 a000=bcd\n" * 4000) + FILE) * 400 + END,
    "one header for all": extended(b"12 a000=bcd\n" * 4000, b"g") + FILE * 3900 + END,
    "long names": (extended(b"a/" * 30_000, b"L") + FILE) * 400 + END,
    "folders": header("a", 0, b"5") * 60_000 + END,
    "many files": b"".join(header(f"{n}/ex01.py", 0) for n in range(3_999)) + END,
    "gzip of zeros": gzip.compress(b"\0" * (63 << 20)),
    "gzip of nothing, again and again": gzip.compress(b"") * 1_600_000,
}


def check(read):
    """What `read` returns, or its refusal, which is as good."""
    with deadline("this"):
        result = quiet(read)
    tracemalloc.start()
    try:
        quiet(read)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    return result


def quiet(read):
    try:
        return read()
    except (ContainerError, SubmissionError) as error:
        return error


@pytest.mark.parametrize("content", TARS.values(), ids=TARS)
def test_a_students_tar_costs_little(content):
    check(lambda: TarArchive(io.BytesIO(content), "hw.tar", SINGLE).close())


def test_a_students_zip_of_many_files_costs_little():
    content = zip_bytes({f"{n}/ex01.py": "x" for n in range(3_999)})
    check(lambda: ZipArchive(io.BytesIO(content), "hw.zip", SINGLE).close())


def test_a_gzip_of_several_members_is_read():
    content = gzip.compress(FILE) + gzip.compress(b"") * 900 + gzip.compress(END)
    archive = TarArchive(io.BytesIO(content), "hw.tar.gz", SINGLE)
    assert [member.read(100) for member in archive.listing.members] == [b"x=1\n"]


def test_a_students_archive_is_refused_by_its_size_before_it_is_read():
    class Huge(io.BytesIO):
        def seek(self, offset, whence=0):
            return SINGLE.archive + 1 if whence == 2 else super().seek(offset, whence)

        def read(self, size=-1):
            raise AssertionError("read")

    for archive in (TarArchive, ZipArchive):
        with pytest.raises(ContainerError, match="larger than"):
            archive(Huge(), "hw", SINGLE)


def output(value):
    """A notebook with one output of some JSON."""
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1", "execution_count": 1}
    data = {"application/json": "HERE"}
    cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return text.replace('"HERE"', value).encode()


OUTPUTS = {
    "an image": '"' + "A" * (7 << 20) + '"',
    "numbers": "[" + "1.5," * 2_000_000 + "0]",
    "objects": "[" + "{}," * 1_000_000 + "0]",
    "objects with a key": "[" + '{"":0},' * 500_000 + "0]",
    "notebooks": "[" + '{"nbformat":0},' * 200_000 + "0]",
    "texts": "[" + '"ā",' * 1_600_000 + "0]",
    "lists in 90 000 lists": "[" + "[1,2,3,4]," * 90_000 + "0]",
}


@pytest.mark.parametrize("value", OUTPUTS.values(), ids=OUTPUTS)
def test_outputs_of_a_notebook_cost_little(value):
    result = check(lambda: parse_submission(output(value), "ex01.ipynb").source)
    assert result == "# %% cell 1\nx = 1\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (output("[" + "[]," * 2_600_000 + "0]"), "lists"),
        (output("[" * 500_000), "nested"),
        (b'{"a":' * 1_600_000, "nested"),
        (json.dumps({"cells": [{"cell_type": "raw"}] * 200_000}).encode(), "cells"),
        (output("0").replace(b"x = 1", b"x" * (2 << 20)), "code"),
        (b"\0" * (8 << 20), "not a Jupyter notebook"),
    ],
    ids=["lists", "brackets", "braces", "cells", "code", "nul"],
)
def test_what_no_notebook_holds_is_refused_at_little_cost(content, message):
    assert message in str(check(lambda: parse_submission(content, "ex01.ipynb")))


LETTERS = "abcdefghi"
METADATA = {
    "aliases of aliases": "a: &a [x]\n"
    + "".join(f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in pairwise(LETTERS)),
    "merges of merges": "a: &a {x: y}\n"
    + "".join(f"{b}: &{b} {{<<: [{','.join(['*' + a] * 9)}]}}\n" for a, b in pairwise(LETTERS)),
    "one group for all": "a: {':submitters': &p ["
    + "{':sid': a}, " * 90
    + "]}\n"
    + "".join(f"s{n}: {{':submitters': *p}}\n" for n in range(5_000)),
    "brackets": "a: " + "[" * 100_000,
    "a long text": "a: {':submitters': [{':sid': '" + "\\" * 1_000_000 + "'}]}",
}


def read_yaml(text):
    content = text.encode()
    member = Member("submission_metadata.yml", len(content), None, lambda *_: content, None)
    listing = Listing()
    return read_metadata(listing, member), listing.problems


@pytest.mark.parametrize("text", METADATA.values(), ids=METADATA)
def test_metadata_costs_little(text):
    check(lambda: read_yaml(text))


def test_metadata_is_read_as_it_is_written():
    found, problems = read_yaml(
        "s1:\n  :submitters:\n  - &1\n    :name: &n Jane Doe\n    :sid: 0100\n"
        "  :history: [{':submitters': [{':sid': x}]}, *1]\n"
        "  :created_at: 2018-07-01 14:22:32.365935000 Z\n"
        "s2:\n  :submitters: [*1, {':name': *n, ':sid': ~}]\n  :created_at: 2018-13-45\n"
    )
    jane = {"name": "Jane Doe", "sid": "0100"}
    assert problems == []
    assert [handover.submitters for handover in found.values()] == [
        (jane,), (jane, {"name": "Jane Doe"}),
    ]  # fmt: skip
    assert [handover.created_at is not None for handover in found.values()] == [True, False]


def peak(tmp_path, students, extra):
    """Memory for reading a class's zip, archives of students within it."""
    path = tmp_path / f"{students}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(students):
            inner = zip_bytes({"ex01.py": f"x = {number}\n" + "#" * extra}, compression=0)
            archive.writestr(f"s{number:05}.zip", inner)
    tracemalloc.start()
    try:
        with collect([path]) as collection:
            count = sum(len(item.read()) > extra for item in collection.handed)
        assert count == students
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_class_is_read_in_memory_for_its_names_alone(tmp_path):
    peak(tmp_path, 10, 1000)  # what is loaded at first
    few, many, most = (peak(tmp_path, students, 50_000) for students in (10, 100, 400))
    assert many - few < 90 * 5_000
    assert most - many < 300 * 5_000
