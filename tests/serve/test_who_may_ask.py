"""Only the page's own browser may ask: not another site, not another name, not without the key."""

import socket

import httpx
import pytest

from learncnn.grader.serve.sessions import Sessions

PATHS = ("/", "/e/ex01", "/api/e/ex01/file", "/api/events", "/static/app.js", "/nowhere")


def bare(visitor, method, path, **headers):
    """A request with these headers and no others of a browser's."""
    usual = {"Host": visitor.root.removeprefix("http://")}
    with httpx.Client(base_url=visitor.root) as client:
        return client.request(method, path, headers=usual | headers)


def cookie(visitor):
    return "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())


@pytest.mark.parametrize("path", PATHS)
def test_without_the_key_nothing_is_shown(visitor, path):
    for address in (path, f"{path}?token=guessed", f"{path}?token="):
        answer = bare(visitor, "GET", address)
        assert answer.status_code == 403
        assert "token=" in answer.json()["error"]


def test_the_key_becomes_a_cookie_that_scripts_and_other_sites_do_not_see(server, visitor):
    answer = bare(visitor, "GET", server.address.removeprefix(visitor.root))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    said = answer.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=Strict" in said
    assert server.address.partition("token=")[2] not in said


def test_an_address_that_a_browser_was_started_with_is_good_for_once(workspace_learner):
    sessions = Sessions(workspace_learner)
    token = sessions.token_for_once()
    assert sessions.cookie_for(token)
    assert sessions.cookie_for(token) is None
    assert sessions.cookie_for(sessions.printed_token())
    assert sessions.cookie_for(sessions.printed_token())


@pytest.fixture
def workspace_learner(tmp_path):
    from learncnn.grader.serve.learners import Learner
    from learncnn.grader.workspace.workspace import Workspace

    return Learner(Workspace(tmp_path), "en")


@pytest.mark.parametrize("path", PATHS)
def test_a_name_that_suddenly_means_this_machine_is_refused(visitor, path):
    port = visitor.root.rpartition(":")[2]
    for host in (f"evil.example:{port}", "127.0.0.1", f"127.0.0.1.evil.example:{port}", "[::1]"):
        answer = bare(visitor, "GET", path, Host=host, Cookie=cookie(visitor))
        assert answer.status_code == 403
        assert "127.0.0.1" in answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:1", "X-Learncnn": "1"},
        {"Origin": "https://evil.example", "X-Learncnn": "1"},
        {"Origin": "null", "X-Learncnn": "1"},
        {"X-Learncnn": "1"},
        {"Origin": "own"},
        {"Origin": "own", "X-Learncnn": "1", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_hostile_page_can_neither_write_nor_check(visitor, headers):
    before = visitor.path("ex01").read_bytes()
    headers = {**headers, "Cookie": cookie(visitor), "Content-Type": "text/plain"}
    if headers.get("Origin") == "own":
        headers["Origin"] = visitor.root
    for method, path in (
        ("PUT", "/api/e/ex01/file"),
        ("POST", "/api/e/ex01/check"),
        ("POST", "/api/e/ex01/reset"),
        ("POST", "/api/e/ex01/solution"),
    ):
        assert bare(visitor, method, path, **headers).status_code == 403
    assert visitor.path("ex01").read_bytes() == before
    assert visitor.get("/api/checks/1").status_code == 404


def test_another_page_may_link_here_but_not_read(visitor):
    headers = {"Cookie": cookie(visitor), "Sec-Fetch-Site": "same-site"}
    followed = bare(visitor, "GET", "/", **headers, **{"Sec-Fetch-Mode": "navigate"})
    assert followed.status_code == 200
    fetched = bare(visitor, "GET", "/api/e/ex01/file", **headers, **{"Sec-Fetch-Mode": "no-cors"})
    assert fetched.status_code == 403
    foreign = bare(
        visitor, "GET", "/api/e/ex01/file", Cookie=cookie(visitor), Origin="http://127.0.0.1:1"
    )
    assert foreign.status_code == 403


@pytest.mark.parametrize("path", ["/", "/e/ex01", "/api/e/ex01/file", "/nowhere", "/api/nowhere"])
def test_every_answer_lets_nothing_be_loaded_from_elsewhere(visitor, path):
    for answer in (visitor.get(path), bare(visitor, "GET", path)):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


def test_only_the_loopback_address_listens(visitor):
    port = int(visitor.root.rpartition(":")[2])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=5)


@pytest.mark.parametrize(
    "path",
    [
        "/api/e/..%2f..%2fetc%2fpasswd/file",
        "/api/e/ex01_cross_correlation/file",
        "/api/e/EX01/file",
        "/e/../../etc/passwd",
        "/les/..%2fex01_cross_correlation",
        "/static/..%2fguard.py",
        "/static/.gitkeep",
        "/quiz/..%2f..",
    ],
)
def test_names_come_from_the_catalog_and_are_no_paths(visitor, path):
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["//evil.example", "/%0d%0aX-Own:%201", "/%5cevil.example", "///e"]
)
def test_a_key_leads_to_this_server_alone(server, visitor, path):
    token = server.address.partition("token=")[2]
    with socket.create_connection(("127.0.0.1", int(visitor.root.rpartition(":")[2]))) as line:
        host = visitor.root.removeprefix("http://")
        line.sendall(f"GET {path}?token={token}&lang=zh HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = line.recv(1 << 16).decode().partition("\r\n\r\n")[0].lower()
    assert "303" in head.split("\r\n")[0]
    assert "x-own: 1" not in head
    (location,) = [s for s in head.split("\r\n") if s.startswith("location: ")]
    assert location.removeprefix("location: ")[0] == "/"
    assert location.removeprefix("location: ")[1] not in "/\\"
    assert "token" not in location
    assert "lang=zh" in location


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "1e3", "９"])
def test_a_length_that_is_none_is_refused(visitor, length):
    with socket.create_connection(("127.0.0.1", int(visitor.root.rpartition(":")[2]))) as line:
        host = visitor.root.removeprefix("http://")
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n"
        line.sendall(head.encode())
        answer = line.recv(1 << 16)
    assert answer.split()[1] in (b"400", b"403")
    assert visitor.get("/").status_code == 200
