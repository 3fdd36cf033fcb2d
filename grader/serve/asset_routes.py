"""Serve styles and scripts: built files of this package, by name."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

STATIC = Path(__file__).resolve().parent / "static"
KINDS = {"app.js": "text/javascript", "theme.js": "text/javascript", "app.css": "text/css"}


async def static_file(request: Request) -> Response:
    """Answer with a built file, or confirm that the browser's copy is current."""
    name = request.path_params["name"]
    if name not in KINDS:
        raise HTTPException(404)
    headers = {"cache-control": "no-cache"}
    return FileResponse(STATIC / name, media_type=KINDS[name], headers=headers)
