"""Read the manifest of `homework/`: the true faults, and the cases that they affect.

For every function of a submission, the manifest gives whether its values are right, which faults
it has (the main one first), whether it runs at all, and which promises it breaks. `acts` is an
expression over the facts of a case, true if the main fault can make a number wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import tomli

import learncnn

FOLDER = Path(__file__).resolve().parent / "homework"


@dataclass(frozen=True)
class Truth:
    """The truth about one function of a submission."""

    right: bool
    runs: bool
    #: Codes of the faults in its values, the main one first; includes codes of no exercise.
    faults: tuple[str, ...]
    #: Further codes that describe the faults correctly.
    also: tuple[str, ...]
    promises: frozenset[str]
    #: Default values of the arguments that a case may omit.
    defaults: Mapping[str, Any]
    _acts: CodeType

    def acts(self, arguments: Mapping[str, Any]) -> bool:
        """Return whether the main fault can affect a case with these arguments."""
        return bool(eval(self._acts, {"np": np, **facts({**self.defaults, **arguments})}))


@dataclass(frozen=True)
class Homework:
    """One submission, and the truth about its functions."""

    file: str
    exercise: str
    framework: str
    functions: Mapping[str, Truth]

    @property
    def source(self) -> str:
        """The source text of the submission."""
        return (FOLDER / self.file).read_text("utf-8")


def manifest() -> list[Homework]:
    """Return every submission of the manifest."""
    document = tomli.loads((FOLDER / "manifest.toml").read_text("utf-8"))
    return [
        Homework(
            entry["file"],
            entry["exercise"],
            entry["framework"],
            {name: _truth(entry, name) for name in entry["functions"]},
        )
        for entry in document["submission"]
    ]


def _truth(entry: Mapping[str, Any], function: str) -> Truth:
    written = entry["functions"][function]
    return Truth(
        written["values"] == "right",
        written.get("runs", True),
        tuple(written.get("faults", ())),
        tuple(written.get("also", ())),
        frozenset(written.get("promises", ())),
        _defaults(entry["exercise"]).get(function, {}),
        compile(written.get("acts", "True"), entry["file"], "eval"),
    )


@cache
def _defaults(exercise: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the default arguments of every function of an exercise's stub."""
    (stub,) = (Path(learncnn.__file__).parent / "exercises").glob(f"{exercise}_*/stub.py")
    functions = [node for node in ast.parse(stub.read_text("utf-8")).body
                 if isinstance(node, ast.FunctionDef)]  # fmt: skip
    return {
        function.name: {
            argument.arg: ast.literal_eval(default)
            for argument, default in zip(
                reversed(function.args.args), reversed(function.args.defaults), strict=False
            )
        }
        for function in functions
    }


def facts(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names that `acts` may use: the arguments, sizes, and a few properties."""
    known = {**arguments, **_sizes(arguments)}
    known["remainder"] = _remainder(known)
    known["overlap"] = known["sh"] < known["kh"] or known["sw"] < known["kw"]
    return {**known, **_of_kernel(arguments), **_of_numbers(arguments), **_of_lists(arguments)}


def _sizes(given: Mapping[str, Any]) -> dict[str, int]:
    """Return N, C, H, W of the image, F of the filters, kh, kw, sh, sw, ph, pw of the window."""
    image = _shape(given, "input", "X", "image", "map", "logits", "output", "input_shape")
    kernel = _shape(given, "weight", "K", "filters")
    sizes = dict.fromkeys("NCFHW", 1)
    sizes.update(zip("WHCN", reversed(image), strict=False))
    if len(image) == 2:
        sizes["N"] = image[0]
    if len(kernel) > 2:
        sizes["F"] = kernel[0]
    window = _pair(given.get("kernel_size", given.get("k")) or kernel[-2:] or 1)
    stride = _pair(given.get("stride", 1) or window)
    for letter, pair in (("k", window), ("s", stride), ("p", _pair(given.get("padding", 0)))):
        sizes[f"{letter}h"], sizes[f"{letter}w"] = pair
    if "n" in given:
        sizes["H"] = sizes["W"] = given["n"]
    return sizes


def _shape(given: Mapping[str, Any], *names: str) -> tuple[int, ...]:
    for name in names:
        value = given.get(name)
        if isinstance(value, np.ndarray):
            return value.shape
        if name == "input_shape" and value is not None:
            return tuple(value)
    return ()


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _remainder(known: Mapping[str, Any]) -> bool:
    axes = ("H", "kh", "sh", "ph"), ("W", "kw", "sw", "pw")
    sizes = [tuple(known[name] for name in names) for names in axes]
    return any((n + 2 * p - k) % s for n, k, s, p in sizes)


def _of_kernel(given: Mapping[str, Any]) -> dict[str, bool]:
    """Return properties of the kernel; all True if there is none.

    `turned`: rotating it by 180° changes it. `skew`: transposing it changes it.
    `transpose_is_no_turn`: the two results differ.
    """
    kernel = next((given[name] for name in ("K", "weight", "filters") if name in given), None)
    if not isinstance(kernel, np.ndarray) or kernel.ndim < 2:
        return {"turned": True, "skew": True, "transpose_is_no_turn": True}
    half, exchanged = kernel[..., ::-1, ::-1], np.swapaxes(kernel, -1, -2)
    return {
        "turned": not np.array_equal(kernel, half),
        "skew": not np.array_equal(kernel, exchanged),
        "transpose_is_no_turn": not np.array_equal(half, exchanged),
    }


def _of_numbers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties of the numbers in a case.

    `ties`: the input has equal numbers. `constant`: a column has only one value. `repeated`: an
    index occurs twice in a plane. `spread`: the largest difference between logits of an image.
    """
    known: dict[str, Any] = {"ties": False, "constant": False, "repeated": False, "spread": 0.0}
    if isinstance(array := given.get("input"), np.ndarray):
        known["ties"] = np.unique(array).size < array.size
    reference = given["reference"] if given.get("reference") is not None else given.get("X")
    if isinstance(reference, np.ndarray) and reference.ndim == 2 and len(reference):
        known["constant"] = bool((reference.max(0) == reference.min(0)).any())
    if isinstance(indices := given.get("indices"), np.ndarray):
        planes = indices.reshape(-1, *indices.shape[-2:])
        known["repeated"] = any(np.unique(plane).size < plane.size for plane in planes)
    if isinstance(logits := given.get("logits"), np.ndarray) and logits.size:
        known["spread"] = float(np.ptp(logits, axis=1).max())
    return known


def _of_lists(given: Mapping[str, Any]) -> dict[str, bool]:
    """Return properties of a list of layers.

    `jump`: a layer with a stride above 1 comes before one with a kernel above 1. `pools`: a model
    has pooling layers.
    """
    layers = given.get("layers") or ()
    if layers and isinstance(layers[0], dict):
        return {"pools": any("pool" in layer["kind"] for layer in layers), "jump": False}
    strides = [layer[1] for layer in layers]
    later = [any(layer[0] > 1 for layer in layers[at + 1 :]) for at in range(len(layers))]
    jump = any(stride > 1 and wide for stride, wide in zip(strides, later, strict=True))
    return {"jump": jump, "pools": False}
