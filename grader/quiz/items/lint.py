"""Check banks before a learner sees them; each complaint names file, item and line.

The schema (see `schema`) is checked while an item is read. Here every item is evaluated over its
whole grid of parameters: everything can be computed, no two answers coincide, every value of a
parameter is used. Then its texts are searched for anything that gives the answer away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path

from ...course.catalog import EXERCISES
from ...course.exercise_ids import number_of
from ...course.lesson_catalog import LESSON, load_lessons
from ...errors import ExpressionError, ItemError
from ...i18n.tomlio import load_toml
from .bank import bank_files, read, sources
from .codes import OWN_CODES, code_index
from .item import LANGUAGES, Item
from .proof import Proof, prove

#: Maximum number of combinations of parameters; more take too long to prove in a test.
MAX_GRID = 5000
#: Minimum number of variants of an item with parameters.
MIN_VARIANTS = 8
#: Minimum share of the grid that must be usable.
MIN_SHARE = 0.1
#: A right choice is refused if it differs in length from all others by more than
#: `LENGTH_SLACK` characters and by more than the factor `LENGTH_RATIO`.
LENGTH_SLACK = {"en": 14, "zh": 7}
LENGTH_RATIO = 1.25

_CHINESE = re.compile("[\u4e00-\u9fff]")
_PREFIX = {"taxonomy": "QT-", "history": "QH-"}
_POSITION = re.compile(
    r"\b(all|none|both|neither|any) of (the )?(above|below|these|those|others)\b"
    r"|\b(choice|option|answer|statement) [A-H]\b|以上|上述|选项\s*[A-HＡ-Ｈ]|[A-H]项",
    re.IGNORECASE,
)
#: Beginnings of a stem that refer to another question, although each is asked alone.
_LEANING = re.compile(r"(the same\b|as before\b|again\b|同样|同上|仍)", re.IGNORECASE)


def lint_bank(
    files: Iterable[Path] | None = None, root: Path = EXERCISES, *, grids: bool = True
) -> list[str]:
    """Return the complaints about the banks (all by default), in order.

    Without `grids` the grids of parameters are not evaluated.
    """
    banks = bank_files(root)
    names = {path.resolve(): name for name, path in banks.items()}
    paths = list(files) if files is not None else list(banks.values())
    complaints = lint_codes(root) if files is None else []
    seen: dict[str, str] = {}
    for path in paths:
        bank = names.get(path.resolve(), path.stem)
        try:
            found = sources(path, bank)
        except ItemError as error:
            complaints.append(str(error))
            continue
        if not found:
            complaints.append(f"{path}: no [[item]] in this bank")
        for source in found:
            try:
                item = read(source)
            except ItemError as error:
                complaints.append(str(error))
                continue
            if item.id in seen:
                complaints.append(f"{item.where_found}: the id is taken ({seen[item.id]})")
            seen[item.id] = f"{item.file}:{item.line}"
            complaints += lint_item(item, root, grids=grids)
    return complaints


def lint_codes(root: Path = EXERCISES) -> list[str]:
    """Return the complaints about quiz_codes.toml."""
    path = root / OWN_CODES
    complaints = []
    for code, table in (load_toml(path) if path.exists() else {}).items():
        if missing := {"exercise", *LANGUAGES} - table.keys():
            complaints.append(f"{path}: {code}: {min(missing)} is missing")
        elif not _is_bank(table["exercise"]):
            known = "one such as ex03, les01, taxonomy or history"
            complaints.append(f"{path}: {code}: exercise is {known}")
    return complaints


def _is_bank(name: str) -> bool:
    return name in _PREFIX or number_of(name) is not None or name in load_lessons()


def lint_item(item: Item, root: Path = EXERCISES, *, grids: bool = True) -> list[str]:
    """Return the complaints about one item."""
    complaints = [*_about_names(item, root), *_about_texts(item)]
    if prod(len(values) for values in item.params.values()) > MAX_GRID:
        complaints.append(f"more than {MAX_GRID} combinations of parameters: shorten the ranges")
    elif grids:
        try:
            proof = prove(item)
        except (ExpressionError, ItemError) as error:
            complaints.append(str(error))
        else:
            complaints += _about_grid(item, proof)
    return [f"{item.where_found}: {complaint}" for complaint in complaints]


def _about_names(item: Item, root: Path) -> Iterator[str]:
    prefix = _PREFIX.get(item.exercise, "")
    number = number_of(item.exercise)
    if number is not None:
        prefix = f"Q{number:02d}-"
    elif item.exercise.startswith(LESSON):
        prefix = f"QL{item.exercise.removeprefix(LESSON)}-"
    if not item.id.startswith(prefix):
        yield f"ids of this bank begin with {prefix}"
    known = code_index(root)
    for code in item.codes:
        if code not in known:
            yield f"the code {code} belongs to no exercise and is not in quiz_codes.toml"


def _about_texts(item: Item) -> Iterator[str]:
    options = (item.answer, *item.wrong, *item.parts)
    for option in options:
        for text in (*option.text.values(), *option.partner.values(), *option.why.values()):
            if found := _POSITION.search(text):
                yield f"{found[0]!r} points to a place, but choices are shuffled"
    if any(_LEANING.match(stem) for stem in item.stem.values()):
        yield "the stem leans on another question, but each is asked alone"
    if not _CHINESE.search(item.stem["zh"]):
        yield "the Chinese stem has no Chinese in it"
    english = [item.stem["en"], *(o.why["en"] for o in options)]
    english += [texts["en"] for o in options for texts in (o.text, o.partner) if texts]
    if any(_CHINESE.search(text) for text in english):
        yield "an English text has Chinese in it"
    if any(option.why["en"] == option.why["zh"] for option in options):
        yield "an explanation is the same in both languages: one is missing"


def _about_grid(item: Item, proof: Proof) -> Iterator[str]:
    if not proof.default:
        yield "the default parameters break a constraint, or two of its answers coincide"
    if item.params:
        if len(proof.kept) < min(MIN_VARIANTS, 2 if item.kind == "multiple" else MIN_VARIANTS):
            yield f"only {len(proof.kept)} variants: at least {MIN_VARIANTS} are asked for"
        elif len(proof.kept) < MIN_SHARE * proof.size:
            yield f"only {len(proof.kept)} of {proof.size} combinations can be used"
        for name, values in item.params.items():
            if missing := set(values) - {params[name] for params in proof.kept}:
                yield f"params.{name}: {min(missing)} is never reached"
    yield from proof.complaints
    if item.kind in ("integer", "shape") and proof.told and proof.told >= 0.5 * len(proof.kept):
        yield f"the stem tells the answer in {proof.told} of {len(proof.kept)} variants"
    if item.kind == "choice" and proof.lengths:
        yield from _about_lengths(proof)


def _about_lengths(proof: Proof) -> Iterator[str]:
    for language, slack in LENGTH_SLACK.items():
        right, wrong = proof.lengths[language]
        longest, shortest = max(wrong), min(wrong)
        if right > longest + slack and right > LENGTH_RATIO * longest:
            yield f"{language}: the right choice is much longer than all others"
        if right < shortest - slack and LENGTH_RATIO * right < shortest:
            yield f"{language}: the right choice is much shorter than all others"


__all__ = ["lint_bank", "lint_item"]
