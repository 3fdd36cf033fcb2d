"""Make harmful containers, one maker for each line of containers.toml.

Each maker fills a folder of a whole class's submissions. A file named `marker` must not appear
anywhere. Containers are built byte by byte if a library refuses to build them.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from .arena import RIGHT

Maker = Callable[[Path, str], None]
MAKERS: dict[str, Maker] = {}
WRONG = RIGHT.replace("return right(X, K)", "return 2 * right(X, K)")
SHELL = "touch {0} /tmp/{0} /dev/shm/{0}"
PYTHON = "for place in ('/tmp/', '/dev/shm/', ''): open(place + {0!r}, 'w').close()\n"
MIB = 1 << 20


def maker(make: Maker) -> Maker:
    """Register a maker under its name."""
    MAKERS[make.__name__] = make
    return make


@maker
def E01_zip_slip(root: Path, marker: str) -> None:  # noqa: N802
    names = ["../victim/ex01.py", f"/tmp/{marker}", "C:/ex01.py", "a/../../ex01.py", "a\\ex01.py"]
    put(root / "mallory.zip", zipped((name, RIGHT) for name in names))
    put(root / "trudy.tar", tarred((name, RIGHT) for name in names[:2]))


@maker
def E02_links_and_devices(root: Path, marker: str) -> None:  # noqa: N802
    put(root / "mallory.zip", zipped([("ex01.py", "/etc/passwd")], mode=stat.S_IFLNK | 0o777))
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)
    for number, kind in enumerate(kinds):
        info = tarfile.TarInfo("ex01.py")
        info.type, info.linkname, info.devmajor, info.devminor = kind, "/etc/passwd", 1, 5
        put(root / f"trudy{number}.tar", tarred([], [info]))


@maker
def E03_bombs(root: Path, marker: str) -> None:  # noqa: N802
    put(root / "bulk.tar.gz", gzip.compress(tarred([("ex01.py", "#" * (40 * MIB))])))
    zeros = zipped([("ex01.py", "#" * (50 * MIB))])
    put(root / "flat/ex01.zip", zeros)
    nested = zipped([("c.zip", zipped([("d.zip", zeros)]))])
    put(root / "nested/ex01.zip", nested)
    put(root / "lying/ex01.zip", lying_size(zeros))
    put(root / "overlapping/ex01.zip", overlapping(200_000))
    put(root / "directory/ex01.zip", endless_directory(600_000))
    put(root / "members/ex01.zip", zipped((f"{n}.txt", "") for n in range(5_000)))
    put(root / "tar/ex01.tar.gz", gzip.compress(tarred([("ex01.py", "#" * (40 * MIB))])))


@maker
def E04_the_same_name_twice(root: Path, marker: str) -> None:  # noqa: N802
    twice = [("ex01.py", WRONG), ("ex01.py", RIGHT)]
    put(root / "mallory.zip", zipped(twice))
    put(root / "trudy.tar", tarred(twice))


@maker
def E05_twins_and_hidden_names(root: Path, marker: str) -> None:  # noqa: N802
    put(root / "mallory.zip", zipped([("ex01.py", RIGHT), ("EX01.py", WRONG)]))
    forms = [unicodedata.normalize(form, "ex01 é.py") for form in ("NFC", "NFD")]
    put(root / "trudy.zip", zipped((name, RIGHT) for name in forms))
    names = ["ex01 \u202eyp.ipynb", "ex01\x1b[2J.py", "ex01.py.", "con.py", "ex01\u200b.py"]
    put(root / "eve.zip", zipped((name, RIGHT) for name in names))


@maker
def E06_names_of_any_bytes(root: Path, marker: str) -> None:  # noqa: N802
    """Use names that are not valid in any encoding, and a name of 4 KiB."""
    put(root / "mallory.tar", tarred([("ex01 \udcff\udcfe.py", RIGHT)]))
    put(root / "trudy.zip", zipped([(f"ex01 {'x' * 4096}.py", RIGHT)]))
    put(root / os.fsdecode(b"eve/ex01 \xff\xfe.py"), RIGHT)


@maker
def E07_giant_notebook(root: Path, marker: str) -> None:  # noqa: N802
    image = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * (6 * MIB)}}
    put(root / "small/ex01.ipynb", notebook([RIGHT], outputs=[image]))
    put(root / "giant/ex01.ipynb", notebook([RIGHT], outputs=[image] * 20))
    put(root / "packed.zip", zipped([("ex01.ipynb", notebook([RIGHT], outputs=[image] * 2))]))


@maker
def E08_nested_notebook(root: Path, marker: str) -> None:  # noqa: N802
    deep = "[" * 100_000 + "]" * 100_000
    put(root / "list/ex01.ipynb", '{"cells": ' + deep + "}")
    put(root / "object/ex01.ipynb", '{"metadata": ' + '{"a":' * 900 + "1" + "}" * 901)
    put(root / "number/ex01.ipynb", '{"cells": [], "nbformat": ' + "9" * 100_000 + "}")


@maker
def E09_magics(root: Path, marker: str) -> None:  # noqa: N802
    shell = SHELL.format(marker)
    cells = [
        f"!{shell}",
        f"%%bash\n{shell}",
        f"%system {shell}",
        f"get_ipython().system({shell!r})",
        f"%load /tmp/{marker}\n" + RIGHT,
    ]
    put(root / "mallory/ex01.ipynb", notebook(cells))
    put(root / "trudy/ex01.ipynb", notebook([f"!{shell}", f"%%bash\n{shell}"]))


@maker
def E10_odd_text(root: Path, marker: str) -> None:  # noqa: N802
    crlf = RIGHT.replace("\n", "\r\n").encode()
    put(root / "bom/ex01.py", b"\xef\xbb\xbf" + crlf)
    put(root / "cookie/ex01.py", "# coding: utf-7\n" + RIGHT + "# +AAo-raise SystemExit\n")
    put(root / "zero/ex01.py", RIGHT + "\0")
    put(root / "utf16/ex01.py", RIGHT.encode("utf-16"))
    put(root / "half/ex01.ipynb", notebook([RIGHT + "# \ud800"]))
    put(root / "separators/ex01.py", RIGHT + "# \x0c\x1c\x85\u2028\n")


@maker
def E11_names_of_students(root: Path, marker: str) -> None:  # noqa: N802
    for name in ("=cmd|' calc'!A0", "+1", "-1", "@SUM(1)", "＝1"):
        put(root / name / "ex01.py", RIGHT)
    put(root / "twice/ex01.py", WRONG)
    put(root / "twice.zip", zipped([("ex01.py", RIGHT)]))


@maker
def E12_injection(root: Path, marker: str) -> None:  # noqa: N802
    said = "\x1b]0;owned\x07\x1b[2J</pre><script>alert(1)</script>\u202e"
    loud = f"print({said!r})\n{WRONG}"
    raising = f"def corr2d(X, K):\n    raise ValueError({said!r})\n"
    put(root / "<img src=x onerror=alert(1)>" / "ex01.py", loud)
    put(root / "raising/ex01.py", raising)
    put(root / "loading/ex01.py", f"raise ValueError({said!r})\n")
    put(root / "naming/ex01.py", f"globals()[{said!r}] = type({said!r}, (), {{}})\n")
    put(root / "\x1b]0;owned\x07" / "ex01.py", RIGHT)


@maker
def E13_not_a_file(root: Path, marker: str) -> None:  # noqa: N802
    for name in ("reference", "zero", "loop", "pipe"):
        (root / name).mkdir()
    (root / "reference/ex01.py").symlink_to(root / "zoe/ex01.py")
    (root / "zero/ex01.py").symlink_to("/dev/zero")
    (root / "loop/ex01.py").symlink_to("ex01.py")
    os.mkfifo(root / "pipe/ex01.py")
    (root / "folder/ex01.py").mkdir(parents=True)
    (root / "copied").symlink_to(root / "zoe")


@maker
def E14_shadows(root: Path, marker: str) -> None:  # noqa: N802
    evil = PYTHON.format(marker)
    names = ["numpy.py", "json.py", "click.py", "conftest.py", "sitecustomize.py", "setup.py"]
    for name in (*names, "numpy/__init__.py", "learncnn/__init__.py"):
        put(root / "mallory" / name, evil)
    put(root / "mallory/evil.pth", f"import os; {evil}")
    put(root / "mallory/ex01.py", RIGHT)
    put(root / "numpy.py", evil)


@maker
def E15_changes_meanwhile(root: Path, marker: str) -> None:  # noqa: N802
    """Write files that the test changes while they are graded."""
    for number in range(20):
        put(root / f"mallory{number}/ex01.py", f"{WRONG}# {number}\n")


def put(path: Path, content: str | bytes) -> None:
    """Write a file, and create the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def zipped(files: Iterable[tuple[str, str | bytes]], mode: int = 0) -> bytes:
    """Return a zip; names are written unchanged, and may repeat."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, mode << 16
            archive.NameToInfo.clear()  # avoids the warning about a repeated name
            archive.writestr(info, content)
    return out.getvalue()


def tarred(files: Iterable[tuple[str, str]], others: Iterable[tarfile.TarInfo] = ()) -> bytes:
    """Return a tar of files and of other entries."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", errors="surrogateescape") as archive:
        for name, text in files:
            content = text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in others:
            archive.addfile(info)
    return out.getvalue()


