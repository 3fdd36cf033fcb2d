"""submission_metadata.yml: who handed in which folder of a Gradescope export, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..errors import SubmissionError
from ..i18n.texts import say
from .member_names import without_hidden
from .members import Listing, Member

METADATA = "submission_metadata.yml"
MAX_BYTES = 64 << 20


@dataclass(frozen=True)
class Handover:
    """One folder of the export; keys of a submitter: `name`, `sid`, `email`."""

    submitters: tuple[Mapping[str, str], ...]
    created_at: datetime | None


def read_metadata(listing: Listing, member: Member) -> dict[str, Handover]:
    """Folder → handover. What cannot be read is a problem of the listing, not an error."""
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        reason = say("containers", "metadata_yaml")
        listing.refuse(member.path, "metadata", name=METADATA, reason=reason)
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(member.read(MAX_BYTES), Loader=loader)
        entries = dict(document.items())
    except (yaml.YAMLError, AttributeError, ValueError, RecursionError, SubmissionError) as error:
        reason = str(error).partition("\n")[0]
        listing.refuse(member.path, "metadata", name=METADATA, reason=reason)
        return {}
    return {str(name): _handover(entry) for name, entry in entries.items()}


def _handover(entry: Any) -> Handover:
    if not isinstance(entry, dict):
        return Handover((), None)
    people = entry.get(":submitters")
    submitters = tuple(
        {key: text for key in ("name", "sid", "email") if (text := _text(person, key))}
        for person in (people if isinstance(people, list) else ())
        if isinstance(person, dict)
    )
    return Handover(submitters, time_of(entry.get(":created_at")))


def _text(person: Mapping[Any, Any], key: str) -> str:
    value = person.get(f":{key}")
    return " ".join(without_hidden(str(value)).split()) if isinstance(value, (str, int)) else ""


def time_of(value: Any) -> datetime | None:
    """A point in time as Gradescope writes it, None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(re.sub(r" ?(?:UTC|Z)$", "+00:00", value))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
