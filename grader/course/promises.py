"""List what a function promises besides its values: the contract that every exercise states."""

from __future__ import annotations

from typing import Literal

#: Three have separate cases: an impossible input (`errors`), an input without elements
#: (`empty`), a pair where an int would do (`pair`).
Promise = Literal[
    "array",
    "whole",
    "dtype",
    "device",
    "precision",
    "mutated",
    "aliased",
    "pair",
    "empty",
    "errors",
]
#: What a case tests: values, or one of the promises that have cases of their own.
Axis = Literal["values", "errors", "empty", "pair"]
#: In the order in which they are shown.
PROMISES: tuple[Promise, ...] = (
    "array",
    "whole",
    "dtype",
    "device",
    "precision",
    "mutated",
    "aliased",
    "pair",
    "empty",
    "errors",
)
