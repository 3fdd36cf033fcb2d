"""Which shared objects extension modules are linked to, as the dynamic linker sees it."""

from __future__ import annotations

import os
import random
import re
import shutil
import struct
import subprocess
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from learncnn.grader.sandbox.layers import elf, shared_objects
from learncnn.grader.sandbox.layers.readable import rules, stdlib_folders

MODULES = [
    *shared_objects.extension_modules(sysconfig.get_path("platstdlib") + "/lib-dynload"),
    *shared_objects.extension_modules(os.path.dirname(np.__file__)),
]


def elf_file(bits: int, order: str, needed: list[str], run_path: str = "", tag: int = 29) -> bytes:
    """The least ELF file with a dynamic section that the linker would read."""
    word = "Q" if bits == 64 else "I"
    head, program = (64, 56) if bits == 64 else (52, 32)
    strings = b"\0"
    entries = []
    for kind, text in [*((1, name) for name in needed), *([(tag, run_path)] if run_path else [])]:
        entries.append((kind, len(strings)))
        strings += text.encode() + b"\0"
    start = head + 2 * program
    entries += [(5, 0x1000 + start), (0, 0)]
    dynamic = b"".join(struct.pack(order + 2 * word, *entry) for entry in entries)
    size = len(strings) + len(dynamic)

    def segment(kind: int, at: int, length: int) -> bytes:
        if bits == 64:
            fields = (kind, 4, at, at + 0x1000, 0, length, length, 8)
            return struct.pack(order + "IIQQQQQQ", *fields)
        return struct.pack(order + "8I", kind, at, at + 0x1000, 0, length, length, 4, 4)

    ident = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    header = struct.pack(
        order + "HHI" + 3 * word + "IHHHHHH", 3, 62, 1, 0, head, 0, 0, head, program, 2, 0, 0, 0
    )
    segments = segment(1, start, size) + segment(2, start + len(strings), len(dynamic))
    return ident + header + segments + strings + dynamic


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_kind_of_elf_file_is_read(tmp_path: Path, bits: int, order: str) -> None:
    path = tmp_path / "m.so"
    path.write_bytes(elf_file(bits, order, ["liba.so.1", "x" * 200], "/opt/a:$ORIGIN/b"))
    found = elf.linked(str(path))
    assert found == elf.Linked(("liba.so.1", "x" * 200), ("/opt/a", "$ORIGIN/b"), False)


def test_a_damaged_file_is_linked_to_nothing_or_to_what_is_left(tmp_path: Path) -> None:
    whole = elf_file(64, "<", ["liba.so.1"], "/opt/a")
    path = tmp_path / "m.so"
    draw = random.Random(0)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        elf.linked(str(path))
    for _ in range(300):
        torn = bytearray(whole)
        for _ in range(draw.randrange(1, 8)):
            torn[draw.randrange(len(torn))] = draw.choice((0, 1, 0x7F, 0xFF, draw.randrange(256)))
        path.write_bytes(torn)
        elf.linked(str(path))
    assert elf.linked(str(tmp_path)) is None
    assert elf.linked(str(tmp_path / "absent.so")) is None


def test_what_is_beside_the_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "libs").mkdir()
    beside = tmp_path / "libs" / "libbeside.so.7"
    beside.write_bytes(elf_file(64, "<", []))
    module = tmp_path / "m.so"
    module.write_bytes(elf_file(64, "<", ["libbeside.so.7", "libabsent.so"], "$ORIGIN/libs"))
    assert list(shared_objects.needed_by([str(module)])) == [str(beside)]


@pytest.mark.parametrize(("tag", "reached"), [(15, True), (29, False)])
def test_the_old_run_path_holds_for_what_is_needed_in_turn(
    tmp_path: Path, tag: int, reached: bool
) -> None:
    """DT_RPATH does, DT_RUNPATH does not; two that need each other end the search all the same."""
    folder = tmp_path / "libs"
    folder.mkdir()
    (folder / "liba.so").write_bytes(elf_file(64, "<", ["libb.so"], str(tmp_path), tag))
    (folder / "libb.so").write_bytes(elf_file(64, "<", ["liba.so"]))
    module = tmp_path / "m.so"
    module.write_bytes(elf_file(64, "<", ["liba.so"], str(folder), tag))
    found = list(shared_objects.needed_by([str(module)]))
    assert (str(folder / "libb.so") in found) == reached


@pytest.mark.skipif(shutil.which("ldd") is None, reason="no ldd")
def test_the_dynamic_linker_takes_no_other_file() -> None:
    done = subprocess.run(["ldd", *MODULES], capture_output=True, text=True, check=False)
    taken = {os.path.realpath(path) for path in re.findall(r"=> (/\S+)", done.stdout)}
    found = {os.path.realpath(path) for path in shared_objects.needed_by(MODULES)}
    assert len(taken) > 3
    assert taken <= found


def test_every_object_is_granted_by_itself() -> None:
    """No folder of the system's is granted, only files in it; nor may anything be listed there."""
    granted = dict(rules(("numpy",), ()))
    own = tuple(stdlib_folders())
    others = [path for path in granted if not path.startswith(own)]
    assert any("libz.so" in path or "libc.so" in path for path in others)
    assert all(os.path.isfile(path) for path in others if os.path.exists(path))