def notebook(cells: Iterable[str], outputs: Iterable[object] = ()) -> str:
    """Return a notebook of code cells; `outputs` belong to the first one."""
    made = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": c}
        for c in cells
    ]
    made[0]["outputs"] = list(outputs)
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def lying_size(archive: bytes) -> bytes:
    """Replace the size of the only member by a small one in both of its headers."""
    size = zipfile.ZipFile(io.BytesIO(archive)).infolist()[0].file_size
    return archive.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def overlapping(size: int) -> bytes:
    """Return a zip with two members that share their bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ex01.py", "#" * size)
        twin = zipfile.ZipInfo("ex01 copy.py")
        for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
            setattr(twin, field, getattr(archive.infolist()[0], field))
        archive.filelist.append(twin)
    return out.getvalue()


def endless_directory(entries: int) -> bytes:
    """Return a zip whose directory has far more entries than members.

    Its true size is only in the second, 64-bit trailer.
    """
    whole = zipped([("ex01.py", RIGHT)])
    at = whole.index(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    directory = whole[at:end] * entries
    start = len(whole[:at]) + len(directory)
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + b"\x2d\x03\x2d\x00" + bytes(8)
    record += entries.to_bytes(8, "little") * 2
    record += len(directory).to_bytes(8, "little") + at.to_bytes(8, "little")
    locator = b"PK\x06\x07" + bytes(4) + start.to_bytes(8, "little") + (1).to_bytes(4, "little")
    return whole[:at] + directory + record + locator + whole[end:]
