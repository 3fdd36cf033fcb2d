"""Results as large as the image: it is padded by half of the kernel, or a border stays as it is."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, Implementation

from .geometry import pad, wide_enough
from .looping import looped

Grow = Callable[[Any, int, int], Any]


def reflected(X: Any, ph: int, pw: int) -> Any:
    """Pad X[..., H, W] with its reflection, as `np.pad(…, mode="reflect")` does."""
    xp = array_namespace(X)
    for axis, p in ((-2, ph), (-1, pw)):
        last = X.shape[axis] - 1
        around = [i % max(2 * last, 1) for i in range(-p, last + 1 + p)]
        places = [min(i, 2 * last - i) for i in around]
        X = xp.take(X, xp.asarray(places, device=device(X)), axis=axis)
    return X


def with_zeros(X: Any, ph: int, pw: int) -> Any:
    """Pad X[..., H, W] with zeros."""
    return pad(X, (ph, pw))


def with_half(X: Any, K: Any, grow: Grow = with_zeros) -> Any:
    """Return X padded by half of the kernel, k // 2, on each side."""
    return grow(X, *(k // 2 for k in K.shape[-2:]))


def with_smaller_half(X: Any, K: Any) -> Any:
    """Return X padded with (k − 1) // 2 zeros on each side, which is enough if k is odd."""
    return with_zeros(X, *((k - 1) // 2 for k in K.shape[-2:]))


def with_rest_after(X: Any, K: Any) -> Any:
    """Return X padded with k − 1 zeros in all: (k − 1) // 2 before it, and the rest after it."""
    top, left = (1 - k % 2 for k in K.shape[-2:])
    return with_half(X, K)[..., top:, left:]


def with_zeros_at_one_end(X: Any, K: Any, before: bool) -> Any:
    """Return X padded with k − 1 zeros `before` it or after it: a window for each element."""
    kh, kw = K.shape[-2:]
    padded = with_zeros(X, kh - 1, kw - 1)
    after = padded[..., kh - 1 :, kw - 1 :]
    return cut_to(padded, after) if before else after


def cut_to(Y: Any, X: Any) -> Any:
    """Return Y[..., :H, :W], as loops over the elements of X[..., H, W] compute it."""
    return Y[..., : X.shape[-2], : X.shape[-1]]


def refuse_unpadded(X: Any, K: Any) -> bool:
    """Return whether `padded[p:-p, q:-q] = X` writes nothing because a padding is 0.

    Raises ValueError if X cannot be broadcast to the empty slice.
    """
    unpadded = [(n, k) for n, k in zip(X.shape[-2:], K.shape[-2:], strict=True) if k < 2]
    if any(n > 1 for n, _ in unpadded):
        raise ValueError("could not broadcast input array")
    return bool(unpadded)


def with_edges(X: Any, ph: int, pw: int) -> Any:
    """Pad X[..., H, W] with copies of its border, as `np.pad(…, mode="edge")` does."""
    xp = array_namespace(X)
    for axis, p in ((-2, ph), (-1, pw)):
        n = X.shape[axis]
        places = [min(max(i, 0), n - 1) for i in range(-p, n + p)]
        X = xp.take(X, xp.asarray(places, device=device(X)), axis=axis)
    return X


def with_square_windows(correlate: Implementation, X: Any, K: Any, grow: Grow, reach: int) -> Any:
    """Return a result of the size of X, with windows that reach as far in every direction."""
    side = 2 * reach + 1
    padded = grow(X, reach, reach)
    return looped(
        correlate, padded, K, X.shape[-2:], lambda i, j: (slice(i, i + side), slice(j, j + side))
    )


class Frame(NamedTuple):
    """Where results lie in an array of the image's size if nothing is padded."""

    #: First row or column that is written, and number of last windows that are not, by a side k.
    before: Callable[[int], int]
    skipped: Callable[[int], int]


#: From k // 2 to n − k // 2, which leaves out a window if k is even.
CENTRED = Frame(lambda k: k // 2, lambda k: 1 - k % 2)
#: All windows that fit: beginning at (k − 1) // 2, at k // 2, or in the corner.
BEFORE_CENTRE = Frame(lambda k: (k - 1) // 2, lambda k: 0)
AFTER_CENTRE = Frame(lambda k: k // 2, lambda k: 0)
CORNER = Frame(lambda k: 0, lambda k: 0)


def framed(correlate: Implementation, X: Any, K: Any, frame: Frame, border: Any = 0) -> Any:
    """Return a result of the size of X[..., H, W] whose border keeps the value of `border`.

    `border` is a number, or an array of the result's size.
    """
    xp = array_namespace(X)
    size, sides = X.shape[-2:], K.shape[-2:]
    fits = all(k <= n for n, k in zip(size, sides, strict=True))
    Y = correlate(X, K) if fits else xp.zeros((0, 0), dtype=wide_enough(X).dtype, device=device(X))
    out = xp.zeros((*Y.shape[:-2], *size), dtype=Y.dtype, device=device(X)) + xp.astype(
        xp.asarray(border, device=device(X)), Y.dtype
    )
    top, left = (frame.before(k) for k in sides)
    rows, columns = (
        max(min(n - frame.skipped(k), room - frame.before(k)), 0)
        for n, k, room in zip(Y.shape[-2:], sides, size, strict=True)
    )
    out[..., top : top + rows, left : left + columns] = Y[..., :rows, :columns]
    return out


def keeps_size(
    exercise: Exercise,
    function: Implementation,
    beside: tuple[str, ...],
    beside_frame: tuple[str, ...] = (),
    one_sided: tuple[str, ...] = (),
    channels: bool = False,
    beside_rare: tuple[str, ...] = (),
) -> None:
    """Register SAME-SIZE for a function of X[..., H, W] and K: results as large as the image.

    Forms that pad with zeros are combined with the codes in `beside`, and one that pads nothing
    with those in `beside_frame`. The most usual of both are combined with `one_sided`, too: codes
    of kernels that are taken for square ones. Forms that pad with a reflection, or by half of the
    kernel's height in both directions, are combined with `beside_rare`. An image of several
    `channels` cannot be a border of the result.
    """

    def register(form: Callable[..., Any], **how: Any) -> None:
        @exercise.misconception("SAME-SIZE", function, **how)
        def _(function: Implementation, X: Any, K: Any, *bias: Any, **named: Any) -> Any:
            return form(lambda X, K: function(X, K, *bias, **named), X, K)

    def in_own_dtype(form: Callable[..., Any]) -> Callable[..., Any]:
        """Store the sums in `zeros_like(X)`, where those of a grey image wrap at 256."""
        return lambda f, X, K: array_namespace(X).astype(form(f, X, K), X.dtype)

    for grow in (with_zeros, reflected):
        form = partial(_padded, grow=grow)
        usual = (*beside, *one_sided) if grow is with_zeros else beside_rare
        register(form, alone=True, beside=usual)
        register(in_own_dtype(form), alone=True, beside=usual)
    register(partial(_padded, grow=with_edges), alone=True, beside=one_sided)
    register(_all_windows, alone=True)
    register(_padded_by_slices, alone=True, beside=("BIAS-MISSING",))
    for frame, usual, squares in (
        (CENTRED, ("SHAPE-OFF1", *beside_frame), one_sided),
        (BEFORE_CENTRE, ("SHAPE-OFF1",), ()),
        (CORNER, ("SHAPE-OFF1",), ()),
        (AFTER_CENTRE, (), ()),
    ):
        form = partial(framed, frame=frame)
        register(form, alone=True, beside=(*usual, *squares))
        register(in_own_dtype(form), alone=True, beside=squares)
        if frame in (CENTRED, CORNER) and not channels:
            form = partial(_framed_by_image, frame=frame)
            register(form, alone=True)
            register(in_own_dtype(form), alone=True, beside=squares)
    for axis in (-2, -1):
        form = partial(_padded_by_one_side, axis=axis)
        usual = beside_rare if axis == -2 else ()
        register(form, alone=True, beside=usual)
        register(in_own_dtype(form), alone=True, beside=usual)
        register(partial(_filled_by_one_side, axis=axis), alone=True)
        register(partial(_begun_by_one_side, axis=axis), alone=True)
    register(_copied_around_square_windows, alone=True, beside=("CLIPPED", *beside))


def _padded(correlate: Implementation, X: Any, K: Any, grow: Grow) -> Any:
    """Pad by k // 2 on each side, and loop over the elements of the image."""
    return cut_to(correlate(with_half(X, K, grow), K), X)


def _padded_by_slices(correlate: Implementation, X: Any, K: Any) -> Any:
    """Pad with `padded[p:-p, q:-q] = X`, which fails where a padding is 0."""
    written = array_namespace(X).zeros_like(X) if refuse_unpadded(X, K) else X
    return _padded(correlate, written, K, with_zeros)


def _all_windows(correlate: Implementation, X: Any, K: Any) -> Any:
    """Loop over all windows of the padded image: one too many if the kernel's side is even."""
    return correlate(with_half(X, K), K)


def _framed_by_image(correlate: Implementation, X: Any, K: Any, frame: Frame) -> Any:
    """Write the results into a copy of the image, whose border is kept."""
    return framed(correlate, X, K, frame, X)


def _padded_by_one_side(correlate: Implementation, X: Any, K: Any, axis: int) -> Any:
    """Pad by half of one side in both directions; windows have the kernel's shape."""
    kh, kw = K.shape[-2:]
    reach = K.shape[axis] // 2
    padded = with_zeros(X, reach, reach)
    return looped(
        correlate, padded, K, X.shape[-2:], lambda i, j: (slice(i, i + kh), slice(j, j + kw))
    )


def _filled_by_one_side(correlate: Implementation, X: Any, K: Any, axis: int) -> Any:
    """Pad by half of one side with `padded[p:-p, p:-p] = X`; results that are missing stay 0."""
    reach = K.shape[axis] // 2
    if not reach:
        raise ValueError("could not broadcast input array")
    Y = cut_to(correlate(with_zeros(X, reach, reach), K), X)
    out = array_namespace(Y).zeros((*Y.shape[:-2], *X.shape[-2:]), dtype=Y.dtype, device=device(X))
    out[..., : Y.shape[-2], : Y.shape[-1]] = Y
    return out


def _begun_by_one_side(correlate: Implementation, X: Any, K: Any, axis: int) -> Any:
    """Begin windows half of one side before an element; what lies beyond the image counts as 0."""
    zeros = max(K.shape[-2:])
    first = zeros - K.shape[axis] // 2
    return cut_to(correlate(with_zeros(X, zeros, zeros)[..., first:, first:], K), X)


def _copied_around_square_windows(correlate: Implementation, X: Any, K: Any) -> Any:
    """Pad with copies of the border, for windows that are as high as they are wide."""
    return with_square_windows(correlate, X, K, with_edges, (K.shape[-1] - 1) // 2)


def keeps_size_rarely(
    exercise: Exercise,
    function: Implementation,
    beside: tuple[str, ...] = (),
    few: bool = False,
) -> None:
    """Register rarer forms of SAME-SIZE; `beside` joins those that exchange kh and kw.

    If only a `few` have room in the key, those that are seen most often are registered.
    """

    def register(form: Callable[..., Any], own_dtype: bool = False, **how: Any) -> None:
        @exercise.misconception("SAME-SIZE", function, alone=True, **how)
        def _(function: Implementation, X: Any, K: Any, *bias: Any, **named: Any) -> Any:
            Y = form(lambda X, K: function(X, K, *bias, **named), X, K)
            return array_namespace(X).astype(Y, X.dtype) if own_dtype else Y

    register(partial(_begun_by_one_side, axis=-2), own_dtype=True)
    register(partial(_padded_with_turned_windows, grow=reflected), own_dtype=True, beside=beside)
    if few:
        return
    register(partial(_padded, grow=with_edges), own_dtype=True)
    register(_padded_if_odd)
    register(_padded_by_height_if_odd)
    register(partial(_padded_with_turned_windows, grow=reflected), beside=beside)
    for own_dtype in (False, True):
        register(partial(_padded_with_turned_windows, grow=with_zeros), own_dtype, beside=beside)


def _refuse_even(K: Any) -> None:
    if any(k % 2 == 0 for k in K.shape[-2:]):
        raise ValueError("a kernel with odd sides")


def _padded_if_odd(correlate: Implementation, X: Any, K: Any) -> Any:
    """Pad by half of the kernel, and `assert` that its sides are odd."""
    _refuse_even(K)
    return correlate(with_half(X, K), K)


def _padded_by_height_if_odd(correlate: Implementation, X: Any, K: Any) -> Any:
    """Pad by half of the height in both directions, and `assert` that the sides are odd."""
    _refuse_even(K)
    reach = K.shape[-2] // 2
    return correlate(with_zeros(X, reach, reach), K)


def _padded_with_turned_windows(correlate: Implementation, X: Any, K: Any, grow: Grow) -> Any:
    """Write `kw, kh = K.shape`: windows as high as the kernel is wide, in an image padded right."""
    kw, kh = K.shape[-2:]
    padded = with_half(X, K, grow)
    return looped(
        correlate, padded, K, X.shape[-2:], lambda i, j: (slice(i, i + kh), slice(j, j + kw))
    )
