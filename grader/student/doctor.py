"""Implement `doctor`: report what is installed, which sandbox layers work, and what is missing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from .. import VERSION
from ..answer_key.find import cache_dir, solutions_installed
from ..i18n.texts import say
from ..runner.devices import cuda_present
from ..runner.isolation import machine_status
from ..terminal.layout import Paint, indented, padded, wrapped
from ..workspace.workspace import Workspace

PACKAGES = (
    "numpy", "torch", "click", "markdown-it-py", "nbformat", "array-api-compat",
    "msgspec", "distributed",  # of the extras `batch` and `cluster`
)  # fmt: skip


def examine(workspace: Workspace | None) -> dict[str, Any]:
    """Return versions, devices, layers and paths as plain data, without importing the libraries."""
    return {
        "learncnn": VERSION,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "cuda": cuda_present(),
        "layers": [
            {"name": s.name, "available": s.available, "reason": s.reason, "advice": s.advice_key}
            for s in machine_status()
        ],
        "workspace": str(workspace.root) if workspace else None,
        "framework": workspace.framework if workspace else None,
        "cache": str(cache_dir()),
        "solutions": solutions_installed(),
    }


def doctor_lines(found: dict[str, Any], width: int, paint: Paint) -> Iterator[str]:
    """Yield the lines that `doctor` prints."""
    absent = say("doctor", "not_installed")
    yield paint(say("doctor", "versions"), "bold")
    versions = {"learncnn": found["learncnn"], "python": found["python"], **found["packages"]}
    for name, version in versions.items():
        yield f"  {padded(name, 18)}{version or absent}"
    yield f"  {padded('platform', 18)}{found['platform']}"
    yield ""
    yield paint(say("doctor", "devices"), "bold")
    yield "  " + say("doctor", "cuda_yes" if found["cuda"] else "cuda_no")
    yield ""
    yield paint(say("doctor", "isolation"), "bold")
    for layer in found["layers"]:
        if layer["available"]:
            yield f"  {paint('✓', 'green')} {padded(layer['name'], 16)}{say('doctor', 'available')}"
            continue
        missing = paint(say("doctor", "missing"), "bold", "yellow")
        yield f"  {paint('✗', 'red')} {padded(layer['name'], 16)}{missing}: {layer['reason']}"
        yield from indented(wrapped(say("doctor", layer["advice"]), width - 6), 6)
    yield ""
    yield paint(say("doctor", "places"), "bold")
    workspace = found["workspace"]
    where = f"{workspace} ({found['framework']})" if workspace else say("doctor", "no_workspace")
    yield f"  {padded(say('doctor', 'workspace'), 18)}{where}"
    yield f"  {padded(say('doctor', 'cache'), 18)}{found['cache']}"
    installed = say("doctor", "installed") if found["solutions"] else absent
    yield f"  {padded(say('doctor', 'solutions'), 18)}{installed}"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
