"""Pack the wheel of learncnn without solutions, from the installed files.

Files are selected by the patterns below, so that a file that lies beside the package, such as an
exam, a seed or a solution, cannot get in. The same files give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from .. import VERSION
from ..course.catalog import EXERCISES, ExerciseInfo, load_catalog
from ..course.lesson_catalog import LessonInfo, load_lessons
from ..errors import UsageError

NAME = "learncnn"
_TOP = ("__init__.py", "__main__.py", "cli.py", "py.typed")
_GRADER = (
    "*.py",
    "py.typed",
    "*.toml",
    "*.schema.json",
    "template/*",
    "static/*",
    "*.j2",
    "*.css",
    "*.js",
)
_EXERCISE = (
    "stub.py",
    "*driver.py",
    "text.toml",
    "quiz.toml",
    "lesson.*.md",
    "practice-*.npz",
)
_WHEEL = "Wheel-Version: 1.0\nGenerator: learncnn {version}\nRoot-Is-Purelib: true\nTag: {tag}\n"
_TAG = "py3-none-any"


def write_wheel(folder: Path) -> Path:
    """Write the wheel into `folder` and return its path.

    Raises UsageError if learncnn is not installed, or if another version of it is.
    """
    info = f"{NAME}-{VERSION}.dist-info"
    members = {f"{NAME}/{name}": path.read_bytes() for name, path in sorted(_package())}
    members |= {f"{info}/{name}": content for name, content in _metadata().items()}
    record = "".join(f"{n},{_hash(content)},{len(content)}\n" for n, content in members.items())
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    path = folder / f"{NAME}-{VERSION}-{_TAG}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return path


def _package() -> Iterator[tuple[str, Path]]:
    """Yield each file of the wheel as (name in the package, path)."""
    grader = Path(__file__).parent.parent
    for name in _TOP:
        yield name, grader.parent / name
    for pattern in _GRADER:
        for path in grader.rglob(pattern):
            if path.is_file() and path.suffix != ".pyc":
                yield f"grader/{path.relative_to(grader).as_posix()}", path
    for path in (*EXERCISES.glob("*.py"), *EXERCISES.glob("*.toml")):
        yield f"exercises/{path.name}", path
    found: list[ExerciseInfo | LessonInfo] = [*load_catalog().exercises.values()]
    for info in (*found, *load_lessons().values()):
        for pattern in _EXERCISE:
            for path in info.path.glob(pattern):
                yield f"exercises/{info.folder}/{path.name}", path


def _metadata() -> dict[str, bytes]:
    """Return the files of the wheel's .dist-info folder, except RECORD. Raises UsageError."""
    try:
        found = distribution(NAME)
    except PackageNotFoundError:
        raise UsageError("release", "not_installed") from None
    about = found.read_text("METADATA") or found.read_text("PKG-INFO")
    if about is None or found.version != VERSION:
        raise UsageError("release", "not_installed")
    return {
        "METADATA": about.encode(),
        "WHEEL": _WHEEL.format(version=VERSION, tag=_TAG).encode(),
        "entry_points.txt": (found.read_text("entry_points.txt") or "").encode(),
        "licenses/LICENSE": _license(found),
    }


def _license(found: Distribution) -> bytes:
    beside = Path(__file__).parents[2] / "LICENSE"
    listed = (Path(str(f.locate())) for f in found.files or () if f.name == "LICENSE")
    path = next((path for path in (*listed, beside) if path.is_file()), None)
    if path is None:
        raise UsageError("release", "not_installed")
    return path.read_bytes()


def _hash(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"
