"""Record of the layers in force around a child; sent to the grader before any source."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Held:
    """The layers in force, and the missing ones as pairs (layer, reason)."""

    in_force: list[str] = field(default_factory=lambda: ["split"])
    missing: list[tuple[str, str]] = field(default_factory=list)
