"""Draw docs/check.svg: the screen of a real check, for the README.

python docs/make_picture.py
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

STUDENT = """
def output_size(n, k, padding=0, stride=1):
    if n + 2 * padding < k:
        raise ValueError("the kernel does not fit")
    return (n + padding - k) // stride + 1
"""
COLUMNS = 80
#: Rich's own frame without its web fonts: the picture loads nothing.
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    learncnn = str(Path(sys.executable).with_name("learncnn"))
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "LEARNCNN_LANG": "en"}
    environment |= {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "study"
        subprocess.run([learncnn, "start", str(root)], check=True, capture_output=True)
        stub = root / "ex03_output_shape.py"
        before, _, after = stub.read_text("utf-8").partition("def output_size(")
        stub.write_text(
            before
            + STUDENT
            + "\n\ndef output_size_total"
            + after.split("def output_size_total", 1)[1],
            "utf-8",
        )
        shown = subprocess.run(
            [learncnn, "--root", str(root), "check", "ex03"],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        ).stdout
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text("$ learncnn check ex03\n"))
    console.print(Text.from_ansi(shown))
    svg = console.export_svg(title="learncnn", theme=MONOKAI, code_format=SVG, unique_id="check")
    (Path(__file__).parent / "check.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
