"""Images padded by half of the kernel, so that the result is as large as the image."""

from collections.abc import Callable
from typing import Any

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, Implementation

from .geometry import pad
from .looping import looped

Grow = Callable[[Any, int, int], Any]


def reflected(X: Any, ph: int, pw: int) -> Any:
    """Pad X[H, W] with its reflection, as `np.pad(…, mode="reflect")` does."""
    xp = array_namespace(X)
    for axis, p in enumerate((ph, pw)):
        last = X.shape[axis] - 1
        around = [i % max(2 * last, 1) for i in range(-p, last + 1 + p)]
        places = [min(i, 2 * last - i) for i in around]
        X = xp.take(X, xp.asarray(places, device=device(X)), axis=axis)
    return X


def with_zeros(X: Any, ph: int, pw: int) -> Any:
    """Pad X[H, W] with zeros."""
    return pad(X, (ph, pw))


def with_half(X: Any, K: Any, grow: Grow = with_zeros) -> Any:
    """Return X padded by half of the kernel, k // 2, on each side."""
    return grow(X, K.shape[0] // 2, K.shape[1] // 2)


def with_smaller_half(X: Any, K: Any) -> Any:
    """Return X padded with (k − 1) // 2 zeros on each side, which is enough if k is odd."""
    return with_zeros(X, (K.shape[0] - 1) // 2, (K.shape[1] - 1) // 2)


def with_rest_after(X: Any, K: Any) -> Any:
    """Return X padded with k − 1 zeros in all: (k − 1) // 2 before it, and the rest after it."""
    even = [1 - k % 2 for k in K.shape]
    return with_half(X, K)[even[0] :, even[1] :]


def cut_to(Y: Any, X: Any) -> Any:
    """Return Y[: H, : W], as loops over the elements of X[H, W] compute it."""
    return Y[: X.shape[0], : X.shape[1]]


def refuse_unpadded(X: Any, K: Any) -> bool:
    """Return whether `padded[p:-p, q:-q] = X` writes nothing because a padding is 0.

    Raises ValueError if X cannot be broadcast to the empty slice.
    """
    unpadded = [(n, k) for n, k in zip(X.shape, K.shape, strict=True) if k < 2]
    if any(n > 1 for n, _ in unpadded):
        raise ValueError("could not broadcast input array")
    return bool(unpadded)


def with_edges(X: Any, ph: int, pw: int) -> Any:
    """Pad X[H, W] with copies of its border, as `np.pad(…, mode="edge")` does."""
    xp = array_namespace(X)
    for axis, p in enumerate((ph, pw)):
        n = X.shape[axis]
        places = [min(max(i, 0), n - 1) for i in range(-p, n + p)]
        X = xp.take(X, xp.asarray(places, device=device(X)), axis=axis)
    return X


def with_square_windows(correlate: Implementation, X: Any, K: Any, grow: Grow, reach: int) -> Any:
    """Return a result of the size of X, with windows that reach as far in every direction."""
    side = 2 * reach + 1
    padded = grow(X, reach, reach)
    return looped(
        correlate, padded, K, X.shape, lambda i, j: (slice(i, i + side), slice(j, j + side))
    )


def keeps_size(exercise: Exercise, function: Implementation, beside: tuple[str, ...]) -> None:
    """Register SAME-SIZE for a function of X[H, W] and K: results as large as the image.

    The usual forms are combined with the codes in `beside`.
    """
    for grow in (with_zeros, reflected):

        @exercise.misconception("SAME-SIZE", function, beside=beside)
        def _(function: Implementation, X: Any, K: Any, grow: Grow = grow) -> Any:
            """Pad by k // 2 on each side, and loop over the elements of the image."""
            return cut_to(function(with_half(X, K, grow), K), X)

        @exercise.misconception("SAME-SIZE", function, beside=beside)
        def _(function: Implementation, X: Any, K: Any, grow: Grow = grow) -> Any:
            """Store the sums in `zeros_like(X)`, where those of a grey image wrap at 256."""
            Y = cut_to(function(with_half(X, K, grow), K), X)
            return array_namespace(Y).astype(Y, X.dtype)

    @exercise.misconception("SAME-SIZE", function, alone=True)
    def _(function: Implementation, X: Any, K: Any) -> Any:
        """Loop over all windows of the padded image: one too many if the kernel's side is even."""
        return function(with_half(X, K), K)

    @exercise.misconception("SAME-SIZE", function, alone=True)
    def _(function: Implementation, X: Any, K: Any) -> Any:
        """Loop from k // 2 to n − k // 2 without padding: the border of the result stays 0."""
        xp = array_namespace(X)
        Y = function(X, K)
        out = xp.zeros(tuple(X.shape), dtype=Y.dtype, device=device(X))
        (top, left), (height, width) = (k // 2 for k in K.shape), X.shape
        inside = Y[: height - 2 * top, : width - 2 * left]
        out[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
        return out

    for axis in (0, 1):

        @exercise.misconception("SAME-SIZE", function, alone=True)
        def _(function: Implementation, X: Any, K: Any, axis: int = axis) -> Any:
            """Pad by half of one side in both directions; windows have the kernel's shape."""
            kh, kw = K.shape
            reach = K.shape[axis] // 2
            return looped(
                function,
                with_zeros(X, reach, reach),
                K,
                X.shape,
                lambda i, j: (slice(i, i + kh), slice(j, j + kw)),
            )

    @exercise.misconception("SAME-SIZE", function, alone=True, beside=("CLIPPED", *beside))
    def _(function: Implementation, X: Any, K: Any) -> Any:
        """Pad with copies of the border, for windows that are as high as they are wide."""
        return with_square_windows(function, X, K, with_edges, (K.shape[1] - 1) // 2)
