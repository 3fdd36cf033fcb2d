"""Check that everything an exercise's catalog entry names exists."""

from __future__ import annotations

from collections.abc import Iterator

from ..course.catalog import ExerciseInfo, load_catalog
from ..i18n.texts import LANGUAGES
from ..workspace.workspace import FRAMEWORKS


def entry_problems(info: ExerciseInfo) -> Iterator[str]:
    """Yield missing fields, and folders, units, exercises and libraries that do not exist."""
    catalog = load_catalog()
    earlier = list(catalog.exercises)[: list(catalog.exercises).index(info.id)]
    if not info.path.is_dir():
        yield f"catalog.toml: there is no folder {info.folder}"
    if info.unit not in catalog.units:
        yield f"catalog.toml: there is no unit {info.unit}"
    for id in (*info.prerequisites, *info.covers):
        if id not in earlier:
            yield f"catalog.toml: {id} is no exercise before {info.id}"
    for name, texts in (("title", info.title), ("can", info.can)):
        for language in LANGUAGES:
            if not texts.get(language):
                yield f"catalog.toml: {name}.{language} is missing"
    for library in info.libraries:
        if library not in FRAMEWORKS:
            yield f"catalog.toml: {library} is not one of {', '.join(FRAMEWORKS)}"
    for name, points in info.functions.items():
        if type(points) is not int or points < 1:
            yield f"catalog.toml: {name} needs points, a whole number from 1"
