"""Build the style sheets of pages, and of reports inside other pages, as one text each.

`light.css` and `dark.css` hold the colours, `report.css` the style of a report anywhere,
`replay.css` that of a drawn mistake, and `style.css` everything else for a complete page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: Style sheets of a page in addition to the colours.
_PAGE = ("report.css", "style.css", "replay.css")
#: CSS class of a report inside another page.
SCOPE = "learncnn-report"
#: Selectors of dark themes in JupyterLab, VS Code, Colab and marimo.
_DARK = (
    '[data-jp-theme-light="false"]',
    ".vscode-dark",
    ".vscode-high-contrast:not(.vscode-high-contrast-light)",
    'html[theme="dark"]',
    "body.dark",
)


@cache
def page_style() -> str:
    """Return the style of a complete page."""
    return (
        f":root {{ color-scheme: light dark;\n{_read('light.css')}}}\n"
        "@media screen and (prefers-color-scheme: dark) "
        f"{{ :root {{\n{_read('dark.css')}}} }}\n" + "".join(map(_read, _PAGE))
    )


@cache
def scoped_style() -> str:
    """Return the style of a report in a notebook, which affects only the report.

    Rules are nested below the scope's class, which is repeated to outweigh the notebook's rules.
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
