"""Check host, origin, cookie and size of every request, and add headers to every answer.

A browser sends requests to this server on behalf of any page, including a page of another site
whose name resolves to 127.0.0.1 (DNS rebinding), and it sends cookies to every port of a host. So
the host must be the opened one, requests from other origins are refused, and a cookie is required.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException

from ..i18n.texts import LANGUAGES, language_of_locale, say, speaking
from .learners import Learner
from .sessions import Sessions

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Maximum size of a request body, in bytes: a source of 256 KiB with every character escaped.
MAX_BODY = 2 << 20
#: Maximum length of a path with its query, in bytes.
MAX_PATH = 2048
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
#: Header that makes other origins send a preflight request, which is never answered.
OWN_HEADER = "x-learncnn"


class Guard:
    """Refuses requests that this server's pages do not send, and adds the learner to all others."""

    def __init__(self, app: App, sessions: Sessions, port: int) -> None:
        self._app = app
        self._sessions = sessions
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        # A browser sends a cookie to all ports of a host.
        self._cookie = f"learncnn-{port}"
        self._language_cookie = "learncnn-language"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        cookies = _cookies(headers.get("cookie", ""))
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        learner = self._sessions.learner(cookies.get(self._cookie, ""))
        wanted = query.get("lang", cookies.get(self._language_cookie, ""))
        if wanted not in LANGUAGES:
            wanted = learner.language if learner else language_of_locale()
        with speaking(wanted):
            refused = self._refusal(scope, headers)
            if refused:
                await _answer(send, refused, 403)
            elif int(headers.get("content-length") or 0) > MAX_BODY:
                await _answer(send, "too_large", 413)
            elif learner is None or "token" in query:
                await self._admit(scope, query, learner, send)
            else:
                if "lang" in query:
                    send = _with_cookie(send, f"{self._language_cookie}={wanted}")
                await self._pass(learner, scope, receive, send)

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """Return the message key of why a request is refused, "" if it is not."""
        host = headers.get("host", "")
        origin = headers.get("origin")
        reads = scope["method"] in ("GET", "HEAD")
        if host not in self._hosts:
            return "host"
        if len(scope["raw_path"]) + len(scope["query_string"]) > MAX_PATH:
            return "path"
        if origin is not None and origin != f"http://{host}":
            return "origin"
        if not reads and (origin is None or headers.get(OWN_HEADER) != "1"):
            return "origin"
        # Browsers send the origin. A link on another page may be followed, because that only reads.
        followed = reads and headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not followed:
            return "origin"
        length = headers.get("content-length", "0")
        return "" if re.fullmatch(r"\d{1,18}", length, re.ASCII) else "length"

    async def _admit(
        self, scope: Scope, query: dict[str, str], learner: Learner | None, send: Send
    ) -> None:
        """Exchange the token of an opened address for a cookie and discard it, or refuse."""
        cookie = self._sessions.cookie_for(query.pop("token", ""))
        if (cookie is None and learner is None) or scope["method"] != "GET":
            await _answer(send, "token", 403)
            return
        if cookie is not None:
            send = _with_cookie(send, f"{self._cookie}={cookie}; HttpOnly")
        rest = f"?{urlencode(query)}" if query else ""
        # Always a path of this server: `//name` would lead to another one.
        path = b"/" + scope["raw_path"].lstrip(b"/\\")
        fields = [(b"location", path + rest.encode())]
        await send({"type": "http.response.start", "status": 303, "headers": _headers(fields)})
        await send({"type": "http.response.body", "body": b""})

    async def _pass(self, learner: Learner, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request with a limited body, and add the common headers to its answer."""
        scope.setdefault("state", {})["learner"] = learner
        received = 0

        async def bounded() -> MutableMapping[str, Any]:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413)
            return message

        async def headed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _headers(message["headers"])}
            await send(message)

        await self._app(scope, bounded, headed)


def _headers(own: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers, plus the common ones that it lacks."""
    names = {name.lower() for name, _ in own}
    usual = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    return [*own, *(pair for pair in usual if pair[0] not in names)]


def _with_cookie(send: Send, cookie: str) -> Send:
    field = (b"set-cookie", f"{cookie}; Path=/; SameSite=Strict".encode())

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], field]}
        await send(message)

    return sending


async def _answer(send: Send, key: str, status: int) -> None:
    """Answer with a message that is readable by programs and people."""
    body = json.dumps({"error": say("serve", f"refused.{key}")}, ensure_ascii=False).encode()
    fields = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": _headers(fields)})
    await send({"type": "http.response.body", "body": body})


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
