"""Run a dask scheduler for graders and machines, for `learncnn cluster scheduler`."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import GraderFault, UsageError
from ..files.writing import write_document
from .cluster_address import TlsFiles
from .dask_settings import use_dask_settings
from .serving import dask_security, told_to_end


@dataclass(frozen=True)
class SchedulerOptions:
    """The address at which a scheduler listens, and who may connect to it."""

    host: str
    port: int
    tls: TlsFiles | None = None
    insecure: bool = False
    #: JSON file for the address, which workers and graders read; removed at the end.
    file: Path | None = None
    until_eof: bool = False


def check_host(options: SchedulerOptions) -> None:
    """Raise UsageError if other machines could connect without TLS and `insecure` is not set."""
    try:
        loopback = ipaddress.ip_address(options.host.strip("[]")).is_loopback
    except ValueError:
        loopback = options.host == "localhost"
    if not (loopback or options.tls or options.insecure):
        raise UsageError("cluster", "open_scheduler", host=options.host)


def run_scheduler(options: SchedulerOptions, ready: Callable[[str], None]) -> None:
    """Serve until a signal or the end of standard input; `ready` is called with the address.

    Raises UsageError and GraderFault if it cannot listen.
    """
    check_host(options)
    use_dask_settings()
    asyncio.run(_serve(options, ready))


async def _serve(options: SchedulerOptions, ready: Callable[[str], None]) -> None:
    from .quiet_servers import QuietScheduler

    protocol = "tls" if options.tls else "tcp"
    try:
        scheduler = await QuietScheduler(
            host=options.host,
            port=options.port,
            protocol=protocol,
            security=dask_security(options.tls),
            dashboard=False,
        )
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.__cause__ or error
        place = f"{options.host}:{options.port}"
        raise GraderFault("cluster", "cannot_listen", address=place, reason=reason) from error
    try:
        if options.file is not None:
            write_document(options.file, json.dumps({"address": scheduler.address}) + "\n")
        ready(scheduler.address)
        await told_to_end(at_eof=options.until_eof)
    finally:
        if options.file is not None:
            with suppress(OSError):
                options.file.unlink()
        await scheduler.close()
