"""Draw the smallest failing case so that it can be computed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..course.exercise_texts import ExerciseTexts
from ..errors import CLAUSE
from ..grading.report import Failure, Verdict
from ..grading.unkept import Unkept
from ..i18n.texts import family_texts, listed, say
from ..runner.job import ANSWER, LOSSES, NOT_RUN
from ..sandbox.protocol.outcome import Raised
from ..terminal.layout import (
    NO_BREAK,
    Paint,
    beside,
    clean,
    clipped,
    indented,
    joined,
    width_of,
    wrapped,
)
from .arrays import (
    DIGITS,
    digits_apart,
    drawable,
    matrix_lines,
    number_text,
    shape_text,
    typed_text,
    value_text,
)
from .place import line_place
from .window import row_picture, window_lines

#: Maximum number of elements of an array that is drawn in full.
DRAWN_ELEMENTS = 80
#: Columns between blocks.
GAP = 4
#: Maximum number of lines and of characters shown of an exception's message.
ERROR_LINES, ERROR_COLUMNS = 6, 400
#: Maximum number of items of a result that is shown as a whole.
SHORT = 4
#: Maximum factor between yours and the expected number that is mentioned, and its tolerance.
MOST_TIMES, CLOSE = 1000, 1e-9


def case_lines(failure: Failure, texts: ExerciseTexts, width: int, paint: Paint) -> list[str]:
    """Return the call, yours beside expected, and the window behind the first difference."""
    verdict = failure.verdict
    lines = wrapped(f"{call_text(failure)}   {kind_text(verdict, texts)}".rstrip(), width)
    blocks = [
        [f"{name} =", *matrix_lines(value)]
        for name, value in failure.arguments.items()
        if drawable(value) and in_full(value)
    ]
    if blocks:
        lines += ["", *indented(beside(blocks, GAP, width - 2), 2)]
    if answers := _answers(failure, width, paint):
        lines += ["", *answers]
    picture = row_picture(failure.arguments)
    if picture:
        lines += ["", *indented(picture, 2)]
    if verdict.index is not None:
        window = window_lines(
            texts.window(verdict.function), failure.arguments, verdict.index, width - 2, paint
        )
        if window:
            lines += ["", *wrapped(window[0], width), *indented(window[1:], 2)]
    return lines


def problem_lines(verdict: Verdict, width: int) -> list[str]:
    """Return the problem of one case as a sentence, wrapped to `width`."""
    return wrapped(_sentence(verdict), width)


def error_text(error: Raised) -> str:
    """Return an exception as Python prints it, cut to a few lines."""
    lines = f"{error.type}: {clean(error.message)}".rstrip(": \n").split("\n")
    shown = lines[:ERROR_LINES] + (["…"] if len(lines) > ERROR_LINES else [])
    return clipped("\n".join(shown), ERROR_COLUMNS)


def place_text(verdict: Verdict) -> str:
    """Return the place of the first difference: item of a tuple, index in an array."""
    parts = []
    if verdict.item:
        parts.append(say("check", "place.item", item=" → ".join(str(i) for i in verdict.item)))
    if verdict.index:
        parts.append(say("check", "place.index", index=_unbroken(shape_text(verdict.index))))
    return listed(parts, CLAUSE)


def _sentence(verdict: Verdict) -> str:
    status = verdict.status
    values: dict[str, Any] = {
        "function": verdict.function,
        "expected": _brief(verdict.expected),
        "got": _brief(verdict.got),
        "names": listed(clean(name) for name in verdict.names),
        "wrong": verdict.wrong,
        "total": verdict.total,
        "place": "",
        "nearest": "",
        "error": "",
        "advice": "",
        "off": "",
    }
    if place := place_text(verdict):
        values["place"] = say("check", "place.at", place=place)
    if status == "missing" and (near := _nearest(verdict)):
        values["nearest"] = say("check", "nearest", name=near)
    if status == "refused":
        values["advice"] = _advice(verdict.names)
    if verdict.error:
        values["error"] = error_text(verdict.error)
        if status == "raised" and verdict.expected:
            status_key = "status.raised_other"
            return say("check", status_key, **values)
    if status in LOSSES and verdict.got == NOT_RUN:
        return say("check", "status.not_run")
    if status == "timeout" and verdict.expected is not None:
        values["expected"] = f"{verdict.expected:g}"
        return say("check", "status.unfinished", **values)
    if status == "values" and verdict.total <= 1:
        values["off"] = _off(verdict.expected, verdict.got)
        return say("check", "status.value", **values).strip()
    if status == "type" and verdict.got == "None":
        return say("check", "status.no_return", **values)
    if status in ("shape", "type", "array", "whole", "dtype", "device"):
        values["expected"], values["got"] = _kinds(verdict)
    return say("check", f"status.{status}", **values).strip()


def _off(expected: Any, got: Any) -> str:
    """Return how far off a number is: the difference, and the factor if it is a simple one."""
    numbers = isinstance(expected, (int, float)) and isinstance(got, (int, float))
    if not numbers or isinstance(expected, bool) or isinstance(got, bool):
        return ""
    off = got - expected
    if off != off or abs(off) == float("inf"):
        return ""
    if got == -expected:
        return say("check", "off.sign")
    difference = number_text(off)
    difference = difference if difference.startswith("-") else f"+{difference}"
    if ratio := _plain_ratio(got, expected):
        return say("check", "off.ratio", difference=difference, ratio=ratio)
    return say("check", "off.difference", difference=difference)


def _plain_ratio(got: float, expected: float) -> str:
    """Return `2` or `1/3` if one number is that multiple of the other, else "".

    If one of them is 1, "" is returned, because every integer is a multiple of 1.
    """
    if not expected or not got or 1 in (abs(expected), abs(got)):
        return ""
    for top, bottom in ((got, expected), (expected, got)):
        times = top / bottom
        if 1.5 < times <= MOST_TIMES and abs(times - round(times)) < CLOSE * times:
            return str(round(times)) if top is got else f"1/{round(times)}"
    return ""


def call_text(failure: Failure) -> str:
    """Return the call in one line; arrays that are drawn appear only by name."""
    if failure.driver == ANSWER:
        return failure.verdict.function
    parts = []
    for position, (name, value) in enumerate(failure.arguments.items()):
        if isinstance(value, np.ndarray) and value.ndim:
            remark = "" if _plain_floats(value) else f": {value_text(value)}"
            shown = value_text(value) if not drawable(value) else name + remark
            if not in_full(value):
                shown = f"{name}: {value_text(value)}"
        elif isinstance(value, Unkept):
            shown = f"{name}: {value}"
        else:
            shown = value_text(value)
            shown = (
                shown
                if position < failure.positional and len(failure.arguments) == 1
                else (f"{name}={shown}")
            )
        parts.append(shown)
    return f"{failure.verdict.function}({', '.join(parts)})"


def _plain_floats(value: Any) -> bool:
    return bool(value.dtype.kind == "f") and bool(value.flags.c_contiguous)


def in_full(value: Any) -> bool:
    """Return whether an array is small enough to be drawn in full."""
    return bool(value.size <= DRAWN_ELEMENTS)


def kind_text(verdict: Verdict, texts: ExerciseTexts) -> str:
    """Return whether a case is a public example or a hidden one, with the hidden case's title."""
    if verdict.public:
        return f"({say('check', 'case.public')})"
    return f"({say('check', 'case.hidden', title=texts.case_title(verdict.title))})"


