"""Run the gateway: a confined process that uses dask with a cluster, and frames with the grader.

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

#: Seconds between two looks at which machines there are.
_LOOK_SECONDS = 0.5
#: Seconds until the scheduler must have answered for the first time.
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
    """Return what dask would make of these files, which cannot be read later.

    The cluster has a CA of its own, and machines that are known by their address: both sides show
    a certificate of that CA, and no name is compared.
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

    # dask keeps the last messages of each stream, with all that is in them.
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
        """TLS with a context that was made before."""

        def get_connection_args(self, role: str) -> dict[str, Any]:
            encrypted = context is not None
            return {
                "ssl_context": context,
                "require_encryption": encrypted,
                "extra_conn_args": {},
            }

    return Given(require_encryption=context is not None)


class _RunBatch:
    """Becomes the function that grades a batch on the machine that unpickles it.

    Its module is not imported here: nothing of it could be read.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return resolve_name, (FUNCTION,)

    def __call__(self, content: bytes) -> bytes:
        raise NotImplementedError


class BatchCarrier:
    """Carries batches for as long as the grader and the scheduler are there."""

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
        os._exit(0)  # the connection to the scheduler ends, and with it what is under way

    async def _carry(self, number: int, machine: str, content: bytes) -> None:
        """Have a machine run a batch, and say what became of it.

        It does not wait until that is sent: behind a grader that is always a little late it would
        wait for the whole run, with the answer in hand.
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
        """Say every so often which machines there are, until the scheduler is another or gone."""
        scheduler = ""
        scheduler_rpc: Any = self._client.scheduler
        while True:
            try:
                found = await scheduler_rpc.identity()
            except Exception:  # the next look tells whether it is lost
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
    """Return an error as a line."""
    return f"{type(error).__name__}: {error}"[:MAX_WHY]
