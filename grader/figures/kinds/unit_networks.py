"""Draw networks of units: their connections, and the values of forward and backward passes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from ...errors import FigureError
from ...i18n.texts import say
from ...sandbox.protocol.values import Array
from ..panels import Drawing, Graph, Node, Words, short
from ..parameters import Parameters
from .window_products import bracketed

#: Maximum number of units in a layer, and of layers.
MOST_UNITS, MOST_LAYERS = 8, 5


def draw_network(given: Parameters) -> Drawing:
    """Return units and connections; with `weights`, also the values of sigmoid units."""
    if given.has("weights"):
        return _computed(given)
    layers = [int(n) for n in given.numbers("layers")]
    if max(layers) > MOST_UNITS or len(layers) > MOST_LAYERS or min(layers) < 1:
        raise FigureError("figure", "units", units=MOST_UNITS, layers=MOST_LAYERS)
    if given.switch("feedback", False):
        if len(layers) != 1:
            raise FigureError("figure", "one_layer")
        return _ring(layers[0])
    reach = given.integer("reach", 0)
    edges: list[tuple[int, int]] = []
    starts = [sum(layers[:n]) for n in range(len(layers))]
    for number, (size, after) in enumerate(pairwise(layers)):
        if reach and after != size - reach + 1:
            raise FigureError("figure", "reach", size=size, reach=reach, after=size - reach + 1)
        for j in range(after):
            read = range(j, j + reach) if reach else range(size)
            edges += [(starts[number] + i, starts[number + 1] + j) for i in read]
    nodes = _columns([[""] * size for size in layers])
    graph = Graph("", nodes, edges, arrows=True)
    return Drawing([[graph]], [_count(len(edges))])


def _count(edges: int) -> Words:
    return Words([(say("figure", "connections_count", count=edges), "")], prose=True)


def _ring(size: int) -> Drawing:
    """Return one layer in which all units are connected with each other."""
    nodes = []
    for n in range(size):
        angle = 2 * math.pi * n / size - math.pi / 2
        x, y = 1 + math.cos(angle), 1 + math.sin(angle)
        nodes.append(Node(x, y, "", "input"))
    edges = [(a, b) for a in range(size) for b in range(a + 1, size)]
    return Drawing([[Graph("", nodes, edges, arrows=False)]], [_count(len(edges))])


def _columns(labels: list[list[str]]) -> list[Node]:
    """Return the units, with a vertically centred column for each layer."""
    tallest = max(map(len, labels))
    nodes = []
    for x, column in enumerate(labels):
        role = "input" if x == 0 else "output"
        for y, label in enumerate(column):
            nodes.append(Node(1.5 * x, y + (tallest - len(column)) / 2, label, role))
    return nodes


def _computed(given: Parameters) -> Drawing:
    """Return the outputs σ(Σ w·O + θ) of all units, and with a `target` also their errors."""
    weights, biases = given.matrices("weights"), given.matrices("biases")
    values = [np.array(given.numbers("inputs"))]
    sizes = [len(values[0]), *(len(w) for w in weights)]
    fits = all(w.shape == (b, a) for w, (a, b) in zip(weights, pairwise(sizes), strict=True))
    if not fits or [b.shape for b in biases] != [(n,) for n in sizes[1:]]:
        raise FigureError("figure", "network")
    if max(sizes) > MOST_UNITS or len(sizes) > MOST_LAYERS:
        raise FigureError("figure", "units", units=MOST_UNITS, layers=MOST_LAYERS)
    words: list[Words] = []
    unit = sizes[0]
    for matrix, bias in zip(weights, biases, strict=True):
        sums = matrix @ values[-1] + bias
        made = 1 / (1 + np.exp(-sums))
        for j in range(len(made)):
            unit += 1
            words.append(_forward(unit, values[-1], matrix[j], bias[j], sums[j], made[j]))
        values.append(made)
    if given.has("target"):
        words += _errors(np.array(given.numbers("target")), values, weights)
    edges = []
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    for n in range(len(weights)):
        edges += [
            (starts[n] + i, starts[n + 1] + j) for i in range(sizes[n]) for j in range(sizes[n + 1])
        ]
    nodes = _columns([[short(v) for v in column] for column in values])
    return Drawing([[Graph("", nodes, edges, arrows=True)]], words)


def _forward(
    unit: int, inputs: Array, weights: Array, bias: float, total: float, output: float
) -> Words:
    parts: list[tuple[str, str]] = [(f"O{unit} = σ(", "")]
    for weight, value in zip(weights, inputs, strict=True):
        parts += [
            (bracketed(weight), "kernel"),
            ("·", ""),
            (bracketed(value), "input"),
            (" + ", ""),
        ]
    parts += [(f"{bracketed(bias)}) = σ({short(total)}) = ", ""), (short(output), "output")]
    return Words(parts)


def _errors(target: Array, values: list[Array], weights: list[Array]) -> list[Words]:
    """Return the errors of all units, from the output layer backwards, with the old weights."""
    if target.shape != values[-1].shape:
        raise FigureError("figure", "network")
    words: list[Words] = []
    last = sum(map(len, values))
    out = values[-1]
    errors = out * (1 - out) * (target - out)
    for j, error in enumerate(errors):
        number = last - len(out) + j + 1
        o = short(out[j])
        start = f"Err{number} = {o}·(1 − {o})·({bracketed(target[j])} − {o}) = "
        words.append(Words([(start, ""), (short(error), "gradient")]))
    for layer in range(len(weights) - 1, 0, -1):
        out = values[layer]
        back = weights[layer].T @ errors
        first = sum(map(len, values[:layer]))
        following = errors
        errors = out * (1 - out) * back
        for i, error in enumerate(errors):
            o = short(out[i])
            terms = " + ".join(
                f"{bracketed(e)}·{bracketed(w)}"
                for e, w in zip(following, weights[layer][:, i], strict=True)
            )
            start = f"Err{first + i + 1} = {o}·(1 − {o})·({terms}) = "
            words.append(Words([(start, ""), (short(error), "gradient")]))
    return words
