"""Draw the gradients of a convolution: all paths from the output back to one element."""

from __future__ import annotations

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ..panels import Drawing, Matrix, Outline, Panel, Sign, Words, short, size_text, squares_of
from ..parameters import Parameters
from ..sliding import Pair, Slide, padded_with
from .window_products import bracketed, padded_input


def draw_gradient_paths(given: Parameters) -> Drawing:
    """Return the upstream gradient, kernel or input, and the gradient of the input or kernel."""
    plane, kernel = given.array("input", 2), given.array("kernel", 2)
    slide = given.slide((plane.shape[0], plane.shape[1]), (kernel.shape[0], kernel.shape[1]))
    upstream = given.array("upstream", 2)
    if upstream.shape != slide.output:
        found, wanted = list(upstream.shape), list(slide.output)
        raise FigureError("figure", "upstream", found=found, wanted=wanted)
    of_input = given.choice("of", ("input", "kernel"), "input") == "input"
    at = given.index("at", slide.size if of_input else slide.kernel)
    around = padded_with(plane, slide.padding)
    steps = list(_steps(slide, at, of_input=of_input))
    terms: list[tuple[str, str]] = []
    used = kernel if of_input else around
    for index, place in steps:
        terms += [(" + ", "")] if terms else []
        terms += [(bracketed(upstream[index]), "gradient"), ("·", "")]
        terms.append((bracketed(used[place]), "kernel" if of_input else "input"))
    total = sum(upstream[index] * used[place] for index, place in steps)
    gradient = _gradient(slide, upstream, around, kernel, of_input=of_input)
    kernel_title = say("figure", "kernel", size=size_text(kernel.shape))
    weights = Matrix(kernel_title, "kernel", squares_of(kernel))
    source = padded_input(plane, slide, None)
    boxes = [Outline(*place, 1, 1, "kernel" if of_input else "input") for _, place in steps]
    other = weights if of_input else source
    above = Matrix(
        say("figure", "upstream_title", size=size_text(upstream.shape)),
        "gradient",
        squares_of(upstream),
        [Outline(*index, 1, 1, "gradient") for index, _ in steps],
    )
    key = "grad_input" if of_input else "grad_kernel"
    title = say("figure", key, size=size_text(gradient.shape))
    made = Matrix(title, "gradient", squares_of(gradient), [Outline(*at, 1, 1, "gradient")])
    panels: list[Panel] = [above, other._replace(outlines=boxes), Sign("→"), made]
    words = Words([*(terms or [("0", "")]), (" = ", ""), (short(total), "gradient")])
    return Drawing([panels], [words])


def _steps(slide: Slide, at: Pair, *, of_input: bool) -> list[tuple[Pair, Pair]]:
    """Return each output on a path to the element at `at`, with the position of the other factor.

    The other factor is an element of the kernel, or of the padded input.
    """
    found = []
    for index, window in slide.windows():
        top, left = window[0].start, window[1].start
        if of_input:
            place = (at[0] + slide.padding[0] - top, at[1] + slide.padding[1] - left)
            if 0 <= place[0] < slide.kernel[0] and 0 <= place[1] < slide.kernel[1]:
                found.append((index, place))
        else:
            found.append((index, (top + at[0], left + at[1])))
    return found


def _gradient(
    slide: Slide, upstream: Array, around: Array, kernel: Array, *, of_input: bool
) -> Array:
    result = np.zeros(slide.size if of_input else slide.kernel)
    for place in np.ndindex(*result.shape):
        for index, other in _steps(slide, (place[0], place[1]), of_input=of_input):
            result[place] += upstream[index] * (kernel if of_input else around)[other]
    return result
