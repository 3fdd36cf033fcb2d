"""Render a drawing as lines of text, for a terminal at least 40 columns wide."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..sandbox.protocol.values import Array
from ..terminal.layout import Paint, indented, padded, width_of, wrapped
from .panels import (
    CountBars,
    Drawing,
    Graph,
    Ladder,
    Matrix,
    Outline,
    Panel,
    Picture,
    Plot,
    Sign,
    Volume,
    Words,
)
from .text_canvas import grid_lines, styles_of
from .text_graph import graph_lines
from .text_plot import plot_lines

GAP = 2
#: Maximum width of a picture, in columns; a line of text holds two rows of pixels.
PICTURE = 32
#: Maximum width of a small picture, in columns.
SMALL = 8
#: Characters from dark to bright, for a terminal without colour.
SHADES = " ░▒▓█"


def drawing_lines(drawing: Drawing, width: int, paint: Paint) -> list[str]:
    """Return a drawing of at most `width` columns, with panels side by side as far as they fit."""
    lines: list[str] = []
    for row in drawing.rows:
        lines += ["", *_row_lines(row, width, paint)]
    if drawing.words:
        lines.append("")
    for words in drawing.words:
        lines += wrapped(_painted(words, paint), width)
    return lines[1:]


def _painted(words: Words, paint: Paint) -> str:
    return "".join(paint(text, *styles_of(role)) for text, role in words.parts)


def _row_lines(panels: Sequence[Panel], width: int, paint: Paint) -> list[str]:
    """Return a row's lines; a sign stays with the panel after it."""
    blocks: list[list[str]] = []
    signs: list[Sign] = []
    for panel in panels:
        if isinstance(panel, Sign):
            signs.append(panel)
            continue
        block = _panel_lines(panel, width, paint)
        middle = _middle(panel, block)
        for sign in reversed(signs):
            block = _joined([_sign_lines(sign, middle), block], GAP)
        blocks.append(block)
        signs = []
    if signs:
        blocks.append(_sign_lines(signs[0], 1))
    lines: list[str] = []
    current: list[list[str]] = []
    for block in blocks:
        if current and _wide([*current, block]) > width:
            lines += [*_joined(current, GAP), ""]
            current = []
        current.append(block)
    return [*lines, *_joined(current, GAP)]


def _middle(panel: Panel, block: Sequence[str]) -> int:
    """Return the line of a block beside which a sign is written."""
    return 1 + (len(block) - 1) // 2 if isinstance(panel, Matrix) else len(block) // 2


def _sign_lines(sign: Sign, at: int) -> list[str]:
    if not sign.note:
        return [""] * at + [sign.text]
    wide = width_of(sign.note)
    line = sign.text if sign.text != "→" else "─" * (wide - 1) + "→"
    return [""] * (at - 1) + [sign.note, line]


def _wide(blocks: Sequence[Sequence[str]]) -> int:
    return sum(max(map(width_of, b)) for b in blocks) + GAP * (len(blocks) - 1)


def _joined(blocks: Sequence[Sequence[str]], gap: int) -> list[str]:
    widths = [max(map(width_of, block)) for block in blocks]
    lines = []
    for number in range(max(map(len, blocks))):
        cells = (block[number] if number < len(block) else "" for block in blocks)
        line = (" " * gap).join(padded(c, w) for c, w in zip(cells, widths, strict=True))
        lines.append(line.rstrip())
    return lines


def _panel_lines(panel: Panel, width: int, paint: Paint) -> list[str]:
    if isinstance(panel, Matrix):
        return _matrix(panel, width, paint)
    if isinstance(panel, Ladder):
        return _ladder(panel, paint)
    if isinstance(panel, Volume):
        return _volume(panel, paint)
    if isinstance(panel, CountBars):
        return _bars(panel, width, paint)
    if isinstance(panel, Plot):
        return plot_lines(panel, width, paint)
    if isinstance(panel, Graph):
        return graph_lines(panel, paint)
    if isinstance(panel, Picture):
        return _picture(panel, paint)
    return _sign_lines(panel, 0)


def _matrix(matrix: Matrix, width: int, paint: Paint) -> list[str]:
    inside = [
        (i, j)
        for i, row in enumerate(matrix.squares)
        for j, square in enumerate(row)
        if not square.outside
    ]
    (top, left), (bottom, right) = inside[0], inside[-1]
    border = Outline(top, left, bottom - top + 1, right - left + 1, "")
    title = paint(matrix.title, "bold", *styles_of(matrix.role))
    return [title, *grid_lines(matrix, border, paint, width)]


