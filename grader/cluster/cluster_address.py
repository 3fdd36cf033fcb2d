"""Resolve a scheduler's address, and allow only TLS or connections on this machine."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError

#: Default port of a dask scheduler.
_PORT = 8786
_ADDRESS = re.compile(
    r"(?:(?P<scheme>[a-z]+)://)?(?P<host>\[[0-9a-fA-F:.]+\]|[^:/\[\]]+)(?::(?P<port>\d+))?"
)


@dataclass(frozen=True)
class TlsFiles:
    """Files in PEM: the cluster's own CA, this side's certificate, and its key."""

    ca: str
    cert: str
    key: str


@dataclass(frozen=True)
class ClusterAddress:
    """The address of a scheduler to which a connection is allowed."""

    #: The address as it was given, for messages.
    text: str
    #: Numeric address and port.
    host: str
    port: int
    tls: TlsFiles | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the form that is sent to the gateway."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "tls" if self.tls else "tcp"
        return {
            "address": f"{scheme}://{host}:{self.port}",
            "port": self.port,
            "tls": vars(self.tls) if self.tls else None,
        }


def tls_files(ca: str | None, cert: str | None, key: str | None) -> TlsFiles | None:
    """Return the files of the options --tls-…, or None if none is given.

    Raises UsageError if only some are given or one cannot be read.
    """
    options = {"--tls-ca": ca, "--tls-cert": cert, "--tls-key": key}
    given = {option: path for option, path in options.items() if path}
    if not given:
        return None
    for option in options:
        if option not in given:
            raise UsageError("cluster", "tls_missing", option=option)
        try:
            Path(given[option]).open("rb").close()
        except OSError as error:
            path, reason = given[option], error.strerror
            raise UsageError(
                "cluster", "tls_unreadable", option=option, path=path, reason=reason
            ) from error
    return TlsFiles(*given.values())


def cluster_address(text: str, tls: TlsFiles | None, *, insecure: bool) -> ClusterAddress:
    """Resolve a scheduler's address, or the name of a file that a scheduler has written.

    Raises UsageError if it is neither, or if the scheduler is on another machine and neither TLS
    nor `insecure` is used.
    """
    contact = _contact_in(Path(text)) if Path(text).is_file() else text
    match = _ADDRESS.fullmatch(contact)
    if match is None or match["scheme"] not in (None, "tcp", "tls"):
        raise UsageError("cluster", "bad_address", address=text)
    port = int(match["port"] or _PORT)
    host = _numeric(match["host"].strip("[]"), port, text)
    if match["scheme"] == "tls" and tls is None:
        raise UsageError("cluster", "tls_needed", address=text)
    if tls is None and not insecure and not ipaddress.ip_address(host).is_loopback:
        raise UsageError("cluster", "not_encrypted", address=text)
    return ClusterAddress(text, host, port, tls)


def _contact_in(path: Path) -> str:
    """Return the address in a scheduler file."""
    try:
        return str(json.loads(path.read_text("utf-8"))["address"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError("cluster", "bad_scheduler_file", path=path) from error


def _numeric(host: str, port: int, text: str) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, OverflowError, UnicodeError) as error:
        raise UsageError("cluster", "unknown_host", host=host, address=text) from error
    return str(found[0][4][0])
