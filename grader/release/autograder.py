"""Build the Gradescope autograder: one zip that needs neither the solutions nor the seed."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import VERSION
from ..answer_key.find import fresh_key, practice_key
from ..answer_key.store import save_key
from ..batch.tasks import Sandbox
from ..course.catalog import ExerciseInfo
from ..errors import UsageError
from ..quiz.items.item_answers import item_answers
from .staging import new_file
from .wheel import NAME, write_wheel

TEMPLATES = Path(__file__).parent / "template"
SETTINGS = "settings.json"
RUBRIC = "rubric.toml"
FORMAT = 1


@dataclass(frozen=True)
class AutograderSettings:
    """Settings for grading on Gradescope, stored as settings.json."""

    exercises: tuple[str, ...]
    framework: str = "numpy"
    lang: str = "en"
    #: Limits in seconds per case and MiB per submission; None takes the defaults.
    timeout: float | None = None
    memory: int | None = None
    sandbox: Sandbox = "full"
    learncnn: str = VERSION
    format: int = FORMAT


def write_autograder(
    wanted: Path,
    settings: AutograderSettings,
    exercises: Sequence[ExerciseInfo],
    *,
    seed: str | None,
    rubric: str = "",
    wheels: Path | None = None,
) -> None:
    """Write the zip; without a seed it contains the practice keys.

    The wheels in the folder `wheels` are packed in, for an installation without a network. Raises
    UsageError, and KeyUnavailable if the solutions are not installed.
    """
    with new_file(wanted) as aside:
        source = aside / "source"
        (source / "wheels").mkdir(parents=True)
        write_wheel(source / "wheels")
        if wheels is not None:
            _copy_wheels(wheels, source / "wheels")
        frameworks = {info.id: info.framework(settings.framework) for info in exercises}
        for info in exercises:
            framework = frameworks[info.id]
            if seed is None:
                key = practice_key(info, framework)
            else:
                key = fresh_key(info, framework, seed=seed, private=True, answers_of=item_answers)
            save_key(key, key_path(source, info.id, framework))
        (source / SETTINGS).write_text(json.dumps(asdict(settings), indent=1) + "\n", "utf-8")
        if rubric:
            (source / RUBRIC).write_text(rubric, "utf-8")
        extra = "[torch]" if "torch" in frameworks.values() else ""
        setup = (TEMPLATES / "setup.sh").read_text("utf-8").replace("@EXTRA@", extra)
        (source / "setup.sh").write_text(setup, "utf-8")
        shutil.copyfile(TEMPLATES / "run_autograder", source / "run_autograder")
        _pack(source, aside / wanted.name)


def key_path(source: Path, exercise: str, framework: str) -> Path:
    """Return the path of an answer key within the autograder's source folder."""
    return source / "keys" / f"{exercise}-{framework}.npz"


def _copy_wheels(folder: Path, target: Path) -> None:
    found = sorted(folder.glob("*.whl"))
    if not found:
        raise UsageError("release", "no_wheels", path=folder)
    for path in found:
        if not path.name.startswith(f"{NAME}-"):
            shutil.copyfile(path, target / path.name)


def _pack(source: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for member in sorted(p for p in source.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(member.relative_to(source).as_posix(), (1980, 1, 1, 0, 0, 0))
            runs = member.name in ("setup.sh", "run_autograder")
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            archive.writestr(entry, member.read_bytes(), zipfile.ZIP_DEFLATED)
