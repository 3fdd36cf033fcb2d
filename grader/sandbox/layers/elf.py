"""Read which shared objects an ELF file needs, and its search path for them.

Source: the System V ABI, chapters "Object Files" and "Dynamic Linking"; <elf.h>. Only the headers
and the dynamic section are read, a few KiB however large the file is.
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

_MAGIC = b"\x7fELF"
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_RPATH, _DT_RUNPATH = 0, 1, 5, 15, 29
#: Bytes of a string read at first, because most names are shorter.
_STRING = 128
#: Maximum length of a string, in bytes; a run path may hold several folders.
_LONGEST = 1 << 14
#: Maximum size of a program header table and of a dynamic section, in bytes.
_TABLE = 1 << 16
#: Bytes read from the start: the header and, in most files, the program headers.
_HEAD = 1024


class Linked(NamedTuple):
    """What an ELF file tells the dynamic linker."""

    needed: tuple[str, ...]
    #: Folders that are searched before the system's; `$ORIGIN` is not replaced yet.
    run_path: tuple[str, ...]
    #: Whether the folders are also searched for what the needed files need (DT_RPATH).
    inherited: bool


class _Layout(NamedTuple):
    """The structures of one class of ELF files; only the fields used here are unpacked."""

    #: e_phoff, e_phentsize, e_phnum
    header: struct.Struct
    #: p_type, p_offset, p_vaddr, p_filesz
    program: struct.Struct
    #: d_tag, d_val
    entry: struct.Struct


def _layout(order: str, header: str, program: str, entry: str) -> _Layout:
    return _Layout(*(struct.Struct(order + part) for part in (header, program, entry)))


#: By the bytes EI_CLASS and EI_DATA: 32 or 64 bits, least or most significant byte first.
_LAYOUTS = {
    bytes([bits, order]): _layout("<>"[order - 1], *parts)
    for bits, parts in (
        (1, ("28xI10xHH", "IIIxxxxI12x", "iI")),
        (2, ("32xQ14xHH", "IxxxxQQ8xQ16x", "qQ")),
    )
    for order in (1, 2)
}


def linked(path: str) -> Linked | None:
    """Return what the file at `path` is linked to, or None if it is not a valid ELF file."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return _read(file)
    except (OSError, struct.error, OverflowError):
        return None
    finally:
        os.close(file)


def _read(file: int) -> Linked | None:
    head = os.pread(file, _HEAD, 0)
    layout = _LAYOUTS.get(head[4:6]) if head[:4] == _MAGIC else None
    if layout is None:
        return None
    offset, size, count = layout.header.unpack_from(head)
    if size != layout.program.size:
        return None
    length = min(size * count, _TABLE // size * size)
    table = head[offset : offset + length]
    if len(table) < length:
        table = os.pread(file, length, offset)
    segments = list(layout.program.iter_unpack(table))
    for kind, at, _, length in segments:
        if kind == _PT_DYNAMIC:
            dynamic = os.pread(file, min(length, _TABLE), at)
            whole = len(dynamic) - len(dynamic) % layout.entry.size
            return _strings(file, list(layout.entry.iter_unpack(dynamic[:whole])), segments)
    return Linked((), (), False)


def _strings(file: int, entries: list[tuple[int, ...]], segments: list[tuple[int, ...]]) -> Linked:
    found: dict[int, list[int]] = {_DT_STRTAB: [], _DT_NEEDED: [], _DT_RPATH: [], _DT_RUNPATH: []}
    for tag, value in entries:
        if tag in found:
            found[tag].append(value)
        elif tag == _DT_NULL:
            break
    table = found[_DT_STRTAB][0] if found[_DT_STRTAB] else 0
    for kind, offset, address, size in segments:
        if kind == _PT_LOAD and address <= table < address + size:
            table += offset - address
            break
    paths = found[_DT_RUNPATH] or found[_DT_RPATH]
    folders = ":".join(_string(file, table + at) for at in paths)
    return Linked(
        tuple(_string(file, table + at) for at in found[_DT_NEEDED]),
        tuple(filter(None, folders.split(":"))),
        not found[_DT_RUNPATH],
    )


def _string(file: int, start: int) -> str:
    text, end, _ = os.pread(file, _STRING, start).partition(b"\0")
    if not end:
        text, _, _ = os.pread(file, _LONGEST, start).partition(b"\0")
    return os.fsdecode(text)
