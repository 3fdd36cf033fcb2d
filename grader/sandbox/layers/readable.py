"""List the files that a child may read.

These are the standard library, the child's own libraries, and the shared objects that both are
linked to; no other package, and no folder that contains others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from . import landlock, shared_objects
from .libraries import WITHHELD, packages

READ = landlock.READ_FILE | landlock.READ_DIR

#: Folders of torch that hold copies of operators; see `forbidden.operators.COPIES`.
_COPIES = ("_refs", "_decomp", "_prims")
#: Folders of third-party packages among the standard library's modules.
_OTHERS = ("site-packages", "dist-packages")


def rules(libraries: tuple[str, ...], path: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield Landlock rules (path, rights): folders may be listed, named packages may be read.

    Landlock can only add rights beneath a folder, never subtract them, and `site-packages` often
    lies beneath the standard library. So the standard library's entries are listed one by one.
    """
    for folder in stdlib_folders():
        yield folder, landlock.READ_DIR
        for entry in entries(folder):
            if entry not in (*_OTHERS, *WITHHELD) and not entry.startswith("config-"):
                yield os.path.join(folder, entry), READ
    for folder in path:
        yield folder, landlock.READ_DIR
    for package in named_packages(libraries, path):
        yield from _package(package)
    for file in (shared_objects.CACHE, *linked_objects(libraries, path)):
        yield file, landlock.READ_FILE


def _package(path: str) -> Iterator[tuple[str, int]]:
    """Yield the rules of a package: everything in it but torch's copies of operators in Python.

    These are loaded already, and their source, run anew, would give them back after they were
    replaced.
    """
    if os.path.basename(path) != "torch":
        yield path, READ
        return
    yield path, landlock.READ_DIR
    for entry in entries(path):
        if entry not in _COPIES:
            yield os.path.join(path, entry), READ


def named_packages(libraries: tuple[str, ...], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the files and folders of the libraries and of what they import, in every folder."""
    wanted = packages(libraries)
    for folder in path:
        for entry in entries(folder):
            # Includes numpy, numpy.libs and typing_extensions.py, but not numpy-2.4.dist-info,
            # which is not needed, nor a package whose name only starts the same.
            if entry.partition(".")[0] in wanted and ".dist-info" not in entry:
                yield os.path.join(folder, entry)


def linked_objects(libraries: tuple[str, ...], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the shared objects that the standard library and the libraries are linked to."""
    modules = list(shared_objects.extension_modules(_extension_folder()))
    for package in named_packages(libraries, path):
        modules.extend(shared_objects.extension_modules(package))
    return shared_objects.needed_by(modules)


def stdlib_folders() -> list[str]:
    """Return the folders of the standard library. Call it before `sys.path` is extended."""
    return [os.path.dirname(os.__file__), os.path.dirname(_extension_folder())]


def reachable(path: tuple[str, ...]) -> bool:
    """Return whether an unprivileged user could read the libraries."""
    for folder in (*stdlib_folders(), *path):
        if not os.path.isdir(folder):
            continue
        if os.stat(folder).st_mode & 0o005 != 0o005:
            return False
        parent = os.path.realpath(folder)
        while parent != os.path.dirname(parent):
            parent = os.path.dirname(parent)
            if not os.stat(parent).st_mode & 0o001:
                return False
    return True


def _extension_folder() -> str:
    """Return `lib-dynload`, which distributions put beside the library or under `lib64`."""
    for entry in sys.path:
        if os.path.basename(entry) == "lib-dynload":
            return os.path.join(entry, "")
    return os.path.join(os.path.dirname(os.__file__), "lib-dynload", "")


def entries(folder: str) -> list[str]:
    """Return the names in a folder, sorted; none if it cannot be read."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