def _answers(failure: Failure, width: int, paint: Paint) -> list[str]:
    """Return yours and expected, in one line if both are short, else as blocks side by side."""
    verdict = failure.verdict
    wanted, got = failure.expected.value, failure.got.value
    yours, expected = say("check", "yours"), say("check", "expected")
    if verdict.right:  # equal numbers need not be shown, but a float instead of an int must
        if verdict.status in ("whole", "array") and _short(wanted) and _short(got):
            told = f"{yours} {typed_text(got)}", f"{expected} {typed_text(wanted)}"
            return joined(*told, 5, width)
        return []
    if failure.expected.kind == "raised":
        assert failure.expected.error
        said = f"{expected} {say('check', 'raises', error=failure.expected.error.type)}"
        if failure.got.kind != "value":
            return [*_error(failure, width), said]
        return joined(f"{yours} {value_text(got)}", said, 5, width)
    if failure.got.kind != "value":
        if drawable(wanted):
            return [*_error(failure, width), *_block(expected, wanted, None, paint, "green")]
        return [*_error(failure, width), f"{expected} {value_text(wanted)}"]
    got_item, wanted_item = follow(got, verdict.item), follow(wanted, verdict.item)
    got_item = like(got_item, wanted_item)
    if drawable(got_item) or drawable(wanted_item):
        drawn = drawable(got_item) and drawable(wanted_item)
        same = drawn and got_item.shape == wanted_item.shape
        mark, shapes = verdict.index if same else None, drawn and not same
        digits = _digits(wanted_item, got_item, mark)
        blocks = [
            _block(yours, got_item, mark, paint, "red", shape=shapes, digits=digits),
            _block(expected, wanted_item, mark, paint, "green", shape=shapes, digits=digits),
        ]
        return beside(blocks, GAP, width)
    if not (_short(wanted) and _short(got)):
        wanted, got = wanted_item, got_item
    digits = digits_apart(verdict.expected, verdict.got) if verdict.status == "values" else DIGITS
    shown = f"{yours} {paint(value_text(got, digits=digits), 'red')}"
    right = f"{expected} {paint(value_text(wanted, digits=digits), 'green')}"
    return joined(shown, right, 5, width)


