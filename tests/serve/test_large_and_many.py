"""Much at once: a paste of 100 MB, two hundred open pages, values that are none."""

import socket
from contextlib import suppress

import httpx
import pytest

from .conftest import FLIPPED, Visitor, events, serving, until


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("serve")) as served:
        yield served


def resident(process):
    """MiB that a process holds."""
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) >> 10


def chunks(size):
    """A body without a length."""
    for _ in range(size >> 20):
        yield b"x" * (1 << 20)


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
def test_a_paste_of_100_megabytes_is_refused_and_not_kept(server, visitor, announced):
    before, text = resident(server.process), visitor.path("ex01").read_text()
    headers = {"Content-Type": "application/json"}
    content = b"x" * (100 << 20) if announced else chunks(100 << 20)
    with suppress(httpx.HTTPError):  # the server need not listen to the end
        answer = visitor.client.put("/api/e/ex01/file", content=content, headers=headers)
        assert answer.status_code == 413
    assert visitor.get("/").status_code == 200
    assert visitor.path("ex01").read_text() == text
    assert resident(server.process) - before < 60


def test_a_source_that_is_too_long_is_refused_with_the_limit(visitor):
    content = {"text": "#" * (257 << 10), "base": visitor.hash("ex02")}
    answer = visitor.put("/api/e/ex02/file", content)
    assert answer.status_code == 422
    assert "256" in answer.json()["error"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'"text"',
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"text": 1, "base": ""}',
        b'{"text": "x"}',
        b'{"text": "\\ud800", "base": "BASE"}',
    ],
)
def test_what_is_no_text_is_refused_and_changes_nothing(visitor, content):
    before = visitor.path("ex03").read_bytes()
    content = content.replace(b"BASE", visitor.hash("ex03").encode())
    for method, path in (("PUT", "/api/e/ex03/file"), ("POST", "/api/quiz/start")):
        answer = visitor.client.request(method, path, content=content)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]
    assert visitor.path("ex03").read_bytes() == before


def test_two_hundred_open_pages_hear_of_a_check(server, visitor):
    port = int(visitor.root.rpartition(":")[2])
    cookies = "; ".join(f"{n}={v}" for n, v in visitor.client.cookies.items())
    asked = f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookies}\r\n\r\n"
    tabs = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(200)]
    try:
        for tab in tabs:
            tab.sendall(asked.encode())
        for tab in tabs:
            assert b"200 OK" in tab.recv(4096)
        report = visitor.check("ex01", FLIPPED)
        assert report["state"] == "failed"
        for tab in tabs:
            said = b""
            while b"event: report" not in said:
                said += tab.recv(1 << 16)
    finally:
        for tab in tabs:
            tab.close()


def test_pages_beyond_the_limit_are_told_so_and_places_become_free(visitor):
    streams = []
    try:
        while len(streams) < 300:
            client = httpx.Client(
                base_url=visitor.root, cookies=dict(visitor.client.cookies), timeout=60
            )
            request = client.build_request("GET", "/api/events")
            answer = client.send(request, stream=True)
            streams.append((client, answer))
            if answer.status_code != 200:
                break
        assert answer.status_code == 400
        assert len(streams) > 200
    finally:
        for client, answer in streams:
            answer.close()
            client.close()
    with Visitor.listening(visitor) as heard:
        visitor.check("ex01", FLIPPED + "\n")
        until(lambda: events(heard, "report", id="ex01"))
