"""The workspace's files are the truth: the page writes them, and hears of those who do so too."""

import json

import pytest

from .conftest import FLIPPED, RIGHT, Visitor, events, serving, until


def test_a_text_is_written_as_it_is_and_known_by_its_hash(visitor):
    text = RIGHT + "# 卷积\n"
    answer = visitor.put("/api/e/ex01/file", {"text": text, "base": visitor.hash("ex01")})
    assert answer.status_code == 200
    assert visitor.path("ex01").read_text("utf-8") == text
    found = visitor.get("/api/e/ex01/file").json()
    assert (found["text"], found["hash"]) == (text, answer.json()["hash"])
    assert found["name"] == visitor.path("ex01").name


def test_a_conflict_shows_both_and_writes_nothing(visitor):
    base = visitor.hash("ex02")
    visitor.path("ex02").write_text("# theirs\n")
    for method in (visitor.put, visitor.post):
        path = "/api/e/ex02/file" if method == visitor.put else "/api/e/ex02/check"
        answer = method(path, {"text": "# mine\n", "base": base})
        assert answer.status_code == 409
        assert answer.json()["text"] == "# theirs\n"
        assert visitor.path("ex02").name in answer.json()["error"]
        assert visitor.path("ex02").read_text() == "# theirs\n"
    theirs = answer.json()["hash"]
    kept = {"text": "# mine\n", "base": theirs, "backup": True}
    assert visitor.put("/api/e/ex02/file", kept).status_code == 200
    assert visitor.path("ex02").read_text() == "# mine\n"
    (backup,) = (visitor.folder / "backups").glob("ex02_*")
    assert backup.read_text() == "# theirs\n"


def test_line_ends_and_a_mark_stay_as_another_editor_wrote_them(visitor):
    visitor.path("ex03").write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    found = visitor.get("/api/e/ex03/file").json()
    assert found["text"] == "a = 1\nb = 2\n"
    changed = {"text": "a = 1\nb = 3\n", "base": found["hash"]}
    assert visitor.put("/api/e/ex03/file", changed).status_code == 200
    assert visitor.path("ex03").read_bytes() == b"\xef\xbb\xbfa = 1\r\nb = 3\r\n"


def test_another_encoding_is_shown_and_left_alone(visitor):
    content = "# coding: latin-1\n# café\n".encode("latin-1")
    visitor.path("ex04").write_bytes(content)
    found = visitor.get("/api/e/ex04/file").json()
    assert "café" in found["text"]
    assert not found["editable"]
    answer = visitor.put("/api/e/ex04/file", {"text": "x", "base": found["hash"]})
    assert answer.status_code == 400
    assert visitor.path("ex04").read_bytes() == content


def test_a_save_from_another_editor_is_checked_and_told_at_once(visitor):
    with visitor.listening() as heard:
        visitor.path("ex01").write_text(FLIPPED)
        (report,) = until(lambda: events(heard, "report", id="ex01"))
        (file,) = events(heard, "file", id="ex01")
    assert file["hash"] == report["hash"] == visitor.hash("ex01")
    assert [problem["code"] for problem in report["problems"]] == ["FLIP"]


def test_what_the_page_writes_is_told_to_other_tabs_and_not_checked(visitor):
    with visitor.listening() as heard:
        content = {"text": "# begun here\n", "base": visitor.hash("ex05")}
        hash = visitor.put("/api/e/ex05/file", content).json()["hash"]
        until(lambda: events(heard, "file", id="ex05", hash=hash))
        visitor.path("ex06").write_text("# saved elsewhere\n")  # is heard of after it
        until(lambda: events(heard, "report", id="ex06"))
    assert not events(heard, "checking", id="ex05")


def test_the_stub_comes_back_and_the_file_is_kept(visitor):
    visitor.path("ex07").write_text("# work\n")
    answer = visitor.post("/api/e/ex07/reset").json()
    assert (visitor.folder / answer["backup"]).read_text() == "# work\n"
    assert "TODO" in visitor.path("ex07").read_text()
    assert answer["hash"] == visitor.hash("ex07")


def test_a_file_that_is_gone_is_said_to_be_gone_and_can_be_written_again(visitor):
    path = visitor.path("ex08")
    path.unlink()
    answer = visitor.get("/api/e/ex08/file")
    assert answer.status_code == 422
    assert path.name in answer.json()["error"]
    assert path.name in visitor.get("/e/ex08").text
    assert visitor.put("/api/e/ex08/file", {"text": "x = 1\n", "base": ""}).status_code == 200
    assert path.read_text() == "x = 1\n"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.py"
    path.write_text("# the secret of another folder\n")
    return path


@pytest.mark.parametrize("dangling", [False, True], ids=["to a file", "to nothing"])
def test_a_link_in_the_place_of_a_stub_is_neither_read_nor_written(visitor, secret, dangling):
    path = visitor.path("ex09")
    path.unlink()
    target = secret.with_name("missing.py") if dangling else secret
    path.symlink_to(target)
    try:
        for base in ("", "0" * 64):
            answer = visitor.put("/api/e/ex09/file", {"text": "x", "base": base})
            assert answer.status_code == 422
        read = visitor.get("/api/e/ex09/file")
        assert read.status_code == 422
        assert "link" in read.json()["error"]
        assert visitor.post("/api/e/ex09/reset").status_code == 422
        check = visitor.post("/api/e/ex09/check").json()["check"]
        assert visitor.result(check)["state"] == "not_loaded"
        assert "secret" not in visitor.get("/e/ex09").text
        assert secret.read_text() == "# the secret of another folder\n"
        assert target.exists() is not dangling
    finally:
        path.unlink()
        path.write_text("# a file again\n")


def test_a_notebook_is_checked_and_not_edited(tmp_path):
    with serving(tmp_path, "--notebooks") as served:
        visitor = Visitor(served)
        path = next(visitor.folder.glob("ex01_*.ipynb"))
        notebook = json.loads(path.read_text())
        notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] == "code"][:1]
        notebook["cells"][0]["source"] = RIGHT
        with visitor.listening() as heard:
            path.write_text(json.dumps(notebook))
            (report,) = until(lambda: events(heard, "report", id="ex01"))
        assert report["state"] == "passed"
        found = visitor.get("/api/e/ex01/file").json()
        assert "def corr2d" in found["text"]
        assert not found["editable"]
        answer = visitor.put("/api/e/ex01/file", {"text": "x", "base": found["hash"]})
        assert answer.status_code == 400
        assert path.name in answer.json()["error"]


def test_a_file_that_cannot_be_read_is_explained_once_and_offers_nothing_else(visitor):
    visitor.path("ex06").write_bytes("import numpy as np".encode("utf-16"))
    page = visitor.get("/e/ex06").text
    assert page.count("UTF-8 encoding") == 1
    assert "hints-heading" not in page
    assert "#report" not in page
