"""Which files a child may read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from learncnn.grader.sandbox.layers import landlock, readable


def granted(path: Path, libraries: tuple[str, ...] = ("numpy",)) -> dict[str, int]:
    return {
        os.path.relpath(name, path): rights
        for name, rights in readable.rules(libraries, (str(path),))
        if name.startswith(str(path))
    }


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("numpy", "numpy.libs", "numpy-2.0.dist-info", "numpyro", "scipy", "torch"):
        (tmp_path / name).mkdir()
    (tmp_path / "typing_extensions.py").touch()
    return tmp_path


def test_a_folder_is_listed_and_its_named_packages_are_read(site: Path) -> None:
    read = readable.READ
    assert granted(site) == {".": landlock.READ_DIR, "numpy": read, "numpy.libs": read}


def test_torch_brings_what_it_imports(site: Path) -> None:
    names = set(granted(site, ("numpy", "torch")))
    assert {"torch", "typing_extensions.py"} <= names
    assert not {"scipy", "numpyro"} & names


def test_packages_beneath_the_standard_library_are_not_granted() -> None:
    """A right on a folder holds for all beneath it, and site-packages may lie beneath."""
    rules = dict(readable.rules(("numpy",), ()))
    for folder in readable.stdlib_folders():
        assert rules[folder] == landlock.READ_DIR
        for others in ("site-packages", "dist-packages"):
            assert os.path.join(folder, others) not in rules


def test_no_rule_allows_writing() -> None:
    assert not any(rights & ~readable.READ for _, rights in readable.rules(("numpy",), ()))


def test_a_folder_that_only_its_owner_enters_is_not_reachable(tmp_path: Path) -> None:
    inner = tmp_path / "lib"
    inner.mkdir()
    tmp_path.chmod(0o700)
    assert not readable.reachable((str(inner),))
