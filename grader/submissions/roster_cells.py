"""Cells of a roster as spreadsheets and LMSs leave them: ids in disguise, roles, blanks."""

from __future__ import annotations

import re
import unicodedata

from .member_names import without_hidden

#: A number that a spreadsheet took for a fraction: `2023005.0`.
_FRACTION = re.compile(r"(\d+)[.,]0+")
#: Text that was kept from a spreadsheet by making it a formula: `="2023005"`.
_FORMULA = re.compile(r'=\s*"(.*)"')
#: What is written where there is no id.
_BLANK = frozenset({"-", "–", "—", "n/a", "#n/a"})
#: What a spreadsheet makes of a long number.
_ROUNDED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
#: Words of roles whose holders hand nothing in, as Canvas, Moodle, Gradescope and people write
#: them.
_STAFF = re.compile(
    r"\b(?:instructor|teacher|teaching|ta|tas|reader|grader|marker|assistant|tutor|mentor|designer|"
    r"observer|staff|admin|administrator|manager|professor|prof|lecturer|faculty|owner|creator|"
    r"demonstrator|coordinator|librarian|support|studentview)s?\b"
    r"|教师|老师|助教|讲师|教授|管理员|教员|助理",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def text_of(cell: str) -> str:
    """Return a cell's text on one line, without what cannot be seen."""
    return unicodedata.normalize("NFC", " ".join(without_hidden(cell).split()))


def id_of(cell: str) -> str:
    """Return an id as it was before a spreadsheet had it; empty where there is none."""
    text = text_of(cell)
    if formula := _FORMULA.fullmatch(text):
        text = formula[1].strip()
    text = text.removeprefix("'").strip()  # how a spreadsheet marks text
    if fraction := _FRACTION.fullmatch(text):
        text = fraction[1]
    return "" if text.casefold() in _BLANK else text


def is_rounded(id: str) -> bool:
    """Return whether a spreadsheet has rounded an id: `2.023E+11`."""
    return bool(_ROUNDED.fullmatch(id))


def is_staff(role: str) -> bool:
    """Return whether a role, or every one of several, is one of staff."""
    roles = [part for part in re.split(r"[,;/|+&]|\band\b", role) if part.strip()]
    return bool(roles) and all(_staff_role(part) for part in roles)


def _staff_role(role: str) -> bool:
    flat = role.replace("StudentView", "Studentview").replace("_", " ")
    return bool(_STAFF.search(_CAMEL.sub(" ", flat)))
