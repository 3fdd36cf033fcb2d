"""Kernels as code sums them that knows only one side: the kernel's height or width, or 3."""

from collections.abc import Callable
from functools import partial
from typing import Any

from array_api_compat import array_namespace, device

from learncnn.grader.course.exercise import Exercise, Implementation

from .looping import looped

Fit = Callable[[Any, int], Any]


def broadcast(K: Any, side: int) -> Any:
    """Return the kernel that stands for K[..., kh, kw] in `window * K` with a square window.

    A single row, column or element is repeated; a window of 1 is repeated instead. Raises
    ValueError if the shapes do not match.
    """
    xp = array_namespace(K)
    for axis in (-2, -1):
        if side == 1 and K.shape[axis] > 1:
            K = xp.sum(K, axis=axis, keepdims=True, dtype=K.dtype)
        elif K.shape[axis] not in (1, side):
            raise ValueError("operands could not be broadcast together")
    return xp.asarray(xp.broadcast_to(K, (*K.shape[:-2], side, side)), copy=True)


def leading(K: Any, side: int) -> Any:
    """Return the rows and columns of K that two loops over `range(side)` read.

    Raises IndexError if there are fewer.
    """
    if min(K.shape[-2:]) < side:
        raise IndexError("index is out of bounds")
    return K[..., :side, :side]


def _fitted(function: Implementation, X: Any, K: Any, fit: Fit, side: int) -> Any:
    """Return function(X, fit(K, side)).

    A kernel that does not fit raises only if it is used, which the result for zeros and ones tells.
    """
    xp = array_namespace(K)
    try:
        kernel = fit(K, side)
    except (ValueError, IndexError):
        kernel = xp.zeros((*K.shape[:-2], side, side), dtype=K.dtype, device=device(K))
        unused = function(X, kernel)
        if bool(xp.any(unused != function(X, kernel + 1))):
            raise
        return unused
    return function(X, kernel)


def _or_empty(function: Implementation, X: Any, K: Any) -> Any:
    """Return function(X, K), or an empty array if an array of n − k + 1 elements can be made."""
    rows, columns = (n - k + 1 for n, k in zip(X.shape[-2:], K.shape[-2:], strict=True))
    try:
        return function(X, K)
    except ValueError:
        if min(rows, columns) != 0:
            raise
        maps = function(X, K[..., :1, :1]).shape[:-2]
        return array_namespace(X).zeros((*maps, rows, columns), dtype=X.dtype, device=device(X))


def _side(K: Any, axis: int) -> int:
    return K.shape[axis]


def _side_around_centre(K: Any, axis: int) -> int:
    """Return the side of windows that reach as far after their centre as before it: k if odd."""
    return K.shape[axis] // 2 * 2 + 1


def uses_one_side(
    exercise: Exercise,
    function: Implementation,
    code: str,
    beside: tuple[str, ...],
    common: tuple[Fit, ...] = (),
) -> None:
    """Register `code`: the kernel's height or width is used for both sides of every window.

    `function` takes X, K and perhaps a bias. Forms are combined with the codes in `beside`; those
    that use the height and a fit of `common` are combined with all.
    """
    for fit, axis in ((broadcast, -2), (broadcast, -1), (leading, -2)):
        usual = () if fit in common and axis == -2 else beside
        sides = partial(_side, axis=axis), partial(_side_around_centre, axis=axis)
        _register(exercise, function, code, fit, sides[0], usual)
        _register(exercise, function, code, fit, sides[1], beside)
    for axis in (-2, -1):

        @exercise.misconception(code, function, alone=True, beside=beside if axis == -2 else ())
        def _(
            function: Implementation, X: Any, K: Any, *bias: Any, axis: int = axis, **named: Any
        ) -> Any:
            """Use one side of the image and of the kernel for both directions."""
            square = leading(X, X.shape[axis]), leading(K, K.shape[axis])
            return function(*square, *bias, **named)

        @exercise.misconception(code, function, alone=True)
        def _(
            function: Implementation, X: Any, K: Any, *bias: Any, axis: int = axis, **named: Any
        ) -> Any:
            """Use one side for the size of the result only; clip windows beyond the image."""
            kh, kw = K.shape[-2:]
            rows, columns = (n - K.shape[axis] + 1 for n in X.shape[-2:])
            return looped(
                lambda X, K: function(X, K, *bias, **named),
                X,
                K,
                (rows, columns),
                lambda i, j: (slice(i, i + kh), slice(j, j + kw)),
            )


def uses_a_constant(exercise: Exercise, function: Implementation, beside: tuple[str, ...]) -> None:
    """Register KERNEL-CONSTANT: windows of 3×3, whatever the kernel."""
    for fit in (broadcast, leading):
        _register(exercise, function, "KERNEL-CONSTANT", fit, lambda K: 3, beside)


def _register(
    exercise: Exercise,
    function: Implementation,
    code: str,
    fit: Fit,
    side: Callable[[Any], int],
    beside: tuple[str, ...],
) -> None:
    @exercise.misconception(code, function, beside=beside)
    def _(function: Implementation, X: Any, K: Any, *bias: Any, **named: Any) -> Any:
        def summed(X: Any, K: Any) -> Any:
            return _or_empty(lambda X, K: function(X, K, *bias, **named), X, K)

        return _fitted(summed, X, K, fit, side(K))
