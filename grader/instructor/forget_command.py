"""Implement `gradebook forget`: erase a person on request, but keep the class's counts."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from ..gradebook.connection import open_gradebook
from ..gradebook.forget import forget
from ..gradebook.people import with_ids_of_all
from ..i18n.texts import say
from ..terminal.layout import clean
from .authors import login
from .student_lookup import lookup_in

if TYPE_CHECKING:
    from ..terminal.app import App


def run_forget(
    app: App,
    place: str | None,
    course: str,
    *,
    student: str,
    reason: str,
    author: str | None,
    yes: bool,
) -> int:
    """Erase a student after confirmation; return 1 if it is refused. Raises UsageError."""
    with closing(open_gradebook(place, course=course)) as gradebook:
        lookup = lookup_in(gradebook)
        known = lookup.find(student)
        one = with_ids_of_all(lookup.people)[known]
        named = clean(f"{known} ({one.name})" if one.name not in ("", known) else known)
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("decisions", "forget_yes", student=named)
            if not click.confirm(say("decisions", "forget_confirm", student=named), err=True):
                return 1
        done = forget(gradebook, known, author=login(author), reason=reason.strip())
    app.out(
        [
            say(
                "decisions",
                "forgotten",
                name=done.left_as,
                submissions=done.submissions,
                reports=done.reports,
                comments=done.comments,
            )
        ]
    )
    app.note(say("decisions", "forgotten_elsewhere"))
    return 0
