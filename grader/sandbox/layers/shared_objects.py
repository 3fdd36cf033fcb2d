"""List the shared objects that extension modules are linked to, each file by its own path.

`import zlib` opens `libz.so.1`, which lies in a folder with all of the system's libraries. The
files are searched for as the dynamic linker does (ld.so(8)). If it has a choice (a build for newer
processors, or for another machine), every file that it might take is listed.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Mapping

from .elf import Linked, linked

#: The cache that glibc's linker reads first; a submission may read the names in it too.
CACHE = "/etc/ld.so.cache"
_CACHE_MAGIC = b"glibc-ld.so.cache1.1"
_CACHE_HEADER = len(_CACHE_MAGIC) + 28
#: flags, name, path, OS version, hardware capabilities; the two in the middle are offsets.
_CACHE_ENTRY = "=iIIIQ"
#: File in which musl keeps its list of folders, by machine.
_MUSL_PATH = "/etc/ld-musl-{machine}.path"
#: Folders that the linker searches by default.
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
#: Folders of a package that hold no extension modules; leaving them out saves time.
_WITHOUT_MODULES = ("__pycache__", "include", "share")


def needed_by(files: Iterable[str]) -> Iterator[str]:
    """Yield the path of each shared object that `files` are linked to, directly or not."""
    find = _Finder()
    waiting: list[tuple[str, tuple[str, ...]]] = [(file, ()) for file in files]
    seen = set(waiting)
    given: set[str] = set()
    while waiting:
        path, inherited = waiting.pop()
        what = find.linked(path)
        if what is None:
            continue
        own = _run_path(what, path)
        folders = tuple(dict.fromkeys((*own, *inherited)))
        handed_on = folders if what.inherited else ()
        for name in what.needed:
            for found in find.all(name, folders):
                if found not in given:
                    given.add(found)
                    yield found
                if (found, handed_on) not in seen:
                    seen.add((found, handed_on))
                    waiting.append((found, handed_on))


def extension_modules(folder: str) -> Iterator[str]:
    """Yield the shared objects in `folder` and beneath it; the file itself if it is one."""
    if not os.path.isdir(folder):
        if _is_object(folder):
            yield folder
        return
    waiting = [folder]
    while waiting:
        try:
            entries = os.scandir(waiting.pop())
        except OSError:
            continue
        with entries:
            for entry in entries:
                if _is_object(entry.name):
                    yield entry.path
                elif _may_hold_modules(entry):
                    waiting.append(entry.path)


def _may_hold_modules(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return "." not in name and name not in _WITHOUT_MODULES and entry.is_dir(follow_symlinks=False)


def _is_object(name: str) -> bool:
    return ".so" in name and (name.endswith(".so") or ".so." in name)


def _run_path(what: Linked, path: str) -> tuple[str, ...]:
    origin = os.path.dirname(path)
    return tuple(
        folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for folder in what.run_path
    )


class _Finder:
    """Finds shared objects; caches what it has read."""

    def __init__(self) -> None:
        self._linked: dict[str, Linked | None] = {}
        self._found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._cached = _cache()
        variable = os.environ.get("LD_LIBRARY_PATH", "").replace(";", ":")
        self._told = tuple(filter(None, variable.split(":")))
        self._known = (*_musl(), *_SYSTEM)

    def linked(self, path: str) -> Linked | None:
        """Return what the file is linked to, or None if it is not a valid ELF file."""
        if path not in self._linked:
            self._linked[path] = linked(path)
        return self._linked[path]

    def all(self, name: str, folders: tuple[str, ...]) -> list[str]:
        """Return every file that the linker might take for `name`, as the path it would open."""
        if (name, folders) not in self._found:
            self._found[name, folders] = self._look(name, folders)
        return self._found[name, folders]

    def _look(self, name: str, folders: tuple[str, ...]) -> list[str]:
        if "/" in name:
            return [name]
        beside = _in(name, (*folders, *self._told))
        cached = [path for path in self._cached.get(name, ()) if os.path.isfile(path)]
        return beside + cached if cached else beside + _in(name, self._known)


def _in(name: str, folders: Iterable[str]) -> list[str]:
    paths = (os.path.join(folder, name) for folder in dict.fromkeys(folders))
    return [path for path in paths if os.path.isfile(path)]


def _musl() -> list[str]:
    if not hasattr(os, "uname"):
        return []
    try:
        with open(_MUSL_PATH.format(machine=os.uname().machine), encoding="utf-8") as file:
            return file.read().replace("\n", ":").split(":")
    except (OSError, UnicodeDecodeError):
        return []


def _cache() -> Mapping[str, tuple[str, ...]]:
    """Return name → paths of glibc's cache; empty if there is none or it has another format."""
    try:
        with open(CACHE, "rb") as file:
            content = file.read()
    except OSError:
        return {}
    start = content.find(_CACHE_MAGIC)  # the old format may precede it
    if start < 0:
        return {}
    content = content[start:]
    try:
        (count,) = struct.unpack_from("=I", content, len(_CACHE_MAGIC))
        size = struct.calcsize(_CACHE_ENTRY)
        table = content[_CACHE_HEADER : _CACHE_HEADER + count * size]
        found: dict[str, tuple[str, ...]] = {}
        for _, name, path, _, _ in struct.iter_unpack(_CACHE_ENTRY, table):
            key = _string(content, name)
            found[key] = (*found.get(key, ()), _string(content, path))
    except (struct.error, ValueError):
        return {}
    return found


def _string(content: bytes, start: int) -> str:
    return os.fsdecode(content[start : content.index(b"\0", start)])
