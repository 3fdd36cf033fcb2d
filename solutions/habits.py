"""Mistakes that several exercises share, such as cropping with −0 or accepting only ints."""

from collections.abc import Callable
from typing import Any

from array_api_compat import array_namespace, is_array_api_obj

from learncnn.grader.course.exercise import Exercise, Implementation

from .geometry import pad, pair

Crop = Callable[[Any, int, int], Any]


def cropped_by_minus(padded: Any, ph: int, pw: int) -> Any:
    """Return `padded[..., ph:-ph, pw:-pw]`, which is empty for a padding of 0 because −0 is 0."""
    return padded[..., ph:-ph, pw:-pw]


def _unless_none(padded: Any, ph: int, pw: int) -> Any:
    """Crop `if ph or pw:`, which returns an empty array if exactly one of the two is 0."""
    return cropped_by_minus(padded, ph, pw) if ph or pw else padded


def _if_both(padded: Any, ph: int, pw: int) -> Any:
    """Crop `if ph and pw:`, which crops nothing if one of the two is 0."""
    return cropped_by_minus(padded, ph, pw) if ph and pw else padded


def _if_above(padded: Any, ph: int, pw: int) -> Any:
    """Crop `if ph:`, which ignores the padding of the columns."""
    return cropped_by_minus(padded, ph, pw) if ph else padded


#: Crops that go wrong without padding: the unguarded form, and forms with an incomplete guard.
CROPS: tuple[Crop, ...] = (cropped_by_minus, _unless_none, _if_both, _if_above)


def before_and_after(X: Any, padding: Any, value: float = 0) -> Any:
    """Pad like `np.pad(X, padding)`, which interprets the pair as (before, after) on both axes."""
    before, after = pair(padding)
    most = max(before, after)
    *_, height, width = X.shape
    down = slice(most - before, most + height + after)
    return pad(X, most, value)[..., down, most - before : most + width + after]


def first_of(value: Any) -> Any:
    """Return the first number of a pair, to be used on both axes; return anything else as it is."""
    return value[0] if isinstance(value, tuple) else value


def square_part(array: Any) -> Any:
    """Return [..., H, W] with zeros from column H on, as if both loops ran over the rows.

    Raises IndexError if there are fewer columns than rows.
    """
    rows, columns = array.shape[-2:]
    if rows > columns:
        raise IndexError("index is out of bounds")
    part = array_namespace(array).zeros_like(array)
    part[..., :rows] = array[..., :rows]
    return part


def in_bytes(Y: Any, X: Any) -> Any:
    """Return Y as it is stored in the dtype of X: of a grey image, modulo 256.

    Images of torch are not of uint8 here, but wrap in the same way.
    """
    return Y if array_namespace(X).isdtype(X.dtype, "real floating") else Y % 256


def drops_dtype(exercise: Exercise, *functions: Implementation) -> None:
    """Register DTYPE-DROP: results in numpy's default float dtype, or in torch's."""
    for dtype in ("float64", "float32"):

        @exercise.misconception("DTYPE-DROP", *functions, breaks="dtype")
        def _(function: Implementation, *given: Any, dtype: str = dtype, **options: Any) -> Any:
            return _in_dtype(function(*given, **options), dtype)


def _in_dtype(result: Any, dtype: str) -> Any:
    if isinstance(result, (list, tuple)):
        return type(result)(_in_dtype(each, dtype) for each in result)
    if not is_array_api_obj(result):
        return result
    xp = array_namespace(result)
    if not xp.isdtype(result.dtype, "real floating"):
        return result
    return xp.astype(result, getattr(xp, dtype))


def refuse_pair(value: Any) -> None:
    """Raise ValueError if `value` is a pair, in code that refuses pairs of one argument only."""
    if isinstance(value, tuple):
        raise ValueError("an int, not a pair")


def refuses_pairs(
    exercise: Exercise,
    function: Implementation,
    *codes: str,
    alone_too: tuple[str, ...] = (),
    beside: dict[str, tuple[str, ...]] | None = None,
) -> None:
    """Register INT-ONLY, and repeat the mistakes in `codes` in code that accepts only ints.

    Such code raises on every pair, so its other mistake can only be proved on the cases with
    ints. For `codes`, only the forms that take part in combinations are repeated; for
    `alone_too`, all forms are. `beside` lists, by code, the mistakes with which the repeated forms
    are combined.
    """
    exercise.misconception("INT-ONLY", function, breaks="pair")(_refusing(_as_it_is))
    for mutant in exercise.mutants_of(function.__name__):
        counts = mutant.code in (alone_too if mutant.alone else (*codes, *alone_too))
        if counts and not mutant.breaks:
            others = (beside or {}).get(mutant.code, ())
            register = exercise.misconception(mutant.code, function, alone=True, beside=others)
            register(_refusing(mutant.wrap))


def _as_it_is(function: Implementation, *given: Any, **options: Any) -> Any:
    return function(*given, **options)


def _refusing(wrap: Callable[..., Any]) -> Callable[..., Any]:
    def refuses(function: Implementation, *given: Any, **options: Any) -> Any:
        if any(isinstance(each, tuple) and len(each) == 2 for each in (*given, *options.values())):
            raise ValueError("an int, not a pair")
        return wrap(function, *given, **options)

    return refuses
