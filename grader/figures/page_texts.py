"""Provide the texts of interactive figures to a page's script."""

from __future__ import annotations

from typing import Any

from ..i18n.texts import family_texts, language

#: Keys of figure.toml whose texts appear in figures; the others are error messages for authors.
_TITLES = [
    "input",
    "kernel",
    "flipped",
    "output",
    "row",
    "starts",
    "unused",
    "channel",
    "kernel_of",
    "partial",
    "map",
    "weights",
    "field_input",
    "field_layer",
    "after_layer",
    "upstream_title",
    "grad_input",
    "grad_kernel",
    "sums",
    "windows_as_rows",
    "as_column",
    "product",
    "total",
    "parameters",
    "feature_map",
    "max",
    "avg",
    "image",
    "connections",
    "connected",
    "rate",
    "step",
    "epoch",
    "loss",
    "connections_count",
    "graph",
    "accuracy",
    "train_set",
    "test_set",
    "operation",
]


def page_texts() -> dict[str, str]:
    """Return key (`figure.…` or `serve_figures.…`) → text in the current language."""
    titles = {name: family_texts("figure")[name] for name in _TITLES}
    own = family_texts("serve_figures")
    return {**_flat("figure", titles), **_flat("serve_figures", own)}


def _flat(prefix: str, table: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, entry in table.items():
        if language() in entry:
            found[f"{prefix}.{key}"] = entry[language()]
        else:
            found |= _flat(f"{prefix}.{key}", entry)
    return found
