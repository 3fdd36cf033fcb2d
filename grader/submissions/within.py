"""Whom an archive names that is itself one student's: none of them handed it in."""

from __future__ import annotations

from dataclasses import dataclass

from .exercise_names import Exercises
from .gradescope_export import METADATA
from .members import Listing
from .owners import owned


@dataclass(frozen=True)
class Others:
    """Names within a student's archive that look like owners."""

    #: Those that an LMS would have written.
    by_lms: frozenset[str]
    #: Folders in several of which the same exercise lies.
    folders: frozenset[str]
    #: All that would be owners if the archive were a class's.
    labels: frozenset[str]
    #: A Gradescope export's list of owners lies in it.
    metadata: bool


def others_within(listing: Listing, exercises: Exercises) -> Others:
    """Return the names in an archive that is one student's."""
    plain = [m for m in listing.members if m.path.rpartition("/")[2] != METADATA]
    by_lms: set[str] = set()
    labels: set[str] = set()
    tops: dict[str, set[str]] = {}
    for item in owned(Listing(plain), "", exercises):
        owner = item.owner
        if owner is None or item.own or (not owner.ids and exercises.named(owner.label)):
            continue
        labels.add(owner.label)
        if owner.ids:
            by_lms.add(owner.name or owner.label)
        if found := exercises.of(item.path):
            tops.setdefault(found[0].id, set()).add(owner.label)
    folders = {label for same in tops.values() if len(same) > 1 for label in same}
    metadata = len(plain) < len(listing.members)
    return Others(frozenset(by_lms), frozenset(folders), frozenset(labels), metadata)
