"""Recompute the answers of the banks by counting and by simulation.

Nothing here uses an item's own expressions; its parameters and drawn matrices are all it gets.
"""

from fractions import Fraction
from itertools import product
from math import exp, isclose

import numpy as np
import pytest

from learncnn.grader.quiz.answers.judge import formula_points
from learncnn.grader.quiz.items.bank import load_bank
from learncnn.grader.quiz.items.variants import distinct, grid, make

ITEMS = {item.id: item for item in load_bank()}
#: Variants of one item that are recomputed, spread over its grid.
MANY = 60


def variants_of(item):
    """Variants spread over the whole grid, the default first."""
    kept = [params for params in grid(item) if distinct(item, params)]
    spread = kept[:: max(1, len(kept) // MANY)]
    return [make(item, params) for params in (dict(item.default), *spread)]


def truths(variant):
    """Which parts of a multiple choice are right, in the bank's order."""
    shown = [choice.option for choice in variant.choices]
    return [variant.choices[shown.index(part)].right for part in variant.item.parts]


def starts(n, k, p=0, s=1):
    """Where windows begin in a row of n cells: each is tried."""
    return [i for i in range(-p, n + p) if (i + p) % s == 0 and i + k <= n + p]


def size(*row):
    return len(starts(*row))


def correlation(x, k, sh=1, sw=1, p=0):
    """Cross-correlation by the definition."""
    x = np.pad(x, p)
    rows, cols = starts(len(x), len(k), 0, sh), starts(len(x[0]), len(k[0]), 0, sw)
    return [[int((x[i : i + len(k), j : j + len(k[0])] * k).sum()) for j in cols] for i in rows]


def reach(layers):
    """The input cells that one output cell sees, layer by layer from above; how many."""
    seen = {0}
    for k, s, d in reversed(layers):
        seen = {cell * s + a * d for cell in seen for a in range(k)}
    return max(seen) - min(seen) + 1


def blocks(x, k, s):
    """The windows of a matrix with where they begin."""
    for i, j in product(starts(len(x), k, 0, s), starts(len(x[0]), k, 0, s)):
        yield i, j, x[i : i + k, j : j + k]


def pooled(x, k, s, p):
    """Max pooling by the definition: what lies outside does not take part."""
    x = np.pad(x.astype(float), p, constant_values=-np.inf)
    rows = starts(len(x), k, 0, s)
    return [[x[i : i + k, j : j + k].max() for j in starts(len(x[0]), k, 0, s)] for i in rows]


def routed(row, k, gradients):
    """The gradient of a row that is max-pooled: each window's goes to its first maximum."""
    result = [0] * len(row)
    for start, gradient in zip(starts(len(row), k), gradients, strict=True):
        window = row[start : start + k]
        result[start + window.index(max(window))] += gradient
    return result


def halves(c):
    """Squared errors of a network that answers 1/c, against a one-hot row."""
    return [(Fraction(n == 0) - Fraction(1, c)) ** 2 for n in range(c)]


def connections(n):
    return sum(1 for i in range(n) for j in range(n) if i < j)


def scaled(column, value):
    return Fraction(int(value - column.min()), int(column.max() - column.min()))


def flat_of_maximum(x, r, c):
    """The place of a window's first maximum when the plane is read row by row."""
    window = [(i, j) for i in (r - 1, r) for j in (c - 1, c)]
    i, j = max(window, key=lambda place: (x[place], -place[0], -place[1]))
    return list(product(range(len(x)), range(len(x[0])))).index((i, j))


def recalled(n):
    """What unit 1 reads in a Hopfield network that is shown its pattern with one value turned."""
    pattern = np.array([1, *np.resize([-1, 1, 1], n - 1)])
    shown = pattern.copy()
    shown[-1] *= -1
    return int((np.outer(pattern, pattern) - np.eye(n, dtype=int))[0] @ shown)


#: From the parameters `p` and the matrices `m` to the answer.
ANSWERS = {
    "Q01-1": lambda p, m: np.zeros((3, p.n, p.n), np.int8).size,
    "Q01-3": lambda p, m: correlation(m.X, m.K)[p.r - 1][p.c - 1],
    "Q01-4": lambda p, m: (size(p.h, p.k), size(p.w, p.l)),
    "Q02-1": lambda p, m: np.rot90(m.K, 2)[p.r - 1, p.c - 1],
    "Q02-3": lambda p, m: (p.y - p.b) + p.d,
    "Q02-5": lambda p, m: correlation(m.X, np.rot90(m.K, 2))[p.r - 1][p.c - 1],
    "Q03-1": lambda p, m: (p.f, size(p.n, p.k, p.p), size(p.n, p.k, p.p)),
    "Q03-2": lambda p, m: size(p.n, p.k),
    "Q03-3": lambda p, m: next(q for q in range(99) if size(50, p.k, q) == 50),
    "Q03-6": lambda p, m: size(p.n, p.k, p.p, p.s),
    "Q04-1": lambda p, m: correlation(m.X, m.K, p=1)[p.r - 1][p.c - 1],
    "Q04-2": lambda p, m: starts(99, 1, 0, p.s)[p.n],
    "Q04-4": lambda p, m: (np.pad(np.ones((p.h, p.w)), ((p.p,) * 2, (p.q,) * 2)) == 0).sum(),
    "Q04-5": lambda p, m: correlation(m.X, m.K, p.s, p.t, 1)[p.r - 1][p.c - 1],
    "Q05-1": lambda p, m: sum(v * p.w for v in [p.v] * p.m + [p.u]),
    "Q05-2": lambda p, m: (m.X * np.rot90(m.K, 2)).sum(),
    "Q05-4": lambda p, m: np.unravel_index(p.n, (99, p.w))[0],
    "Q05-5": lambda p, m: (m.X * m.K).sum(),
    "Q06-1": lambda p, m: reach([(p.k, p.s, 1), (p.l, 1, 1)]),
    "Q06-2": lambda p, m: reach([(3, 1, 1)] * p.n),
    "Q06-3": lambda p, m: reach([(p.k, 1, p.d)]),
    "Q06-5": lambda p, m: reach([(p.k, 1, 1), (2, 2, 1), (p.k, 1, 1), (2, 2, 1), (p.m, 1, 1)]),
    "Q07-1": lambda p, m: np.zeros((p.c, p.k, p.k)).size,
    "Q07-2": lambda p, m: correlation(m.A, m.K)[0][0] + correlation(m.B, m.L)[0][0],
    "Q07-3": lambda p, m: sum([p.v] * p.c) + p.b,
    "Q08-2": lambda p, m: (p.f, p.c, p.k, p.l),
    "Q08-3": lambda p, m: sum(p.f for _ in range(p.m)),
    "Q08-4": lambda p, m: (p.n, p.f, size(p.h, p.k), size(p.w, p.k)),
    "Q09-1": lambda p, m: sum(p.c * p.k**2 for _ in product(range(p.f), range(p.h * p.h))),
    "Q09-2": lambda p, m: sum(a * b * k * k for a, b, k in
                              ((p.c, p.m, 1), (p.m, p.m, 3), (p.m, p.c, 1))),
    "Q09-4": lambda p, m: np.tensordot(m.W, np.stack([m.A, m.B]), 1)[0, p.r - 1, p.c - 1],
    "Q10-1": lambda p, m: sum(3 * p.n * p.n + 1 for _ in range(p.u)),
    "Q10-2": lambda p, m: sum(3 * p.k * p.k + 1 for _ in range(p.f)),
    "Q10-6": lambda p, m: sum(9 * len(range(p.c)[:: p.g]) for _ in range(p.f)),
    "Q10-7": lambda p, m: sum(p.k**2 + 1 for _ in range(p.m)),
    "Q11-1": lambda p, m: np.arange(p.c * p.h * p.w).reshape(p.c, p.h, p.w)[1, p.y, p.x],
    "Q11-2": lambda p, m: (size(p.h, p.k) * size(p.w, p.k), p.h * p.w),
    "Q11-3": lambda p, m: sum(np.pad(np.ones((2, p.k)), ((0, 0), (0, p.w - p.k))).ravel()[: p.w]
                              == 0),
    "Q12-2": lambda p, m: (size(p.n, p.k, 0, p.k),) * 2,
    "Q12-4": lambda p, m: pooled(m.X, 2, 2, 0)[p.r - 1][p.c - 1],
    "Q12-5": lambda p, m: Fraction(sum([p.a, 0, 0, 0]), 4),
    "Q12-6": lambda p, m: pooled(m.X, 2, 2, 1)[p.r - 1][p.c - 1],
    "Q13-1": lambda p, m: np.arange(p.h * p.w).reshape(p.h, p.w)[p.r, p.c],
    "Q13-2": lambda p, m: np.arange(p.h * p.w).reshape(p.h, p.w)[p.r + 1, p.c + 1],
    "Q13-4": lambda p, m: flat_of_maximum(m.X, p.r, p.c),
    "Q14-1": lambda p, m: next(x for x in [Fraction(p.g, p.k * p.l)] if x * p.k * p.l == p.g),
    "Q14-2": lambda p, m: sum(Fraction(p.g * p.n, p.n) for _ in range(p.m)),
    "Q14-4": lambda p, m: sum(Fraction(int(g), 4) for (i, j), g in np.ndenumerate(m.G)
                              if 1 in (i, i + 1) and p.c - 1 in (j, j + 1)),
    "Q15-1": lambda p, m: routed([p.a, p.d, p.b], 2, [p.g, p.h])[1],
    "Q15-2": lambda p, m: p.m * routed([p.a, p.a, p.b], 3, [p.g])[0],
    "Q16-1": lambda p, m: sum(p.c + 1 for _ in range(p.u)),
    "Q16-2": lambda p, m: Fraction(p.g, np.zeros((p.h, p.w)).size),
    "Q16-3": lambda p, m: np.zeros((p.n, p.c, p.h, p.w)).mean((2, 3)).shape,
    "Q16-4": lambda p, m: (p.c * p.m**2 + 1) * p.u - (p.c + 1) * p.u,
    "Q17-1": lambda p, m: scaled(np.array([p.a, p.b]), p.x),
    "Q17-2": lambda p, m: np.eye(p.c)[p.l, ::-1].argmax(),
    "Q17-4": lambda p, m: scaled(m.X[:, p.c - 1], m.X[p.r - 1, p.c - 1]),
    "Q18-1": lambda p, m: sum(p.g for x in (p.a, 0, -p.a, p.c, -p.c) if x > 0),
    "Q19-1": lambda p, m: sum(halves(p.c)) / 2,
    "Q19-2": lambda p, m: sum(halves(p.c)) / p.c,
    "Q19-3": lambda p, m: -(p.c - 1) / ((Fraction(1, p.c) - 1) / p.n),
    "Q20-2": lambda p, m: (o := Fraction(p.p, 10)) * (1 - o) * (1 - o),
    "Q20-3": lambda p, m: Fraction(p.w, 10) + Fraction(p.l, 10) * Fraction(p.e * p.o, 100),
    "Q20-5": lambda p, m: (p.a + 1) * p.h + (p.h + 1) * p.o,
    "Q21-1": lambda p, m: np.zeros((p.f, p.c, p.k, p.k)).shape,
    "Q21-3": lambda p, m: p.g * p.c + p.h * p.a,
    "Q21-4": lambda p, m: p.n - len({i + a for i in starts(p.n, p.k, 0, p.s)
                                     for a in range(p.k)}),
    "Q22-1": lambda p, m: p.n * len(list(product(starts(p.m, p.k), repeat=2))),
    "Q22-2": lambda p, m: np.zeros((p.c, p.k, p.k)).size,
    "Q23-1": lambda p, m: sum(25 * n + 1 for n in [3] * p.a + [4] * p.d + [6] * p.e),
    "Q23-2": lambda p, m: sum(1 + 1 for _ in range(p.m)),
    "Q23-4": lambda p, m: (p.f, size(size(p.n, 5), 2, 0, 2), size(size(p.n, 5), 2, 0, 2)),
    "Q24-1": lambda p, m: sum(p.g for _ in range(p.k)),
    "Q17-5": lambda p, m: len([*range(p.n), *np.eye(p.v)[0]]),
    "Q24-5": lambda p, m: sum(len(range(0, p.n, p.b)) for _ in range(p.e)),
    "QL02-3": lambda p, m: sum(p.k for _ in starts(p.n, p.k)),
    "QL02-9": lambda p, m: recalled(p.n),
    "QT-5": lambda p, m: connections(p.n),
    "QT-8": lambda p, m: len(list(product(range(p.n), range(p.e)))),
}  # fmt: skip


class Named:
    """Values by attribute."""

    def __init__(self, values):
        self.__dict__.update(values)


@pytest.mark.parametrize("item", ANSWERS)
def test_an_answer_is_what_counting_and_simulation_give(item):
    for variant in variants_of(ITEMS[item]):
        matrices = Named({name: np.array(rows) for name, rows in variant.figures.items()})
        answer = ANSWERS[item](Named(variant.params), matrices)
        assert variant.answer == answer, variant.params


def test_every_item_with_numbers_is_recomputed_here():
    elsewhere = {"Q02-4", "Q03-4", "Q03-5", "Q10-3", "Q10-4", "Q15-4", "Q18-3", "Q18-4", "Q22-3"}
    numeric = {id for id, item in ITEMS.items() if item.params or item.variables}
    assert numeric == ANSWERS.keys() | elsewhere


def test_a_flipped_kernel_is_a_half_turn():
    for variant in variants_of(ITEMS["Q02-4"]):
        turned = np.rot90(np.array(variant.figures["K"]), 2)
        assert (np.array(variant.answer) == turned).all()


def test_which_layers_halve_an_image_is_found_by_counting_windows():
    layers = [(5, 2, 2), (2, 0, 2), (3, 0, 2), (3, 1, 1), (None, 0, 1)]
    for variant in variants_of(ITEMS["Q03-4"]):
        n = variant.params["n"]
        right = [size(n, k or n // 2, p, s) == n // 2 for k, p, s in layers]
        assert truths(variant) == right


@pytest.mark.parametrize(
    ("item", "truth"),
    [
        ("Q03-5", lambda p: size(p.n, p.k, p.p, p.s)),
        ("Q10-4", lambda p: sum(p.c * p.h * p.w + 1 for _ in range(p.f))),
    ],
)
def test_a_formula_is_right_on_every_point(item, truth):
    from learncnn.grader.quiz.items.expressions import evaluate

    for point in formula_points(ITEMS[item], {}):
        assert evaluate(ITEMS[item].answer.value, point) == truth(Named(point)), point


def test_the_ladder_of_connections():
    counts = []
    for variant in reversed(variants_of(ITEMS["Q10-3"])):
        n, k, m = (variant.params[name] for name in "nkm")
        counts = [n * n * n * n, n * n * k * k, m * k * k, k * k]
        shown = [variant.text(part.partner, "en") for part in variant.item.parts]
        assert [int(text.replace(",", "")) for text in shown] == counts
    assert counts == [10**12, 10**8, 10**4, 10**2]  # the default


def test_where_gradients_go_in_a_tie():
    for variant in variants_of(ITEMS["Q15-4"]):
        a, c = variant.params["a"], variant.params["c"]
        first, middle, last = routed([a, a, c], 2, [5, 7])
        assert truths(variant) == [first == 5, middle == 12, last == 7, first + middle + last == 12]


def test_the_derivative_of_a_sigmoid():
    for variant in variants_of(ITEMS["Q18-3"]):
        output = Fraction(variant.params["p"], variant.params["q"])
        x = np.log(float(output / (1 - output)))
        rise = (1 / (1 + exp(-(x + 1e-5))) - 1 / (1 + exp(-(x - 1e-5)))) / 2e-5
        assert isclose(rise, variant.answer, rel_tol=1e-8)


def test_what_leaves_a_softmax_as_it_is():
    def softmax(x):
        return np.exp(x) / np.exp(x).sum()

    scores = np.array([1.0, -2.0, 0.5])
    for variant in variants_of(ITEMS["Q18-4"]):
        a = variant.params["a"]
        changed = [scores + a, scores - scores.max(), scores * a, np.maximum(scores, 0)]
        right = [np.allclose(softmax(x), softmax(scores)) for x in changed]
        assert truths(variant) == right


def test_how_many_windows_see_a_cell_in_the_middle():
    for variant in variants_of(ITEMS["Q22-3"]):
        k = variant.params["k"]
        n, middle = 3 * k, k + 1
        seen = [i for i in starts(n, k) if i <= middle < i + k]
        right = next(choice for choice in variant.choices if choice.right)
        assert right.text["en"].split()[0] == str(len(list(product(seen, seen))))


def test_the_sources_questions_have_their_figures():
    """The corrected quizzes and the named figures, as default variants."""
    known = {
        "Q01-1": 691_200, "Q03-1": (4, 102, 102), "Q03-2": 28, "Q04-5": 8, "Q05-2": 3600,
        "Q05-5": 6600, "Q06-5": 32, "Q07-1": 75, "Q07-2": 56, "Q10-1": 196_609_000,
        "Q10-2": 280, "Q10-7": 10_100, "Q12-2": (2, 2), "Q19-1": Fraction(45, 100),
        "Q19-2": Fraction(9, 100), "Q23-1": 1516,
    }  # fmt: skip
    wrong = {
        "Q03-1": {(4, 100, 100): "PAD-ONCE", (4, 98, 98): "PAD-IGNORED",
                  (3, 102, 102): "CIN-IN-SHAPE", (4, 101, 101): "NO-PLUS1"},
        "Q10-1": {196_608_000: "NO-BIAS", 65_537_000: "FC-NO-CHANNELS", 196_608_001: "BIAS-ONE"},
        "Q10-2": {270: "NO-BIAS", 100: "FORGOT-CIN", 271: "BIAS-ONE", 655_630: "BIAS-PER-PIXEL"},
    }  # fmt: skip
    for id, answer in known.items():
        assert make(ITEMS[id], dict(ITEMS[id].default)).answer == answer, id
    for id, codes in wrong.items():
        variant = make(ITEMS[id], dict(ITEMS[id].default))
        assert {value: option.code for value, option in variant.distractors} == codes
    assert "C3-FULL" in ITEMS["Q23-1"].codes
    assert "cannot process 3×256×256" in ITEMS["Q08-1"].answer.text["en"]
    assert "no part in back-propagation" in ITEMS["Q12-1"].answer.text["en"]
