"""Return the style sheets of pages, and of reports inside other pages, as one text each.

`light.css` and `dark.css` hold the colours, `report.css` what a report looks like anywhere,
`replay.css` a mistake that is drawn, and `style.css` all else that a page of its own needs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: What a page has besides the colours.
_PAGE = ("report.css", "style.css", "replay.css")
#: The class of a report within another page.
SCOPE = "learncnn-report"
#: What notebooks mark dark themes with: JupyterLab, VS Code, Colab, marimo.
_DARK = (
    '[data-jp-theme-light="false"]',
    ".vscode-dark",
    ".vscode-high-contrast:not(.vscode-high-contrast-light)",
    'html[theme="dark"]',
    "body.dark",
)


@cache
def page_style() -> str:
    """Return the style of a page of its own."""
    return (
        f":root {{ color-scheme: light dark;\n{_read('light.css')}}}\n"
        "@media screen and (prefers-color-scheme: dark) "
        f"{{ :root {{\n{_read('dark.css')}}} }}\n" + "".join(map(_read, _PAGE))
    )


@cache
def scoped_style() -> str:
    """Return the style of a report in a notebook: it reaches the report alone.

    Rules are nested below the scope's class, which stands twice to outweigh the notebook's own.
    """
    scope = f".{SCOPE}.{SCOPE}"
    dark = ", ".join(f"{host} {scope}" for host in _DARK)
    return (
        f"{scope} {{ color-scheme: light;\n{_read('light.css')}}}\n"
        f":is({dark}) {{ color-scheme: dark;\n{_read('dark.css')}}}\n"
        f"{scope} {{\n{_read('notebook.css')}{_read('report.css')}{_read('replay.css')}}}\n"
    )


def _read(name: str) -> str:
    return (HERE / name).read_text("utf-8")
