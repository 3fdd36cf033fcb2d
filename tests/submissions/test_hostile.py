"""Test that malicious archives are refused by name, size or kind, one member at a time."""

import io
import os
import shutil
import tarfile
import zipfile
from contextlib import nullcontext
from dataclasses import replace

import pytest

from learncnn.grader.errors import ContainerError, SubmissionError
from learncnn.grader.submissions.archive_tar import TarArchive
from learncnn.grader.submissions.archive_zip import ZipArchive
from learncnn.grader.submissions.collect import collect
from learncnn.grader.submissions.member_names import problem_of
from learncnn.grader.submissions.members import BULK, SINGLE, Caps

from .conftest import tar_bytes, zip_bytes


@pytest.mark.parametrize(
    "name",
    [
        "../ex01.py",
        "a/../../ex01.py",
        "/etc/ex01.py",
        "C:/ex01.py",
        "a//ex01.py",
        "./ex01.py",
        "a\\..\\ex01.py",
        "ex01\x00.py",
        "ex01\n.py",
        "ex01\u202eyp.py",
        "ex01\u200b.py",
        "con.py",
        "a/NUL",
        "ann./ex01.py",
        "ex01.py ",
        "x" * 300,
        "a/" * 20 + "ex01.py",
        "ex01\udcff.py",
    ],
)
def test_names_that_lead_out_or_hide_are_refused(name):
    assert problem_of(name)


@pytest.mark.parametrize(
    "name", ["ex01.py", "李雷/ex01.py", "O'Neil, Ann (2)/ex01 copy.py", "a-b_c/x"]
)
def test_names_that_students_have_are_taken(name):
    assert problem_of(name) is None


def members(path):
    with collect([path]) as collection:
        return [h.origin for h in collection.handed], [str(p) for p in collection.problems]


def test_a_zip_slip_and_links_are_refused_one_by_one(tmp_path):
    path = tmp_path / "a.zip"
    files = {"ann/ex01.py": "a", "../bob/ex01.py": "b", "/ex01.py": "c"}
    path.write_bytes(zip_bytes(files, links=["eve/ex01.py"]))
    taken, problems = members(path)
    assert [origin.rpartition("a.zip/")[2] for origin in taken] == ["ann/ex01.py"]
    assert len(problems) == 3
    assert any("link" in problem for problem in problems)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path, kind):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(tar_bytes({"ann/ex01.py": b"a"}, kinds={"eve/ex01.py": kind}))
    taken, problems = members(path)
    assert (len(taken), len(problems)) == (1, 1)


def test_links_and_pipes_in_a_folder_are_refused(submissions):
    root = submissions({"ann/ex01.py": "a", "bob/x.txt": "", "secret.txt": "s"})
    (root / "bob/ex01.py").symlink_to(root / "secret.txt")
    (root / "eve").symlink_to(root / "ann")
    os.mkfifo(root / "bob/ex02.py")
    taken, problems = members(root)
    assert len(taken) == 1
    assert sum("refused" in problem for problem in problems) == 3


def test_a_file_that_became_a_link_after_the_listing_is_not_followed(submissions):
    root = submissions({"ann/ex01.py": "a", "secret/key.txt": "s"})
    with collect([root]) as collection:
        (root / "ann").rename(root / "gone")
        (root / "ann").symlink_to(root / "secret")
        (root / "secret/ex01.py").write_text("stolen")
        with pytest.raises(SubmissionError, match="cannot be read"):
            collection.handed[0].read()


def test_what_vanishes_while_it_is_listed_is_not_handed_in(submissions, monkeypatch):
    """An editor or a student renames over a file: names come and go meanwhile."""
    root = submissions({"ann/ex01.py": "", "ann/next": "", "bob/ex01.py": "", "eve/ex01.py": ""})
    scandir = os.scandir

    def changing(folder):
        if folder == root / "bob":
            shutil.rmtree(folder)
        entries = list(scandir(folder))
        if folder == root / "ann":
            (folder / "next").unlink()
        elif folder == root:
            shutil.rmtree(folder / "eve")
        return nullcontext(entries)

    monkeypatch.setattr(os, "scandir", changing)
    taken, problems = members(root)
    assert [origin.endswith("ann/ex01.py") for origin in taken] == [True]
    assert problems == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look at everything")
