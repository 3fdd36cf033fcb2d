"""List and read tar archives, plain or gzipped, member by member, within limits."""

from __future__ import annotations

import gzip
import io
import math
import re
import tarfile
import tempfile
import zlib
from typing import IO, cast

from ..errors import ContainerError, SubmissionError
from .bounded_file import Guarded
from .member_names import problem_of, readable_name, skipped, without_twins
from .members import MAX_RATIO, RATIO_FROM, SINGLE, Caps, Listing, Member

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_GZIP_MEMBER = _GZIP + b"\x08"
#: Maximum number of gzip members in a student's archive, because Python restarts for each.
_GZIP_MEMBERS = 1_000
#: Maximum bytes of one member's headers; a header may claim any size, and more may follow it.
_HEADERS = 64 << 10
#: A run of digits longer than any name or number needs: before Python 3.12.6, tarfile searches
#: headers in time quadratic in its length.
_DIGITS = re.compile(rb"[0-9]{40}")
_BROKEN = (tarfile.TarError, OSError, EOFError, ValueError, RecursionError, zlib.error)


class _Headers(Guarded):
    """File wrapper that checks a tar's headers before tarfile searches them."""

    #: Bytes of headers beyond one block each: the maximum, and the number read so far.
    longest = 0
    _long = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As the file's own. Raises the refusal."""
        data = super().read(size)
        if self.guards:
            self._long += len(data) if len(data) > tarfile.BLOCKSIZE else 0
            if self._long > self.longest or _DIGITS.search(data):
                raise self.refusal
        return data


class TarArchive:
    """An open tar; `listing` holds its members, `close` closes the file."""

    def __init__(self, file: IO[bytes], name: str, caps: Caps) -> None:
        """Raises ContainerError if the file is no tar, is damaged or holds too much."""
        self._file = file
        self._reader = self._read
        if file.seek(0, 2) > caps.archive:
            raise ContainerError("containers", "too_big", name=name, limit=caps.archive >> 10)
        self._plain = _unzipped(file, name, caps)
        self.listing = Listing()
        found: list[Member] = []
        broken = ContainerError("containers", "not_tar", name=name)
        guarded = _Headers(self._plain, self._plain.seek(0, 2), _HEADERS, broken)
        guarded.longest = 2 * caps.directory
        guarded.seek(0)
        try:
            self._tar = tarfile.open(fileobj=cast("IO[bytes]", guarded), mode="r:")  # noqa: SIM115
            for count, info in enumerate(self._tar):
                if count >= caps.members:
                    raise ContainerError("containers", "too_many", name=name, limit=caps.members)
                info.pax_headers = {}  # drop each member's copy of the global headers
                if member := self._member(info):
                    found.append(member)
                guarded.allow(_HEADERS)
        except _BROKEN as error:
            raise broken from error
        guarded.lift()
        self.listing.members = without_twins(found, self.listing)

    def close(self) -> None:
        self._tar.close()
        self._plain.close()
        self._file.close()

    def _member(self, info: tarfile.TarInfo) -> Member | None:
        name = _name_of(info)
        if info.isdir() or (skipped(name) and not problem_of(name)):
            return None
        shown = readable_name(name)
        if info.issym() or info.islnk():
            self.listing.refuse(shown, "link")
        elif not info.isreg() or info.issparse():
            self.listing.refuse(shown, "device")
        elif problem := problem_of(name):
            self.listing.refuse(shown, problem)
        else:
            time = float(info.mtime)
            modified = time if math.isfinite(time) else None
            return Member(name, info.size, modified, self._reader, info)
        return None

    def _read(self, info: tarfile.TarInfo, limit: int) -> bytes:
        shown = readable_name(_name_of(info))
        try:
            file = self._tar.extractfile(info)
            content = file.read(limit + 1) if file else b""
        except _BROKEN as error:
            raise SubmissionError("containers", "damaged", name=shown) from error
        if len(content) > limit:
            raise SubmissionError("containers", "too_big", name=shown, limit=limit >> 10)
        if len(content) < min(info.size, limit):
            raise SubmissionError("containers", "damaged", name=shown)
        return content


def _name_of(info: tarfile.TarInfo) -> str:
    return info.name.removeprefix("./")


def _unzipped(file: IO[bytes], name: str, caps: Caps) -> IO[bytes]:
    """Return the plain tar, seekable: in memory for a student's, else in an anonymous file."""
    size = file.seek(0, 2)
    file.seek(0)
    magic = file.read(2)
    file.seek(0)
    if magic != _GZIP:
        return file
    limit, why = caps.unpacked, "too_big"
    if (grown := max(RATIO_FROM, MAX_RATIO * size)) < limit:
        limit, why = grown, "bomb"
    if caps is SINGLE and file.read().count(_GZIP_MEMBER) > _GZIP_MEMBERS:
        raise ContainerError("containers", "not_tar", name=name)
    file.seek(0)
    plain: IO[bytes] = io.BytesIO() if caps is SINGLE else tempfile.TemporaryFile()  # noqa: SIM115
    try:
        with gzip.GzipFile(fileobj=file) as stream:
            while chunk := stream.read(_CHUNK):
                if plain.tell() + len(chunk) > limit:
                    raise ContainerError("containers", why, name=name, limit=limit >> 10)
                plain.write(chunk)
    except _BROKEN as error:
        raise ContainerError("containers", "not_tar", name=name) from error
    plain.seek(0)
    return plain
