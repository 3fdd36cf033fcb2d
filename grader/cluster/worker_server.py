"""Run a dask worker with its nanny on a machine that grades, for `learncnn cluster worker`.

The nanny restarts a lost worker. If the scheduler is lost, both end, and they are started again
when there is a scheduler at the same address.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import GraderFault, LearncnnError, Message, UsageError
from .cluster_address import ClusterAddress, TlsFiles, cluster_address
from .dask_settings import use_dask_settings
from .machine_worker import JOBS_VARIABLE, KEYS_VARIABLE
from .serving import dask_security, told_to_end

if TYPE_CHECKING:
    from distributed import Nanny

#: Number of batches that a worker runs at once, so that the cores stay busy while one ends.
THREADS = 2
#: Seconds between attempts to reach a scheduler.
_AGAIN_SECONDS = 0.25
#: Maximum times to reach a scheduler and to start a worker, in seconds.
_REACH_SECONDS, _START_SECONDS = 5.0, 30


@dataclass(frozen=True)
class WorkerOptions:
    """The scheduler that a worker serves, and the resources for it."""

    #: A scheduler's address, or the name of its file.
    scheduler: str
    tls: TlsFiles | None = None
    insecure: bool = False
    #: Number of grading workers; None means one per core.
    jobs: int | None = None
    #: Address of this machine for the scheduler; None means that of the route to the scheduler.
    host: str | None = None
    #: Port of the worker; its nanny uses the next one. 0 means any.
    port: int = 0
    #: Seconds without a scheduler after which the worker ends.
    wait: float = 60.0
    until_eof: bool = False


def run_worker(options: WorkerOptions, tell: Callable[[Message], None]) -> None:
    """Serve until a signal or the end of standard input; `tell` is called with messages.

    Raises UsageError, and GraderFault if there is no scheduler for `options.wait` seconds.
    """
    use_dask_settings()
    if options.jobs is not None:
        os.environ[JOBS_VARIABLE] = str(options.jobs)
    # The folder is made here, not in the worker, so that a restarted worker still finds the keys
    # and none remain after a kill.
    with tempfile.TemporaryDirectory(prefix="learncnn-keys-") as keys:
        os.environ[KEYS_VARIABLE] = keys
        asyncio.run(_serve(options, tell))


async def _serve(options: WorkerOptions, tell: Callable[[Message], None]) -> None:
    end = asyncio.create_task(told_to_end(at_eof=options.until_eof))
    while not end.done():
        connecting = asyncio.create_task(_connected(options))
        await asyncio.wait([connecting, end], return_when=asyncio.FIRST_COMPLETED)
        if end.done():
            connecting.cancel()
            with suppress(asyncio.CancelledError, LearncnnError):
                await (await connecting).close()
            return
        nanny = await connecting
        tell(Message("cluster", "worker_ready", address=options.scheduler))
        lost = asyncio.create_task(nanny.finished())
        await asyncio.wait([lost, end], return_when=asyncio.FIRST_COMPLETED)
        await nanny.close()
        if not end.done():
            tell(Message("cluster", "worker_waits", address=options.scheduler))


async def _connected(options: WorkerOptions) -> Nanny:
    """Wait for a scheduler, and return a nanny whose worker has registered with it.

    Raises UsageError for an invalid address, and GraderFault if there is no scheduler in time.
    """
    give_up = time.monotonic() + options.wait
    while True:
        try:
            address = cluster_address(options.scheduler, options.tls, insecure=options.insecure)
            await _reached(address)
            return await _nanny(options, address)
        except UsageError:
            if not _names_file(options.scheduler) or time.monotonic() >= give_up:
                raise
        except (OSError, RuntimeError, asyncio.TimeoutError) as error:
            if time.monotonic() >= give_up:
                raise GraderFault(
                    "cluster", "no_scheduler_here", address=options.scheduler, reason=error
                ) from error
        await asyncio.sleep(_AGAIN_SECONDS)


def _names_file(scheduler: str) -> bool:
    """Return whether this is the name of a scheduler's file, which may be written later."""
    return "://" not in scheduler and (os.sep in scheduler or scheduler.endswith(".json"))


async def _reached(address: ClusterAddress) -> None:
    """Raise OSError if the scheduler cannot be reached, sooner than a nanny would."""
    connecting = asyncio.open_connection(address.host, address.port)
    _, writer = await asyncio.wait_for(connecting, _REACH_SECONDS)
    writer.close()


async def _nanny(options: WorkerOptions, address: ClusterAddress) -> Nanny:
    """Start a nanny and its worker. Raises OSError, RuntimeError, TimeoutError."""
    from distributed import Nanny

    from .quiet_servers import QuietWorker

    host = options.host
    if host is None and ipaddress.ip_address(address.host).is_loopback:
        host = address.host
    port = options.port
    return await Nanny(
        address.to_json()["address"],
        host=host,
        port=port + 1 if port else 0,
        worker_port=port,
        nthreads=THREADS,
        worker_class=QuietWorker,
        memory_limit=0,
        dashboard=False,
        death_timeout=_START_SECONDS,
        preload=["learncnn.grader.cluster.machine_worker"],
        security=dask_security(options.tls),
    )