def _digits(wanted: Any, got: Any, mark: tuple[int, ...] | None) -> int:
    """Return the number of digits with which the marked elements look different."""
    if mark is None:
        return DIGITS
    return digits_apart(wanted[mark].item(), got[mark].item())


def _short(value: Any) -> bool:
    """Return whether a result is shown as a whole: a few items without any array."""
    if isinstance(value, (list, tuple)):
        return len(value) <= SHORT and not any(isinstance(child, np.ndarray) for child in value)
    return not isinstance(value, (np.ndarray, dict))


def _block(
    label: str,
    value: Any,
    mark: tuple[int, ...] | None,
    paint: Paint,
    style: str,
    *,
    shape: bool = False,
    digits: int = DIGITS,
) -> list[str]:
    if not drawable(value):
        return [label, f" {value_text(value)}"]
    heading = f"{label}  {shape_text(value.shape)}" if shape else label
    return [heading, *matrix_lines(value, mark, paint, style, digits)]


def _error(failure: Failure, width: int) -> list[str]:
    """Return the line of the student's code that raised, and a blank line."""
    error = failure.got.error
    if error is None or error.line is None:
        return []
    where = say("check", "at_line", place=line_place(error.line, error.cell)) + "   "
    return [where + clipped(clean(error.text).strip(), width - width_of(where)), ""]


def follow(value: Any, path: tuple[int | str, ...]) -> Any:
    """Return the item of a result at `path`, or None if there is none."""
    for step in path:
        value = _item(value, step)
    return value


def like(value: Any, model: Any) -> Any:
    """Return a list or tuple of numbers as an array if it has `model`'s shape, else unchanged."""
    if not isinstance(value, (list, tuple)) or not isinstance(model, np.ndarray):
        return value
    try:
        made = np.array(value)
    except (ValueError, TypeError, OverflowError):  # ragged, or not numbers
        return value
    return made if made.shape == model.shape and made.dtype.kind in "iufb" else value


def _item(value: Any, step: int | str) -> Any:
    try:
        return value[step]
    except (IndexError, KeyError, TypeError):
        return None


def _brief(value: Any) -> str:
    return value_text(value, 40) if not isinstance(value, str) else clipped(clean(value), 60)


def _kinds(verdict: Verdict) -> tuple[str, str]:
    """Return the texts of the expected and the actual shape, type, dtype or device."""
    if verdict.status == "shape":
        return _unbroken(shape_text(verdict.expected)), _unbroken(shape_text(verdict.got))
    expected, got = _brief(verdict.expected), _brief(verdict.got)
    if verdict.status in ("type", "array", "whole"):
        return _kind(expected), _kind(got)
    return expected, got


def _kind(name: str) -> str:
    """Return `an array` for `array`, or the name itself of a type that has no text."""
    return say("check", f"kind.{name}") if name in family_texts("check")["kind"] else name


def _unbroken(text: str) -> str:
    return text.replace(" ", NO_BREAK)


def _nearest(verdict: Verdict) -> str:
    import difflib

    lowered = {clean(name).lower(): clean(name) for name in verdict.names}
    near = difflib.get_close_matches(verdict.function.lower(), lowered, n=1, cutoff=0.5)
    return lowered[near[0]] if near else ""


def _advice(names: tuple[str, ...]) -> str:
    """Return advice on what to return instead of a refused result."""
    detail = " ".join(names)
    for word in ("Mask", "matrix", "object", "sparse", "bfloat16", "quint8", "qint8", "Tensor"):
        if word.lower() in detail.lower():
            return say("check", f"advice.{word.lower()}")
    return say("check", "advice.other")
