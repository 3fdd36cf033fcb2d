"""Implement `learncnn serve`: the study page of a workspace, for browsers on this machine only."""


def need() -> None:
    """Raise UsageError, with the way out, if the packages of the extra are missing."""
    from importlib.util import find_spec

    from ..errors import UsageError

    if any(find_spec(name) is None for name in ("jinja2", "starlette", "uvicorn")):
        raise UsageError("serve", "extra")
