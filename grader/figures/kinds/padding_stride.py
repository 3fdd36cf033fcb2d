"""Draw padding and stride: positions and number of the windows, and unused elements."""

from __future__ import annotations

from ...i18n.texts import say
from ..panels import Drawing, Ladder, Matrix, Outline, Span, Square, Words, sentence, size_text
from ..parameters import Parameters, checked
from ..sliding import Slide


def draw_padding_stride(given: Parameters) -> Drawing:
    """Return all windows over a row (`size` is an int), or their starts in a plane (a pair)."""
    if given.is_list("size"):
        slide = given.slide(given.pair("size", least=1), given.pair("kernel", least=1))
        words = [_formula(slide, 0), _formula(slide, 1), *_rest(slide)]
        return Drawing([[_plane(slide), _output(slide)]], words)
    size, kernel = given.integer("size", least=1), given.integer("kernel", least=1)
    padding, stride = given.integer("padding", 0), given.integer("stride", 1, least=1)
    slide = checked(Slide((1, size), (1, kernel), (0, padding), (1, stride)))
    return Drawing([[_row(slide)]], [_formula(slide, 1), *_rest(slide)])


def _row(slide: Slide) -> Ladder:
    covered = slide.covered()[0]
    width, padding = slide.size[1], slide.padding[1]
    squares = [
        Square(
            str(j - padding + 1) if 0 <= j - padding < width else "0",
            outside=not 0 <= j - padding < width,
            unused=not covered[j],
        )
        for j in range(slide.padded[1])
    ]
    spans = [
        Span(slide.start((0, j))[1], slide.kernel[1], str(j), "input")
        for j in range(slide.output[1])
    ]
    return Ladder(say("figure", "row", n=width, p=padding), "input", squares, spans)


def _plane(slide: Slide) -> Matrix:
    (height, width), (ph, pw) = slide.size, slide.padding
    covered = slide.covered()
    starts = {slide.start(index): index for index, _ in slide.windows()}
    rows = []
    for i in range(height + 2 * ph):
        row = []
        for j in range(width + 2 * pw):
            inside = ph <= i < height + ph and pw <= j < width + pw
            index = starts.get((i, j))
            text = f"{index[0]},{index[1]}" if index else "·" if inside else "0"
            row.append(
                Square(text, outside=not inside, chosen=bool(index), unused=not covered[i, j])
            )
        rows.append(row)
    outlines = [Outline(0, 0, *slide.kernel, "input")]
    title = say("figure", "starts", size=size_text(slide.size))
    return Matrix(title, "input", rows, outlines, centred=True)


def _output(slide: Slide) -> Matrix:
    rows = [
        [Square(f"{i},{j}", chosen=True) for j in range(slide.output[1])]
        for i in range(slide.output[0])
    ]
    title = say("figure", "output", size=size_text(slide.output))
    return Matrix(title, "output", rows, [Outline(0, 0, 1, 1, "output")], centred=True)


def _formula(slide: Slide, axis: int) -> Words:
    n, k, p, s = (pair[axis] for pair in (slide.size, slide.kernel, slide.padding, slide.stride))
    return Words(
        [
            (f"⌊({n} + 2·{p} − {k}) / {s}⌋ + 1", ""),
            (" = ", ""),
            (str(slide.output[axis]), "output"),
        ]
    )


def _rest(slide: Slide) -> list[Words]:
    """Return a sentence on the elements that no window covers, if there are any."""
    return [] if slide.covered().all() else [sentence(say("figure", "unused"))]
