"""Render the self-contained page of `similar`: clusters as matrices and side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..course.catalog import title_of
from ..i18n.texts import language, say
from ..terminal.layout import clean
from .clusters import Cluster, together
from .known_students import Known, label_of
from .pairs import Pair, Side, Spans

#: Maximum number of clusters on the page, of pairs shown side by side in a cluster, of clusters
#: with more than one such pair, and of members in a matrix.
LISTED = 400
SHOWN = 40
WHOLE = 60
MATRIX = 40
#: Lines of context around common lines, and minimum length of a run of other lines left out.
AROUND = 3
GAP = 12
#: Maximum lines of a source, and characters of a line, that are shown; solutions need fewer.
MAX_LINES = 1500
MAX_COLUMNS = 400


@dataclass(frozen=True)
class MatrixCell:
    """The similarity of two members: its text, its shade, and the anchor of their comparison."""

    text: str
    shade: int
    place: str


@dataclass(frozen=True)
class Card:
    """A cluster on the page: the pairs side by side, each with its anchor, and the matrix."""

    cluster: Cluster
    pairs: Sequence[tuple[str, Pair]]
    #: A row for each member; the cells on the diagonal are None.
    matrix: Sequence[Sequence[MatrixCell | None]]


@dataclass(frozen=True)
class Line:
    """A line of a source as pieces (text, whether common), or a gap of `gap` lines."""

    number: int
    pieces: Sequence[tuple[str, bool]] = ()
    gap: int = 0


def page(
    clusters: Sequence[Cluster], counts: Mapping[str, int], threshold: float, known: Known
) -> str:
    """Return the page as HTML; `counts` is the number of submissions by exercise."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(
        cards=[_card(number, cluster) for number, cluster in enumerate(clusters[:LISTED], 1)],
        more=max(0, len(clusters) - LISTED),
        total=len(clusters),
        pairs=sum(len(cluster.pairs) for cluster in clusters),
        together=together(clusters)[:LISTED],
        most=MATRIX,
        counts=counts,
        threshold=threshold,
        lang=language(),
        say=lambda key, **values: say("similar", f"page.{key}", **values),
        title_of=title_of,
        label_of=lambda source, exercise="": label_of(source, known, exercise),
        lines_of=lines_of,
        clean=clean,
    )


def _card(number: int, cluster: Cluster) -> Card:
    """Return a cluster with its matrix and its connecting pairs, the most similar first."""
    room = SHOWN if number <= WHOLE else 1
    shown = cluster.strongest[:room]
    places = {id(pair): f"pair{number}-{at}" for at, pair in enumerate(shown, 1)}
    named = cluster.members[:MATRIX]
    rows = [
        [_cell(cluster.similarity(one, two), places) if one is not two else None for two in named]
        for one in named
    ]
    return Card(cluster, [(places[id(pair)], pair) for pair in shown], rows)


def _cell(pair: Pair | None, places: Mapping[int, str]) -> MatrixCell:
    if pair is None:
        return MatrixCell("", 0, "")
    return MatrixCell(f"{100 * pair.similarity:.0f}", _shade(pair), places.get(id(pair), ""))


def _shade(pair: Pair) -> int:
    """Return the shade of a cell, from 1 (light) to 4 (dark)."""
    return 1 + sum(pair.similarity >= least for least in (0.7, 0.85, 0.995))


def lines_of(side: Side) -> list[Line]:
    """Return the lines of a source with the common pieces; long runs of others become gaps."""
    lines = list(_lines(side.source.text, side.spans))
    near = _near([any(alike for _, alike in line.pieces) for line in lines])
    kept: list[Line] = []
    skipped = 0
    for line, keep in zip(lines, near, strict=True):
        if keep and len(kept) < MAX_LINES:
            kept += [Line(line.number, gap=skipped)] if skipped else []
            kept.append(line)
            skipped = 0
        else:
            skipped += 1
    return [*kept, *([Line(len(lines), gap=skipped)] if skipped else [])]


def _lines(text: str, spans: Spans) -> Iterator[Line]:
    start = 0
    first = 0
    for number, content in enumerate(text.removesuffix("\n").split("\n"), 1):
        end = start + len(content)
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        pieces, at, which = [], start, first
        while which < len(spans) and spans[which][0] < end:
            a, b = spans[which]
            which += 1
            pieces += [(text[at : max(a, at)], False), (text[max(a, at) : min(b, end)], True)]
            at = min(b, end)
        pieces.append((text[at:end], False))
        yield Line(number, _cut([piece for piece in pieces if piece[0]]))
        start = end + 1


def _cut(pieces: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return at most `MAX_COLUMNS` characters of a line; blank pieces are not marked."""
    kept, room = [], MAX_COLUMNS
    for text, alike in pieces:
        kept.append((text[:room], alike and not text.isspace()))
        room -= len(text)
        if room <= 0:
            return [*kept, ("…", False)] if room < 0 else kept
    return kept


def _near(alike: Sequence[bool]) -> list[bool]:
    """Return which lines to show: common lines, their context, and runs shorter than `GAP`."""
    near = [any(alike[max(0, n - AROUND) : n + AROUND + 1]) for n in range(len(alike))]
    show: list[bool] = []
    for found, run in groupby(near):
        length = len(list(run))
        show += [found or length < GAP] * length
    return show
