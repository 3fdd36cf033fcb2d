"""Draw pooling backward: the paths of the upstream gradient, and where they meet."""

from __future__ import annotations

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ..panels import Drawing, Matrix, Outline, Panel, Sign, Words, short, size_text, squares_of
from ..parameters import Parameters
from ..sliding import Pair, Slide
from .pooled import fill_of, first_maximum, pooling_of, window_at
from .window_products import bracketed, padded_input


def draw_pooling_backward(given: Parameters) -> Drawing:
    """Return input, upstream gradient and the input's gradient, computed for one element."""
    plane, slide, mode = pooling_of(given)
    counted = given.switch("count_include_pad", True) if mode == "avg" else True
    upstream = given.array("upstream", 2)
    if upstream.shape != slide.output:
        found, wanted = list(upstream.shape), list(slide.output)
        raise FigureError("figure", "upstream", found=found, wanted=wanted)
    at = given.index("at", slide.size)
    gradient = np.zeros(slide.size)
    paths: list[tuple[Pair, str]] = []
    for index, _ in slide.windows():
        for place, share in _shares(plane, slide, index, mode, counted=counted):
            gradient[place] += upstream[index] / share
            if place == at:
                term = bracketed(upstream[index])
                paths.append((index, term if share == 1 else f"{term}/{share}"))
    source = padded_input(plane, slide, None, fill=fill_of(mode, counted=counted))
    here = Outline(at[0] + slide.padding[0], at[1] + slide.padding[1], 1, 1, "input")
    size = size_text(slide.output)
    above = Matrix(
        say("figure", "upstream_title", size=size),
        "gradient",
        squares_of(upstream),
        [Outline(*index, 1, 1, "gradient") for index, _ in paths],
    )
    title = say("figure", "grad_input", size=size_text(slide.size))
    below = Matrix(title, "gradient", squares_of(gradient), [Outline(*at, 1, 1, "gradient")])
    panels: list[Panel] = [source._replace(outlines=[here]), above, Sign("→"), below]
    terms = " + ".join(term for _, term in paths) or "0"
    total = short(gradient[at])
    worked = [(f"[{at[0]}, {at[1]}]: {terms} = ", ""), (total, "gradient")]
    if terms == total:
        worked = [(f"[{at[0]}, {at[1]}]: ", ""), (total, "gradient")]
    words = [Words(worked), _sums(upstream, gradient)]
    return Drawing([panels], words)


def _shares(
    plane: Array, slide: Slide, index: Pair, mode: str, *, counted: bool
) -> list[tuple[Pair, int]]:
    """Return pairs (element, divisor) of the elements that receive one output's gradient."""
    if mode == "max":
        return [(first_maximum(plane, slide, index), 1)]
    rows, columns = window_at(slide, index)
    (ph, pw), (height, width) = slide.padding, slide.size
    places = [
        (i - ph, j - pw)
        for i in range(rows.start, rows.stop)
        for j in range(columns.start, columns.stop)
        if 0 <= i - ph < height and 0 <= j - pw < width
    ]
    share = slide.kernel[0] * slide.kernel[1] if counted else len(places)
    return [(place, share) for place in places]


def _sums(upstream: Array, gradient: Array) -> Words:
    before, after = short(upstream.sum()), short(gradient.sum())
    return Words([(say("figure", "sums", before=before, after=after), "")], prose=True)
