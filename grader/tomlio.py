"""Reading TOML with one message for every way it can go wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .errors import LearncnnError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def load_toml(path: Path) -> dict[str, Any]:
    """The document at `path`. Raises LearncnnError that names the file and what is wrong."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise LearncnnError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise LearncnnError(f"{path}: cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise LearncnnError(f"{path}: not valid TOML: {error}") from error


def parse_toml(text: str) -> dict[str, Any]:
    """The document in `text`. Raises ValueError that says where it is wrong."""
    return tomllib.loads(text)
