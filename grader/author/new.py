"""`author new`: a new exercise from a template, complete enough to run at once."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from ..catalog import EXERCISES, load_catalog
from ..errors import KeyUnavailable, UsageError

TEMPLATES = Path(__file__).resolve().parent / "template"
#: File of the exercise's folder → template it is made from.
STUDENT_FILES = ("stub.py", "text.toml", "lesson.en.md", "lesson.zh.md", "quiz.toml")


def new_exercise(name: str, *, function: str, title: str) -> tuple[Path, ...]:
    """Write the files of exercise `exNN_slug`; returns their paths.

    The template is a small true exercise (doubling an array), so that every check runs before
    its author has written a line. Raises UsageError for a name that is taken or malformed, and
    KeyUnavailable where the solutions are not installed from a source checkout.
    """
    matched = re.fullmatch(r"(ex\d{2})_([a-z0-9_]+)", name)
    if not matched:
        raise UsageError(f"{name!r} is not a name such as ex25_dilation.")
    if not function.isidentifier():
        raise UsageError(f"{function!r} is not a function name.")
    id = matched[1]
    if id in load_catalog().exercises:
        raise UsageError(f"{id} exists already. The next free number does as well.")
    folder, solution = EXERCISES / name, _solutions_dir() / f"{name}.py"
    targets = {folder / file: file for file in STUDENT_FILES} | {solution: "solution.py"}
    for path in targets:
        if path.exists():
            raise UsageError(f"{path} exists already; nothing was written.")
    values = {"id": id, "name": name, "function": function, "title": title, "number": id[2:]}
    folder.mkdir(exist_ok=True)
    for path, template in targets.items():
        source = (TEMPLATES / f"{template}.template").read_text("utf-8")
        path.write_text(Template(source).substitute(values), encoding="utf-8")
    catalog = EXERCISES / "catalog.toml"
    entry = Template((TEMPLATES / "catalog.toml.template").read_text("utf-8")).substitute(values)
    catalog.write_text(catalog.read_text("utf-8").rstrip("\n") + "\n\n" + entry, encoding="utf-8")
    return (*targets, catalog)


def _solutions_dir() -> Path:
    try:
        import learncnn_solutions
    except ImportError:
        raise KeyUnavailable(
            "New exercises need learncnn-solutions, installed from a source checkout: "
            "pip install -e . -e ./solutions"
        ) from None
    return Path(learncnn_solutions.__file__).resolve().parent
