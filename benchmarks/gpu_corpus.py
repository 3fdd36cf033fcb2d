"""List the torch submissions to run on a GPU: correct ones, and ones with known mistakes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.i18n.tomlio import load_toml

EXERCISES = Path(__file__).resolve().parent.parent / "tests" / "exercises"


class Handed(NamedTuple):
    """A submission with a name for the table."""

    name: str
    exercise: str
    source: str


def right_submissions() -> Iterator[Handed]:
    """Yield right solutions of every exercise that torch students can do."""
    for info in load_catalog().exercises.values():
        if "torch" not in info.libraries:
            continue
        yield Handed(f"{info.id} as shown", info.id, model_answers(info, "torch").both)
        (path,) = EXERCISES.glob(f"test_{info.folder}.py")
        for name, source in _attribute(path, "CORRECT").get("torch", {}).items():
            yield Handed(f"{info.id} {name}", info.id, source)


def wrong_submissions() -> Iterator[Handed]:
    """Yield submissions with one mistake each."""
    written = _attribute(EXERCISES / "test_mistaken_solutions.py", "written")
    for path in sorted((EXERCISES / "mistaken").glob("*.toml")):
        document = load_toml(path)
        if "torch" not in document["right"]:
            continue
        for mistake in document["mistakes"]:
            if "torch" in mistake.get("frameworks", document["right"]):
                source = written(document["right"]["torch"], mistake)
                yield Handed(f"{path.stem} {mistake['name']}", path.stem, source)


def _attribute(path: Path, name: str) -> Any:
    """Return an attribute of a test module, or {} if it has none."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    empty: Mapping[str, Any] = {}
    return getattr(module, name, empty)