def test_what_cannot_be_looked_at_is_refused(submissions):
    root = submissions({"ann/ex01.py": "", "bob/ex01.py": ""})
    (root / "bob").chmod(0o400)
    taken, problems = members(root)
    (root / "bob").chmod(0o700)
    assert len(taken) == 1
    assert "cannot be inspected" in problems[0]


def test_twins_are_refused_together(tmp_path):
    path = tmp_path / "a.zip"
    names = ["ann/ex01.py", "ann/EX01.py", "bob/ex01.py", "ren\u00e9/ex01.py", "rene\u0301/ex01.py"]
    path.write_bytes(zip_bytes([(name, "x") for name in names]))
    taken, problems = members(path)
    assert [origin.rpartition("a.zip/")[2] for origin in taken] == ["bob/ex01.py"]
    assert len(problems) == 2


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes([("ann/ex01.py", "x"), ("ann/ex01.py", "y"), ("bob/ex01.py", "z")]))
    taken, problems = members(path)
    assert (len(taken), len(problems)) == (1, 1)


@pytest.mark.parametrize("content", [b"#" * (50 << 20), b"\0" * (2 << 20)])
def test_a_bomb_is_refused_when_it_is_read(tmp_path, content):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes({"ann/ex01.py": content}))
    with collect([path]) as collection, pytest.raises(SubmissionError, match=r"far more|larger"):
        collection.handed[0].read()


