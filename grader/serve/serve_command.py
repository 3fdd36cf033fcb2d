"""Run the command `serve`: start a server on this machine, and open a browser."""

from __future__ import annotations

import os
import socket
import webbrowser
from contextlib import suppress
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from ..errors import UsageError
from ..i18n.texts import say
from .application import application
from .learners import Learner
from .sessions import Sessions

if TYPE_CHECKING:
    from ..terminal.app import App

HOST = "127.0.0.1"
#: The port to try first, so that bookmarks and the page's settings stay valid.
PORT = 8642


class _Server(uvicorn.Server):
    """A server that closes the streams of open pages when it is stopped."""

    def __init__(self, config: uvicorn.Config, learner: Learner) -> None:
        super().__init__(config)
        self._learner = learner

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop the server after a signal."""
        self._learner.streams.close()
        super().handle_exit(sig, frame)


def run_serve(app: App, port: int | None, *, browser: bool) -> int:
    """Serve the study page until Ctrl-C.

    Raises WorkspaceError without a workspace, UsageError if the port is in use.
    """
    learner = Learner(app.required_workspace(), app.lang)
    sessions = Sessions(learner)
    with _listening(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/?token="

        def started() -> None:
            app.out([say("serve", "address", url=address + sessions.printed_token())])
            app.note(say("serve", "ends"))
            if browser:
                url = address + sessions.token_for_once()
                Thread(target=webbrowser.open, args=(url,), daemon=True).start()

        config = uvicorn.Config(
            application(learner, sessions, listener.getsockname()[1], started),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="on",
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        with suppress(KeyboardInterrupt):
            _Server(config, learner).run(sockets=[listener])
    return 0


def _listening(port: int | None) -> socket.socket:
    """Return a socket that listens only on the loopback interface. Raises UsageError."""
    for number in (PORT, 0) if port is None else (port,):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if (
            os.name == "posix"
        ):  # a port just left can be taken again; elsewhere it means to share it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, number))
            listener.listen(256)
            return listener
        except OSError as error:
            listener.close()
            reason = error.strerror
    raise UsageError("serve", "port", port=number, reason=reason)
