"""Which layers hold a child, and which do not and why; sent to the grader before any source."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Held:
    """The layers in force and those missing with the reason."""

    in_force: list[str] = field(default_factory=lambda: ["split"])
    missing: list[tuple[str, str]] = field(default_factory=list)
