"""Read zip archives member by member, within limits; nothing is extracted."""

from __future__ import annotations

import calendar
import stat
import zipfile
import zlib
from typing import IO

from ..errors import ContainerError, SubmissionError
from .bounded_file import Guarded
from .member_names import problem_of, readable_name, skipped, without_twins
from .members import MAX_RATIO, RATIO_FROM, Caps, Listing, Member

#: Supported compression methods; the others use as much memory as the archive asks for.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY = b"PK\x01\x02"
#: Bytes that a reader searches for the end of an archive, with a margin.
_END_SPAN = 1 << 18
_UNIX = 3
_WINDOWS = 0
_ENCRYPTED = 0x1
_UTF8 = 0x800
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


class ZipArchive:
    """An open zip; `listing` holds its members, `close` closes the file."""

    def __init__(self, file: IO[bytes], name: str, caps: Caps) -> None:
        """Raises ContainerError if the file is no zip, is damaged or holds too much."""
        self._file = file
        self._reader = self._read
        if (size := file.seek(0, 2)) > caps.archive:
            raise ContainerError("containers", "too_big", name=name, limit=caps.archive >> 10)
        many = ContainerError("containers", "too_many", name=name, limit=caps.members)
        guarded = Guarded(file, size, caps.directory + _END_SPAN, many, (_ENTRY, caps.members))
        try:
            self._zip = zipfile.ZipFile(guarded)
        except (*_BROKEN, RuntimeError, IndexError) as error:
            raise ContainerError("containers", "not_zip", name=name) from error
        guarded.lift()
        self.listing = Listing()
        infos = [info for info in self._zip.infolist() if not info.filename.endswith("/")]
        found = [member for info in infos if (member := self._member(info))]
        self.listing.members = without_twins(found, self.listing)

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def _member(self, info: zipfile.ZipInfo) -> Member | None:
        name = _name_of(info)
        shown = readable_name(name)
        if skipped(name) and not problem_of(name):
            return None
        mode = info.external_attr >> 16
        if info.create_system == _UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            self.listing.refuse(shown, "link" if stat.S_ISLNK(mode) else "device")
        elif problem := problem_of(name):
            self.listing.refuse(shown, problem)
        elif info.flag_bits & _ENCRYPTED:
            self.listing.refuse(shown, "encrypted")
        elif info.compress_type not in _METHODS:
            self.listing.refuse(shown, "method")
        else:
            return Member(name, info.file_size, _time_of(info), self._reader, info)
        return None

    def _read(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        shown = readable_name(_name_of(info))
        if info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
            raise SubmissionError("containers", "bomb", name=shown)
        try:
            with self._zip.open(info) as file:
                content = file.read(limit + 1)
        except (*_BROKEN, RuntimeError) as error:
            raise SubmissionError("containers", "damaged", name=shown) from error
        if len(content) > limit:
            raise SubmissionError("containers", "too_big", name=shown, limit=limit >> 10)
        return content


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return the decoded name: zips from Windows and macOS often do not state their encoding."""
    name = info.orig_filename
    if info.create_system == _WINDOWS and "/" not in name:
        name = name.replace("\\", "/")
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _time_of(info: zipfile.ZipInfo) -> float | None:
    try:
        return float(calendar.timegm((*info.date_time, 0, 0, 0)))
    except (ValueError, OverflowError):
        return None