def _ladder(ladder: Ladder, paint: Paint) -> list[str]:
    wide = max(width_of(square.text) for square in ladder.squares)
    pitch = wide + 2
    cells = []
    for square in ladder.squares:
        text = ("×" if square.unused else square.text).rjust(wide + 1) + " "
        cells.append(paint(text, "dim") if square.outside or square.unused else text)
    lines = [paint(ladder.title, "bold", *styles_of(ladder.role)), "".join(cells).rstrip()]
    for span in ladder.spans:
        bar = "└" + "─" * (span.length * pitch - 2) + "┘"
        text = f"{bar} {span.text}"
        lines.append(" " * (span.start * pitch) + paint(text, *styles_of(span.role)))
    return lines


def _volume(volume: Volume, paint: Paint) -> list[str]:
    """Draw a block whose sides and depth are logarithmic in its sizes."""
    vector = volume.height == volume.width == 1
    tall = 1 if vector else max(1, min(4, round(math.log2(volume.height + 1)) - 1))
    wide = 1 if vector else max(2, min(8, 2 * round(math.log2(volume.width + 1)) - 2))
    deep = max(0, min(4, round(math.log2(volume.channels + 1)) - 1))
    box = [
        "┌" + "─" * wide + "┐" * (1 + deep),
        *["│" + " " * wide + "│" * (1 + deep)] * tall,
        "└" + "─" * wide + "┘" * (1 + deep),
    ]
    head = [paint(volume.title, "bold"), *([volume.note] if volume.note else [])]
    return [*head, *(paint(line, *styles_of(volume.role)) for line in box), volume.size]


def _bars(panel: CountBars, width: int, paint: Paint) -> list[str]:
    """Draw each number as its name, a bar and the number, with the formula below."""
    names = max(width_of(bar.name) for bar in panel.bars)
    numbers = max(len(f"{bar.value:,}") for bar in panel.bars)
    room = max(10, min(40, width - names - numbers - 4))
    lines = [paint(panel.title, "bold")]
    for bar in panel.bars:
        length = round(room * panel.share(bar))
        drawn = paint("█" * length, "cyan") + " " * (room - length)
        lines.append(f"{padded(bar.name, names)}  {drawn}  {bar.value:>{numbers},}")
        lines.append(" " * (names + 2) + paint(bar.formula, "dim"))
    return lines


def _picture(picture: Picture, paint: Paint) -> list[str]:
    """Draw grey half blocks on a terminal with colour, else shades, in at most PICTURE columns."""
    pixels = reduced(picture.pixels, SMALL if picture.small else PICTURE)
    if len(pixels) % 2:
        pixels = np.vstack([pixels, pixels[-1:]])
    title = [paint(picture.title, "bold", *styles_of(picture.role))] if picture.title else []
    if not paint.color:
        halves = (pixels[::2] + pixels[1::2]) / 2
        steps = np.clip((halves * len(SHADES)).astype(int), 0, len(SHADES) - 1)
        return [*title, *("".join(SHADES[v] for v in row) for row in steps)]
    grey = np.clip(np.rint(232 + pixels * 23), 232, 255).astype(int)  # the 24 greys of 256 colours
    lines = []
    for upper, lower in zip(grey[::2], grey[1::2], strict=True):
        cells = (f"\x1b[38;5;{a};48;5;{b}m▀" for a, b in zip(upper, lower, strict=True))
        lines.append("".join(cells) + "\x1b[0m")
    return [*title, *lines]


def reduced(pixels: Array, most: int) -> Array:
    """Return an image reduced to at most `most` columns by averaging blocks of pixels."""
    factor = math.ceil(pixels.shape[1] / most)
    if factor == 1:
        return pixels
    height, width = (n - n % factor for n in pixels.shape)
    blocks = pixels[:height, :width].reshape(height // factor, factor, width // factor, factor)
    means: Array = blocks.mean(axis=(1, 3))
    return means


def figure_lines(drawing: Drawing, caption: str, width: int, paint: Paint) -> list[str]:
    """Return a drawing and its caption for a lesson, indented by two columns."""
    body = drawing_lines(drawing, width - 2, paint)
    below = [paint(line, "dim") for line in wrapped(caption, width - 2)]
    return indented([*body, "", *below], 2)
