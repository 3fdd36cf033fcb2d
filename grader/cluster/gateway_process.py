"""Run the gateway: a confined process that speaks dask to a cluster and frames to the grader.

It carries batches to machines and their answers back, without reading their content. The grader
assigns batches to machines and handles losses. The gateway ends with its grader.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import ssl
import sys
import warnings
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from .confinement import confine
from .gateway_wire import MAX_WHY, GatewayFrame, GatewayReader, packed

if TYPE_CHECKING:
    from distributed import Client, Security

#: Seconds between queries of the scheduler for its machines.
_LOOK_SECONDS = 0.5
#: Maximum time until the scheduler answers for the first time, in seconds.
_CONNECT_SECONDS = 10
#: Function that machines run, by module and name.
FUNCTION = "learncnn.grader.cluster.machine_worker:run_batch"


def main(descriptor: int) -> None:
    """Serve the socket until it is closed."""
    connection = socket.socket(fileno=descriptor)
    setup = _first_frame(connection).header
    context = _tls_context(setup["tls"]) if setup["tls"] else None
    os.environ.clear()
    lacking = confine(setup["port"])
    connection.setblocking(False)
    asyncio.run(_serve(connection, setup, context, lacking))


def _first_frame(connection: socket.socket) -> GatewayFrame:
    reader = GatewayReader()
    while content := connection.recv(1 << 16):
        for frame in reader.feed(content):
            return frame
    sys.exit(0)


def _tls_context(files: dict[str, str]) -> ssl.SSLContext:
    """Return the context that dask would create from these files, which cannot be read later.

    The cluster has its own CA, and machines are known by their address. So both sides must present
    a certificate of that CA, and host names are not checked.
    """
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=files["ca"])
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_cert_chain(files["cert"], files["key"])
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    return context


async def _serve(
    connection: socket.socket,
    setup: dict[str, Any],
    context: ssl.SSLContext | None,
    lacking: list[str],
) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        client = await _connected(setup["address"], context)
    except Exception as error:
        writer.write(packed({"is": "ended", "why": _told(error)}))
        await writer.drain()
        return
    writer.write(packed({"is": "ready", "lacking": lacking}))
    await BatchCarrier(client, reader, writer).serve()


async def _connected(address: str, context: ssl.SSLContext | None) -> Client:
    import dask.config

    # dask keeps the last messages of each stream, with their whole contents.
    dask.config.set({"distributed.admin.low-level-log-length": 10})
    warnings.simplefilter("ignore")
    from distributed import Client

    logging.disable()
    client: Client = await Client(
        address,
        asynchronous=True,
        set_as_default=False,
        direct_to_workers=False,
        security=_security(context),
        timeout=_CONNECT_SECONDS,
        name="learncnn",
    )
    return client


def _security(context: ssl.SSLContext | None) -> Security:
    from distributed import Security

    class Given(Security):  # type: ignore[misc, unused-ignore]
        """TLS settings with a context that was created before the confinement."""

        def get_connection_args(self, role: str) -> dict[str, Any]:
            encrypted = context is not None
            return {
                "ssl_context": context,
                "require_encryption": encrypted,
                "extra_conn_args": {},
            }

    return Given(require_encryption=context is not None)


class _RunBatch:
    """Placeholder that unpickles, on a machine, to the function that grades a batch.

    That function's module is not imported here, because the gateway may not read it.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return resolve_name, (FUNCTION,)

    def __call__(self, content: bytes) -> bytes:
        raise NotImplementedError


class BatchCarrier:
    """Carries batches until the grader or the scheduler is gone."""

    def __init__(
        self, client: Client, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._client = client
        self._reader = reader
        self._writer = writer
        self._run = os.urandom(8).hex()
        self._batches: dict[int, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Serve until the grader closes the socket or the scheduler is lost."""
        looking = asyncio.create_task(self._look())
        frames = GatewayReader()
        while content := await self._reader.read(1 << 20):
            for frame in frames.feed(content):
                number = frame.header["batch"]
                if frame.kind == "drop":
                    if task := self._batches.pop(number, None):
                        task.cancel()
                else:
                    carried = self._carry(number, frame.header["machine"], frame.payload)
                    self._batches[number] = asyncio.create_task(carried)
        looking.cancel()
        os._exit(0)  # closes the connection to the scheduler, which cancels running batches

    async def _carry(self, number: int, machine: str, content: bytes) -> None:
        """Send a batch to a machine, and its answer or loss to the grader.

        It does not wait until the answer has been sent, because with a slow grader it could wait
        for the whole run while it holds the answer.
        """
        future = None
        try:
            future = self._client.submit(
                _RunBatch(),
                content,
                key=f"learncnn-{self._run}-{number}",
                workers=[machine],
                allow_other_workers=False,
                retries=0,
                pure=False,
            )
            answer = await future
            if not isinstance(answer, bytes):
                raise TypeError(f"{type(answer).__name__} instead of bytes")
            self._writer.write(packed({"is": "done", "batch": number}, answer))
        except asyncio.CancelledError:
            if number in self._batches:  # cancelled by dask, not by the grader
                self._writer.write(packed({"is": "lost", "batch": number, "why": "cancelled"}))
        except Exception as error:
            header = {"is": "lost", "batch": number, "why": _told(error)}
            self._writer.write(packed(header))
        finally:
            self._batches.pop(number, None)
            if future is not None:
                future.release()

    async def _look(self) -> None:
        """Report the machines at intervals, until the scheduler is gone or replaced."""
        scheduler = ""
        scheduler_rpc: Any = self._client.scheduler
        while True:
            try:
                found = await scheduler_rpc.identity()
            except Exception:  # the client's status shows whether the scheduler is lost
                found = {"id": "", "workers": {}}
            scheduler = scheduler or found["id"]
            if self._client.status != "running" or found["id"] not in (scheduler, ""):
                self._writer.write(packed({"is": "ended", "why": "the scheduler was lost"}))
                return
            if found["id"]:
                seen = {a: w["last_seen"] for a, w in found["workers"].items()}
                self._writer.write(packed({"is": "machines", "seen": seen}))
            await asyncio.sleep(_LOOK_SECONDS)


def _told(error: BaseException) -> str:
    """Return an error as a text of at most MAX_WHY characters."""
    return f"{type(error).__name__}: {error}"[:MAX_WHY]
