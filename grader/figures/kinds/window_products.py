"""Draw a window over the input, its products with the kernel, and the resulting output."""

from __future__ import annotations

from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ..panels import (
    Drawing,
    Matrix,
    Outline,
    Panel,
    Sign,
    Square,
    Words,
    short,
    size_text,
    squares_of,
)
from ..parameters import Parameters
from ..sliding import Pair, Slide, correlate, padded_with


def draw_window(given: Parameters) -> Drawing:
    """Return one step of cross-correlation or convolution: input ∗ kernel = output."""
    plane, kernel = given.array("input", 2), given.array("kernel", 2)
    flipped = given.choice("operation", ("correlation", "convolution"), "correlation")
    bias = given.number("bias", 0)
    slide = given.slide(_pair(plane), _pair(kernel))
    at = given.index("at", slide.output)
    used = kernel[::-1, ::-1] if flipped == "convolution" else kernel
    result = correlate(plane, used, slide) + bias
    key = "flipped" if flipped == "convolution" else "kernel"
    panels: list[Panel] = [
        padded_input(plane, slide, at),
        Sign("∗"),
        Matrix(say("figure", key, size=size_text(kernel.shape)), "kernel", squares_of(used)),
        *([Sign(f"+ {short(bias)}")] if bias else []),
        Sign("="),
        framed_output(result, at, "output"),
    ]
    around = padded_with(plane, slide.padding)
    top, left = slide.start(at)
    window = around[top : top + kernel.shape[0], left : left + kernel.shape[1]]
    return Drawing([panels], [products(window, used, bias)])


def padded_input(
    plane: Array, slide: Slide, at: Pair | None, title: str = "", fill: str = "0"
) -> Matrix:
    """Return the input with its padding, and the window behind the output at `at`, if given."""
    (height, width), (ph, pw) = slide.size, slide.padding
    rows = []
    for i in range(-ph, height + ph):
        row = []
        for j in range(-pw, width + pw):
            inside = 0 <= i < height and 0 <= j < width
            row.append(Square(short(plane[i, j]) if inside else fill, outside=not inside))
        rows.append(row)
    outlines = [Outline(*slide.start(at), *slide.kernel, "input")] if at is not None else []
    title = title or say("figure", "input", size=size_text(plane.shape))
    return Matrix(title, "input", rows, outlines)


def framed_output(result: Array, at: Pair, role: str, title: str = "") -> Matrix:
    """Return an output with a frame around the element at `at`."""
    title = title or say("figure", "output", size=size_text(result.shape))
    return Matrix(title, role, squares_of(result), [Outline(*at, 1, 1, role)])


def products(window: Array, kernel: Array, bias: float = 0) -> Words:
    """Return the products of a window and a kernel, written out with their sum."""
    parts: list[tuple[str, str]] = []
    for value, weight in zip(window.reshape(-1), kernel.reshape(-1), strict=True):
        parts += [(" + ", "")] if parts else []
        parts += [(bracketed(value), "input"), ("·", ""), (bracketed(weight), "kernel")]
    if bias:
        parts.append((f" + {bracketed(bias)}", ""))
    total = (window * kernel).sum() + bias
    return Words([*parts, (" = ", ""), (short(total), "output")])


def bracketed(value: object) -> str:
    """Return a number as text, in parentheses if it is negative."""
    text = short(value)
    return f"({text})" if text.startswith("−") else text


def _pair(array: Array) -> Pair:
    return (array.shape[0], array.shape[1])
