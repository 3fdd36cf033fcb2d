"""Guard a file while a library that trusts its content reads the table of contents."""

from __future__ import annotations

from typing import IO

from ..errors import ContainerError


class Guarded:
    """File wrapper that raises after a byte budget; `lift()` removes the limit.

    `marks` are a signature and how often it may occur in the bytes read, so that entries are
    counted before a library creates objects for them.
    """

    def __init__(
        self,
        file: IO[bytes],
        size: int,
        left: int,
        refusal: ContainerError,
        marks: tuple[bytes, int] | None = None,
    ) -> None:
        self._file = file
        self._size = size
        self._left: int | None = left
        self.refusal = refusal
        self._marks = marks

    def read(self, size: int | None = -1, /) -> bytes:
        """As the file's own. Raises the refusal."""
        if self._left is None:
            return self._file.read(-1 if size is None else size)
        there = max(0, self._size - self._file.tell())
        wanted = there if size is None or size < 0 else min(size, there)
        self._left -= wanted
        if self._left < 0:
            raise self.refusal
        data = self._file.read(wanted)
        if self._marks and data.count(self._marks[0]) > self._marks[1]:
            raise self.refusal
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    @property
    def guards(self) -> bool:
        """Return whether reading is still limited."""
        return self._left is not None

    def allow(self, left: int) -> None:
        """Set the number of bytes that may be read from here on."""
        self._left = left

    def lift(self) -> None:
        """Remove the limit after the table of contents; readers of members have their own."""
        self._left = None
