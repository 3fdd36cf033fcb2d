"""Draw the smallest failing case as pictures: input and window, yours, expected, difference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup

from ...course.exercise_texts import ExerciseTexts
from ...grading.report import Failure
from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ...terminal.layout import NO_BREAK, clean, clipped
from ..arrays import (
    COLUMNS,
    ROWS,
    digits_apart,
    drawable,
    number_text,
    shape_text,
    start_of,
    value_text,
)
from ..failing_case import call_text, follow, in_full, kind_text, like, problem_lines
from ..place import line_place
from ..window import CHANNELS, Row, Window, row_of, window_of
from .grid import Cell, Frame, grid, number_cell
from .replay_view import ReplayView

#: Maximum number of planes drawn of an array with more than two dimensions.
PLANES = 3
#: Maximum length of a sentence, in characters, so large that nothing is wrapped.
LINE = 10_000
#: An index or a shape in a sentence, which stays on one line.
_INDEX = re.compile(r"\[\d+(?:, \d+)+\]|\(\d+(?:, \d+)+\)")


@dataclass(frozen=True)
class CasePicture:
    """A picture with its caption."""

    caption: str
    picture: Markup
    #: Further lines below the caption.
    remarks: Sequence[str] = ()


@dataclass(frozen=True)
class Answers:
    """Yours and the expected result: as pictures, or as text if they are short."""

    figures: Sequence[CasePicture] = ()
    yours: str = ""
    expected: str = ""


@dataclass(frozen=True)
class CaseView:
    """Everything that a page shows of a failing case."""

    call: str
    kind: str
    problem: str
    inputs: Sequence[CasePicture]
    answers: Answers | None
    #: The line of the student's code that raised, and its text.
    at: tuple[str, str] | None
    heading: str = ""
    #: Both computations of the wrong number; with it, the input's window is drawn only there.
    replay: ReplayView | None = None
    #: The option with which `check` runs the case alone, empty if it cannot.
    option: str = ""


def case_view(failure: Failure, texts: ExerciseTexts, replay: ReplayView | None) -> CaseView:
    """Return the view of a failing case."""
    verdict = failure.verdict
    error = failure.got.error
    at = None
    if error is not None and error.line is not None:
        line = clipped(clean(error.text).strip(), 100)
        at = (say("check", "at_line", place=line_place(error.line, error.cell)), line)
    return CaseView(
        call_text(failure),
        kind_text(verdict, texts),
        _INDEX.sub(
            lambda found: found[0].replace(" ", NO_BREAK), " ".join(problem_lines(verdict, LINE))
        ),
        tuple(_inputs(failure, texts, replay.arrays if replay else None)),
        None if verdict.status == "missing" else _answers(failure),
        at,
        say("check", "unfinished" if verdict.status == "timeout" else "smallest"),
        replay,
    )


def _inputs(
    failure: Failure, texts: ExerciseTexts, drawn: frozenset[str] | None
) -> Iterator[CasePicture]:
    """Yield the input with its window and the kernel, then the other arguments that can be drawn.

    Arguments that are `drawn` in a replay are left out.
    """
    verdict, arguments = failure.verdict, failure.arguments
    names = texts.window(verdict.function)
    window = None
    if verdict.index is not None and drawn is None:
        window = window_of(names, arguments, verdict.index)
    shown = set(drawn or ())
    if window is not None:
        yield from _window(window, names)
        shown = {names.get("input", "input"), names.get("kernel", "")}
    for name, value in arguments.items():
        if name not in shown and drawable(value) and in_full(value):
            yield from planes(value, name)
    row = row_of(arguments)
    if row is not None:
        yield _row(row)


def _window(window: Window, names: Any) -> Iterator[CasePicture]:
    image, kernel = names.get("input", "input"), names.get("kernel", "")
    many = len(window.planes) > 1
    for number, (plane, weights) in enumerate(window.planes[:CHANNELS]):
        channel = say("page", "channel", number=number) if many else ""
        remarks = [] if number else [window.heading]
        if not number and window.beyond:
            remarks.append(say("check", "window.outside", sign=window.outside))
        label = f"{image}{channel}"
        yield CasePicture(label, _under(plane, window, f"{label}. {window.heading}"), remarks)
        if weights is not None:
            yield CasePicture(f"{kernel}{channel}", _plain(weights, f"{kernel}{channel}"))
    if len(window.planes) > CHANNELS:
        more = say("check", "window.more", count=len(window.planes) - CHANNELS)
        yield CasePicture(more, Markup())


def _under(plane: Array, window: Window, label: str) -> Markup:
    """Return a plane with its padding and the window; of a large one the part around that."""
    height, width = plane.shape
    (rows, columns), (above, beside) = window.size, window.padding
    first = min(-above, window.top), min(-beside, window.left)
    last = max(height + above, window.top + rows), max(width + beside, window.left + columns)
    top = first[0] + start_of(last[0] - first[0], ROWS + 2, window.top + rows // 2 - first[0])
    left = first[1] + start_of(
        last[1] - first[1], COLUMNS + 2, window.left + columns // 2 - first[1]
    )
    bottom, right = min(last[0], top + ROWS + 2), min(last[1], left + COLUMNS + 2)
    cells = []
    for i in range(top, bottom):
        row = []
        for j in range(left, right):
            inside = 0 <= i < height and 0 <= j < width
            under = 0 <= i - window.top < rows and 0 <= j - window.left < columns
            text = number_text(plane[i, j]) if inside else window.outside
            row.append(Cell(text, outside=not inside, under=under))
        cells.append(row)
    frame = Frame(window.top - top, window.left - left, rows, columns)
    return grid(cells, label, [frame])


def _row(row: Row) -> CasePicture:
    """Return cells 1 to n between padding, with the first window over them."""
    image = [Cell(str(number + 1)) for number in range(row.n)]
    zero = Cell("0", outside=True)
    cells = [*[zero] * row.before, *image, *[zero] * row.after]
    under = [cell._replace(under=position < row.kernel) for position, cell in enumerate(cells)]
    picture = grid([under], row.sentence, [Frame(0, 0, 1, row.kernel)])
    return CasePicture(say("page", "row"), picture, [row.sentence])


def planes(value: Array, name: str) -> Iterator[CasePicture]:
    """Yield a picture for each of the first planes of an array."""
    array = value[None] if value.ndim == 1 else value
    outer = list(np.ndindex(*array.shape[:-2]))
    for index in outer[:PLANES]:
        label = f"{name}{_place(index)}"
        yield CasePicture(label, _plain(array[index], label))
    if len(outer) > PLANES:
        yield CasePicture(say("page", "more_planes", count=len(outer) - PLANES), Markup())


def _plain(plane: Array, label: str) -> Markup:
    cells = [[number_cell(value) for value in row] for row in plane[:ROWS, :COLUMNS].tolist()]
    return grid(cells, label)


def _answers(failure: Failure) -> Answers:
    expected, got, verdict = failure.expected, failure.got, failure.verdict
    if verdict.right:  # equal numbers need not be shown
        return Answers()
    if expected.kind == "raised":
        assert expected.error
        wanted = say("check", "raises", error=expected.error.type)
        return Answers(yours=value_text(got.value) if got.kind == "value" else "", expected=wanted)
    wanted_value, got_value = follow(expected.value, verdict.item), follow(got.value, verdict.item)
    got_value = like(got_value, wanted_value)
    if got.kind != "value":
        wanted_value, got_value = expected.value, None
    if not drawable(wanted_value) and not drawable(got_value):
        if got.kind == "value" and not _holds_array(expected.value, got.value):
            wanted_value, got_value = expected.value, got.value
        yours = value_text(got_value) if got.kind == "value" else ""
        return Answers(yours=yours, expected=value_text(wanted_value))
    return _drawn(failure, wanted_value, got_value)


def _drawn(failure: Failure, wanted: Any, got: Any) -> Answers:
    """Return yours and expected; if the shapes agree, also which elements differ by how much."""
    verdict = failure.verdict
    comparable = (
        drawable(wanted)
        and drawable(got)
        and wanted.shape == got.shape
        and verdict.status in ("values", "nonfinite")
    )
    yours_label, wanted_label = say("check", "yours"), say("check", "expected")
    if not comparable:
        figures = [
            *_result(got, yours_label, shape=failure.got.kind == "value"),
            *_result(wanted, wanted_label, shape=failure.got.kind == "value"),
        ]
        yours = "" if drawable(got) or failure.got.kind != "value" else value_text(got)
        expected = "" if drawable(wanted) else value_text(wanted)
        return Answers(figures, yours, expected)
    differs = differing(wanted, got, verdict.wrong)
    mark = verdict.index or (0,) * wanted.ndim
    part = _Part(wanted.shape, mark, digits_apart(wanted[mark].item(), got[mark].item()))
    place = part.caption
    return Answers(
        [
            CasePicture(yours_label + place, part.drawn(got, differs, "wrong", yours_label)),
            CasePicture(wanted_label + place, part.drawn(wanted, differs, "right", wanted_label)),
            CasePicture(
                say("page", "difference") + place,
                part.differences(wanted, got, differs),
                [say("page", "marked", wrong=verdict.wrong, total=verdict.total)],
            ),
        ]
    )


def _result(value: Any, label: str, *, shape: bool) -> Iterator[CasePicture]:
    if not drawable(value):
        return
    if not in_full(value):
        yield CasePicture(f"{label}: {value_text(value)}", Markup())
        return
    first, *others = planes(value, label)
    remark = say("page", "shape", shape=shape_text(value.shape))
    yield replace(first, remarks=[remark]) if shape else first
    yield from others


class _Part:
    """The plane with the first difference, or the part of it around that if it is large."""

    def __init__(self, shape: tuple[int, ...], mark: tuple[int, ...], digits: int) -> None:
        self._digits = digits
        self._flat = len(shape) == 1
        shape, mark = ((1, *shape), (0, *mark)) if self._flat else (shape, mark)
        self._outer, self._mark = mark[:-2], mark[-2:]
        self._top = start_of(shape[-2], ROWS, self._mark[0])
        self._left = start_of(shape[-1], COLUMNS, self._mark[1])
        self._rows = range(self._top, min(self._top + ROWS, shape[-2]))
        self._columns = range(self._left, min(self._left + COLUMNS, shape[-1]))
        self._whole = (len(self._rows), len(self._columns)) == tuple(shape[-2:])

    @property
    def caption(self) -> str:
        """Return the index of the plane, and the rows and columns if only a part is drawn."""
        if self._whole:
            return _place(self._outer)
        rows = f"{self._rows[0]}…{self._rows[-1]}"
        columns = f"{self._columns[0]}…{self._columns[-1]}"
        part = say("page", "part", rows=rows, columns=columns)
        return f"{_place(self._outer)} {part}"

    def _plane(self, array: Array) -> Array:
        plane: Array = (array[None] if self._flat else array)[self._outer]
        return plane

    def drawn(self, array: Array, differs: Array, mark: str, label: str) -> Markup:
        """Return the numbers of one side, with those that differ marked."""
        numbers, wrong = self._plane(array), self._plane(differs)
        return self._grid(
            lambda i, j: Cell(
                number_text(numbers[i, j], self._digits), mark=mark if wrong[i, j] else ""
            ),
            label,
        )

    def differences(self, wanted: Array, got: Array, differs: Array) -> Markup:
        """Return yours minus expected where they differ, and a dot where they agree."""
        expected, yours, wrong = self._plane(wanted), self._plane(got), self._plane(differs)

        def cell(i: int, j: int) -> Cell:
            if not wrong[i, j]:
                return Cell("·")
            return Cell(difference_text(yours[i, j], expected[i, j]), mark="wrong")

        return self._grid(cell, say("page", "difference"))

    def _grid(self, cell: Any, label: str) -> Markup:
        cells = [
            [cell(i, j)._replace(first=(i, j) == self._mark) for j in self._columns]
            for i in self._rows
        ]
        return grid(cells, label + self.caption)


def differing(expected: Array, got: Array, wrong: int) -> Array:
    """Return a mask of the `wrong` elements that differ most, whose number the judge counted."""
    with np.errstate(all="ignore"):
        wide = np.result_type(expected, got, np.float64)
        size = np.abs(np.nan_to_num(expected.astype(wide)))
        scale = size.max() + size  # as the tolerance grows
        off = np.abs(got.astype(wide) - expected.astype(wide)) / np.where(scale > 0, scale, 1)
    same = (got == expected) | ((got != got) & (expected != expected))
    off = np.where(same, -1.0, np.where(np.isfinite(off), off, np.inf))
    chosen = np.zeros(expected.size, dtype=bool)
    order = np.argsort(-off.reshape(-1), kind="stable")
    chosen[order[:wrong]] = True
    return chosen.reshape(expected.shape)


def difference_text(got: Any, expected: Any) -> str:
    """Return a signed difference like `+3`, or `≠` if it is not a finite real number."""
    if isinstance(got, (bool, np.bool_)) or isinstance(expected, (bool, np.bool_)):
        return "≠"
    if isinstance(got, np.integer) and isinstance(expected, np.integer):
        return f"{int(got) - int(expected):+d}"
    with np.errstate(all="ignore"):
        by = complex(got) - complex(expected)
    if by.imag or not np.isfinite(by.real):
        return "≠"
    text = number_text(float(f"{by.real:.6g}"))
    return text if text.startswith("-") else f"+{text}"


def _holds_array(*values: Any) -> bool:
    return any(
        isinstance(child, np.ndarray)
        for value in values
        if isinstance(value, (list, tuple, dict))
        for child in (value.values() if isinstance(value, dict) else value)
    )


def _place(outer: tuple[int, ...]) -> str:
    return f" [{', '.join(str(i) for i in outer)}, :, :]" if outer else ""
