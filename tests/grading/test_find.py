"""The cache of keys: rebuilt where it is damaged or stale, never believed, never needed."""

from dataclasses import replace
from pathlib import Path

import pytest

from learncnn.grader.answer_key import find
from learncnn.grader.answer_key.build import build_key
from learncnn.grader.answer_key.store import load_key, save_key
from learncnn.grader.course.catalog import load_catalog

from .conftest import make_exercise
from .test_key import change_member


@pytest.fixture
def cached(monkeypatch, tmp_path):
    """Get the key of a small exercise, and count how often it was made."""
    exercise, made = make_exercise(), []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(find, "load_exercise", lambda info: exercise)
    monkeypatch.setattr(
        "learncnn.grader.answer_key.build.build_key",
        lambda *a, **k: made.append(k["seed"]) or build_key(*a, **k),
    )
    info = load_catalog().resolve("ex01")._replace(id=exercise.id)
    return lambda seed="s": find.fresh_key(info, "numpy", seed=seed), made


def the_file(tmp_path) -> Path:
    (path,) = tmp_path.glob("learncnn/keys/*.npz")
    return path


def test_a_key_is_made_once(cached):
    key, made = cached
    assert key().digest == key().digest
    assert [m.codes for m in key().mutants] == [m.codes for m in key().mutants]
    assert made == ["s"]
    assert key("t").digest != key().digest


@pytest.mark.parametrize("member", ["header", "inputs", "expected", "mutants_header", "mutants"])
def test_a_damaged_key_is_made_again(cached, tmp_path, member):
    key, made = cached
    right = key()
    change_member(the_file(tmp_path), member)
    found = key()
    assert found.digest == right.digest
    assert found.mutants[0].codes == right.mutants[0].codes
    assert made == ["s", "s"]
    assert load_key(the_file(tmp_path)).mutants


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", None])
def test_what_is_no_key_is_made_again(cached, tmp_path, content):
    key, made = cached
    right, path = key(), the_file(tmp_path)
    path.unlink()
    path.mkdir() if content is None else path.write_bytes(content)
    assert key().digest == right.digest
    assert made == ["s", "s"]


def test_a_key_of_another_identity_is_not_used(cached, tmp_path):
    key, made = cached
    right = key()
    save_key(replace(right, identity=right.identity._replace(version="old")), the_file(tmp_path))
    assert key().identity == right.identity
    assert made == ["s", "s"]


def test_a_change_of_what_references_share_makes_keys_anew(cached, tmp_path, monkeypatch):
    key, made = cached
    monkeypatch.setattr("inspect.getfile", lambda _: str(tmp_path / "ex90.py"))
    for text in ("X = 1\n", "X = 2\n"):
        (tmp_path / "helpers.py").write_text(text)
        (tmp_path / "ex90.py").touch()
        assert key().digest == key().digest
    assert made == ["s", "s"]


def test_nothing_is_kept_where_there_is_no_home(cached, monkeypatch):
    key, made = cached
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert key().digest == key().digest
    assert made == ["s", "s"]
