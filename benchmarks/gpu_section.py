"""Write the results of `gpu_check.py`, if any, into the GPU section of docs/performance.md."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
RECORD = HERE / "recorded_gpu.md"
PAGE = HERE.parent / "docs" / "performance.md"
HEADING = "## On a GPU\n"
NOT_MEASURED = """
Not measured: `python benchmarks/gpu_check.py` has not been run on a machine with a CUDA device yet.
Without one it runs to its end and says of each part why it was skipped.
"""


def section() -> str:
    """Return the section with its heading."""
    measured = RECORD.read_text("utf-8") if RECORD.exists() else NOT_MEASURED
    return f"{HEADING}{measured}"


def with_section(page: str) -> str:
    """Return a page with the section at its end, replacing an existing one."""
    before = page.partition(HEADING)[0].rstrip("\n")
    return f"{before}\n\n{section()}"


def record(text: str) -> None:
    """Save the results, and write them into the page."""
    RECORD.write_text(f"\n{text.strip()}\n", "utf-8")
    PAGE.write_text(with_section(PAGE.read_text("utf-8")), "utf-8")
