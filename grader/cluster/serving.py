"""What a scheduler and a worker share: waiting for the end, and dask's TLS settings."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

from .cluster_address import TlsFiles

if TYPE_CHECKING:
    from distributed import Security


async def told_to_end(*, at_eof: bool) -> None:
    """Return at SIGINT or SIGTERM, and with `at_eof` when standard input ends."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    if at_eof:
        descriptor = sys.stdin.fileno()

        def read() -> None:
            if not os.read(descriptor, 4096):
                loop.remove_reader(descriptor)
                end.set()

        loop.add_reader(descriptor, read)
    await end.wait()


def dask_security(tls: TlsFiles | None) -> Security:
    """Return dask's TLS settings; with files, unencrypted connections are refused."""
    from distributed import Security

    if tls is None:
        return Security(require_encryption=False)
    files = {
        f"tls_{role}_{kind}": path
        for role in ("scheduler", "worker", "client")
        for kind, path in (("cert", tls.cert), ("key", tls.key))
    }
    return Security(require_encryption=True, tls_ca_file=tls.ca, **files)
