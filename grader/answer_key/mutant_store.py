"""Write the misconceptions' answers of a key as JSON and bytes, and read them case by case.

The distinct answers to one case form a block, because they resemble each other: they have the same
dtypes and often the same numbers. A block is read when one of its answers is first needed, for a
single case rules out most misconceptions.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import accumulate
from pathlib import Path

import numpy as np

from ..errors import DamagedKey
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import BY_NAME, Array, Json
from .compare import StackedAnswers
from .key import Case, MutantAnswers
from .outcome_store import MALFORMED, ONLY_VALUE, Blob, read_outcome, write_outcome


def write_mutants(mutants: Sequence[MutantAnswers], blob: bytearray) -> Json:
    """Return the header of all answers, whose arrays are appended to `blob`."""
    answers: dict[str, dict[str, list[Outcome]]] = {}  # by function and case
    for mutant in mutants:
        cases = answers.setdefault(mutant.function, {})
        for case, outcome in mutant.outcomes.items():
            cases.setdefault(case, []).append(outcome)
    return {
        "mutants": [[m.codes, m.function, m.breaks] for m in mutants],
        "blocks": {
            function: [_write_block(outcomes, blob) for outcomes in cases.values()]
            for function, cases in answers.items()
        },
    }


def read_mutants(
    path: Path, header: Json, content: bytes, cases: Sequence[Case]
) -> tuple[MutantAnswers, ...]:
    """Rebuild what `write_mutants` wrote for the same cases; errors name the key's `path`."""
    blocks: dict[str, dict[str, _Block]] = {}
    whole, start = memoryview(content), 0
    for function, items in header["blocks"].items():
        ids = [case.id for case in cases if case.function == function]
        blocks[function] = {}
        for case, item in zip(ids, items, strict=True):
            end = start + item["length"]
            blocks[function][case] = _Block(path, item, whole[start:end])
            start = end
    found, rows = [], dict.fromkeys(blocks, 0)
    for codes, function, breaks in header["mutants"]:
        outcomes = StoredAnswers(blocks[function], rows[function])
        rows[function] += 1
        found.append(MutantAnswers(tuple(codes), function, outcomes, tuple(breaks)))
    for function, count in rows.items():
        if any(len(block.numbers) != count for block in blocks[function].values()):
            raise ValueError("as many answers as misconceptions were promised")
    return tuple(found)


def _write_block(outcomes: Sequence[Outcome], blob: bytearray) -> Json:
    """Return the header of one case's answers: each distinct one, and its number by mutant.

    Most answers have one of a few forms, such as a dtype and a shape, which are written once.
    """
    known: dict[bytes, int] = {}
    written: list[Json] = []
    numbers: list[int] = []
    arrays = bytearray()
    for outcome in outcomes:
        own = bytearray()
        item = write_outcome(outcome, own)
        number = known.setdefault(repr(item).encode() + bytes(own), len(known))
        if number == len(written):
            written.append(item)
            arrays += own
        numbers.append(number)
    planes = _width(written)
    if planes > 1 and _deflated(split := _planes(bytes(arrays), planes)) < _deflated(arrays):
        arrays = bytearray(split)
    else:
        planes = 1
    blob += arrays
    forms = {repr(item): item for item in written}
    places = {form: place for place, form in enumerate(forms)}
    return {
        "numbers": numbers,
        "planes": planes,
        "length": len(arrays),
        "forms": list(forms.values()),
        "answers": [places[repr(item)] for item in written],
    }


def _width(written: Sequence[Json]) -> int:
    """Return the size of an array element in bytes; 1 unless all arrays have the same."""
    names = {spec[0] for item in written for spec in item["value"][1]}
    sizes = {np.dtype(name).itemsize for name in names}
    return sizes.pop() if len(sizes) == 1 else 1


def _planes(content: bytes, width: int) -> bytes:
    """Put the first byte of each element first, then the second …: like bytes deflate better."""
    return np.frombuffer(content, np.uint8).reshape(-1, width).T.tobytes()


def _elements(content: memoryview, width: int) -> memoryview:
    """Undo `_planes`."""
    if width == 1:
        return content
    return memoryview(np.frombuffer(content, np.uint8).reshape(width, -1).T.tobytes())


def _deflated(content: bytes | bytearray) -> int:
    return len(zlib.compress(content))


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Raise DamagedKey in place of the exceptions of malformed data."""
    try:
        yield
    except MALFORMED as error:
        raise DamagedKey(f"{path}: malformed key ({error})") from error


class _Block:
    """The distinct answers to one case, each read on first use."""

    def __init__(self, path: Path, item: Json, content: memoryview) -> None:
        self.numbers: list[int] = item["numbers"]
        self._forms, self._places = item["forms"], item["answers"]
        self._items = [self._forms[place] for place in self._places]
        self._width: int = item["planes"]
        self._path, self._content = path, content
        self._read: dict[int, Outcome] = {}

    def answer(self, row: int) -> Outcome:
        """Return the answer of the function's mutant number `row`."""
        with _damage_named(self._path):
            number = self.numbers[row]
            if number not in self._read:
                self._read[number] = self._outcome(number)
            return self._read[number]

    def _outcome(self, number: int) -> Outcome:
        elements, starts = self._laid_out
        blob = Blob(elements)
        blob.seek(starts[number])
        return read_outcome(self._items[number], blob)

    @cached_property
    def _laid_out(self) -> tuple[memoryview, list[int]]:
        """Return the bytes of all arrays, and where those of each answer start."""
        starts = accumulate((item["value"][2] for item in self._items), initial=0)
        return _elements(self._content, self._width), list(starts)

    @cached_property
    def stacked(self) -> list[StackedAnswers]:
        """Return the answers that are single arrays, by their form."""
        numbers: dict[int, list[int]] = {}
        for number, place in enumerate(self._places):
            numbers.setdefault(place, []).append(number)
        found = []
        with _damage_named(self._path):
            for place, form in enumerate(self._forms):
                tree, specs, length = form["value"]
                if form.keys() <= ONLY_VALUE and tree == {"a": 0} and specs[0][1]:
                    dtype, shape, _ = specs[0]
                    read = partial(self._rows, numbers[place], dtype, math.prod(shape), length)
                    found.append(StackedAnswers(numbers[place], shape, read))
        return found

    def _rows(self, numbers: list[int], dtype: str, size: int, length: int) -> Array:
        """Return arrays of `size` elements in `length` bytes as rows."""
        with _damage_named(self._path):
            elements, starts = self._laid_out
            each = [elements[starts[number] : starts[number] + length] for number in numbers]
            rows: Array = np.ndarray((len(each), size), BY_NAME[dtype], b"".join(each))
        return rows


class StoredAnswers(Mapping[str, Outcome]):
    """One mutant's outcomes for all cases of a function, read on first use."""

    def __init__(self, blocks: Mapping[str, _Block], row: int) -> None:
        self.blocks, self.row = blocks, row

    def __getitem__(self, case: str) -> Outcome:
        return self.blocks[case].answer(self.row)

    def number(self, case: str) -> int:
        """Return the number of the answer among the distinct answers to a case."""
        return self.blocks[case].numbers[self.row]

    def stacked(self, case: str) -> Sequence[StackedAnswers]:
        """Return the distinct answers to a case that can be compared all at once."""
        return self.blocks[case].stacked

    def __iter__(self) -> Iterator[str]:
        return iter(self.blocks)

    def __len__(self) -> int:
        return len(self.blocks)