def test_a_size_that_lies_is_counted_not_believed(tmp_path):
    content = zip_bytes({"ann/ex01.py": b"x" * 400_000}, compression=zipfile.ZIP_STORED)
    content = content.replace((400_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with collect([path]) as collection, pytest.raises(SubmissionError):
        collection.handed[0].read()


def test_a_gzip_bomb_of_a_student_stops_at_the_cap(tmp_path):
    bomb = tar_bytes({"ex01.py": b"\0" * (SINGLE.content + 1)})
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes({"ann_1_2_work.tar.gz": bomb, "bob_3_4_ex01.py": "b"}))
    taken, problems = members(path)
    assert len(taken) == 1
    assert "far more" in problems[0]


def noise(size):
    """Bytes that do not shrink to less than a hundredth."""
    return (os.urandom(1 << 14) + bytes(1 << 20)) * (size // ((1 << 20) + (1 << 14)) + 1)


def test_a_tar_that_lies_in_a_folder_has_a_students_caps_unless_it_is_named(submissions):
    tar = tar_bytes({"ex01.py": b"x = 1\n", "data.bin": noise(SINGLE.unpacked)})
    assert len(tar) < SINGLE.archive
    folder = submissions({"homework.tar.gz": tar})
    taken, problems = members(folder)
    assert taken == []
    assert "larger than" in problems[0]
    assert f"learncnn grade {folder / 'homework.tar.gz'}" in problems[0]
    with collect([folder / "homework.tar.gz"]) as collection:
        assert [item.filename for item in collection.handed] == ["ex01.py"]


def test_a_named_tar_unpacks_no_more_than_a_bounded_size(submissions, monkeypatch):
    tar = tar_bytes({"ann/ex01.py": b"x = 1\n", "ann/data.bin": noise(9 << 20)})
    path = submissions({"class.tar.gz": tar}) / "class.tar.gz"
    small = replace(BULK, unpacked=8 << 20)
    monkeypatch.setattr("learncnn.grader.submissions.collection.BULK", small)
    with pytest.raises(ContainerError, match="larger than 8192 KiB"):
        collect([path])


def test_archives_nested_too_deeply_are_refused(tmp_path):
    inner = zip_bytes({"deeper.zip": zip_bytes({"ex01.py": "x"}), "ex02.py": "y"})
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes({"ann/work.zip": inner}))
    taken, problems = members(path)
    assert (len(taken), len(problems)) == (1, 1)
    assert "in an archive in an archive" in problems[0]


@pytest.mark.parametrize(
    ("count", "caps"),
    [
        (50, Caps(10, 1 << 20, 1 << 20, 1 << 20, 1 << 20)),
        (5000, Caps(10_000, 200, 1 << 20, 1 << 20, 1 << 20)),
    ],
)
def test_too_many_members_and_too_large_a_directory_are_refused(count, caps):
    content = zip_bytes({f"{i:060}.txt": "" for i in range(count)}, compression=zipfile.ZIP_STORED)
    with pytest.raises(ContainerError, match="more than"):
        ZipArchive(io.BytesIO(content), "a.zip", caps)


def pax(records, kind=tarfile.XHDTYPE):
    """A header before a member, in the form that can hold anything."""
    body = b""
    for name, value in records:
        rest = b" %s=%s\n" % (name, value)
        length = len(rest) + len(str(len(rest)))
        length = len(rest) + len(str(length))
        body += b"%d%s" % (length, rest)
    info = tarfile.TarInfo("header")
    info.type, info.size = kind, len(body)
    return info.tobuf() + body + b"\0" * (-len(body) % 512)


HEADERS = {
    "one that is long": pax([(b"path", b"x" * 9_000_000)]),
    "many in a row": pax([(b"path", b"ex01.py")]) * 3000,
    "folders of no end": pax([(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0")])
    + tar_bytes({"ex01.py": b"9" * 8 + b"\n" + b"1\n" * 2_000_000}, mode="w"),
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_headers_of_a_tar_are_bounded(headers):
    import tracemalloc

    content = io.BytesIO(headers + tar_bytes({"ex01.py": b"x"}, mode="w"))
    tracemalloc.start()
    try:
        with pytest.raises(ContainerError, match="not a tar"):
            TarArchive(content, "a.tar", SINGLE)
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


def test_a_header_for_all_members_is_not_kept_for_each():
    import tracemalloc

    said = pax([(f"k{n:04}".encode(), b"x") for n in range(4000)], tarfile.XGLTYPE)
    files = tar_bytes({f"{n}.txt": b"" for n in range(1000)}, mode="w:")
    content = io.BytesIO(said + files)
    tracemalloc.start()
    try:
        assert len(TarArchive(content, "a.tar", SINGLE).listing.members) == 1000
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_encrypted_and_strangely_packed_members_are_refused(tmp_path):
    content = bytearray(zip_bytes({"ann/ex01.py": "x"}))
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "encrypted" in members(path)[1][0]
    path.write_bytes(zip_bytes({"ann/ex01.py": "x"}, compression=zipfile.ZIP_LZMA))
    assert "packed by a method" in members(path)[1][0]


def test_damage_inside_a_member_is_that_members_problem(tmp_path):
    content = zip_bytes({"ann/ex01.py": b"abcdef" * 100, "bob/ex01.py": "b"})
    at = content.index(b"ann/ex01.py") + len("ann/ex01.py")
    path = tmp_path / "a.zip"
    path.write_bytes(content[:at] + b"\xff\xff\xff" + content[at + 3 :])
    with collect([path]) as collection:
        with pytest.raises(SubmissionError, match="damaged"):
            collection.handed[0].read()
        assert collection.handed[1].read() == b"b"


def test_names_written_by_a_chinese_windows_are_read(tmp_path):
    content = zip_bytes({"XXXX/ex01.py": "x"}).replace(b"XXXX", "李雷".encode("gb18030"))
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with collect([path]) as collection:
        assert collection.handed[0].student.id == "李雷"
        assert collection.handed[0].read() == b"x"


def test_no_descriptor_stays_open(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes({"ann_1_2_w.zip": zip_bytes({"ex01.py": "x"})}))
    before = set(os.listdir("/proc/self/fd"))
    with collect([path]) as collection:
        collection.handed[0].read()
    assert set(os.listdir("/proc/self/fd")) == before
