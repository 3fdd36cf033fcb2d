"""Grade on other machines: encode batches as documents, and carry them there and back."""

from __future__ import annotations


def need() -> None:
    """Raise UsageError, with advice, if the package of the extra `batch` is missing."""
    from importlib.util import find_spec

    if find_spec("msgspec") is None:
        from ..errors import UsageError

        raise UsageError("cluster", "no_msgspec")


def need_distributed() -> None:
    """Raise UsageError, with advice, if a package of the extra `cluster` is missing."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("distributed", "cryptography")):
        from ..errors import UsageError

        raise UsageError("cluster", "no_distributed")
    need()
