"""Read submission_metadata.yml: who handed in each folder of a Gradescope export, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypeVar

from ..errors import Message, SubmissionError
from .members import Listing, Member
from .roster_cells import id_of, text_of

METADATA = "submission_metadata.yml"
MAX_BYTES = 64 << 20
#: Maximum number of submitters of one folder: each of its files is taken for each of them.
MAX_GROUP = 100
#: Maximum length of a scalar that may be a number or a time, in characters.
MAX_SCALAR = 100
T = TypeVar("T")


class _Scalar(tuple[str, str]):
    """(text, type) of a scalar; a class of its own, so that no anchor of people is taken for it."""

    __slots__ = ()


@dataclass(frozen=True)
class Handover:
    """One folder of the export; keys of a submitter: `name`, `sid`, `email`."""

    submitters: tuple[Mapping[str, str], ...]
    created_at: datetime | None


def read_metadata(listing: Listing, member: Member) -> dict[str, Handover]:
    """Return folder → handover. Unreadable entries become problems of the listing, not errors.

    The file is read event by event, keeping only the needed data of each folder. An alias refers to
    the kept data, so that aliases of aliases take no more memory than their text.
    """
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        missing = Message("containers", "metadata_yaml")
        listing.refuse(member.path, "metadata", name=METADATA, reason=missing)
        return {}
    try:
        return _Metadata(yaml, member.read(MAX_BYTES)).handovers()
    except SubmissionError as error:
        listing.refuse(member.path, "metadata", name=METADATA, reason=error)
        return {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        listing.refuse(member.path, "metadata", name=METADATA, reason=reason)
        return {}


class _Metadata:
    """A document of folders, each with `:submitters` and `:created_at`, as a stream of events."""

    def __init__(self, yaml: Any, content: bytes) -> None:
        self._yaml = yaml
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = yaml.parse(content, Loader=loader)
        self._resolver = yaml.resolver.Resolver()
        #: Anchor → the kept part of its value.
        self._anchors: dict[str, Any] = {}

    def handovers(self) -> dict[str, Handover]:
        """Read all of it. Raises YAMLError, and ValueError for a document of another kind."""
        found = {}
        for event in self._events:
            if isinstance(event, self._yaml.MappingStartEvent):
                found = {str(name): self._handover(value) for name, value in self._pairs()}
                break
            if isinstance(event, self._yaml.NodeEvent):
                raise ValueError("no mapping of folders")
        for _ in self._events:  # the rest must be valid YAML too
            pass
        return found

    def _handover(self, start: Any) -> Handover:
        known: dict[str, Any] = {}
        if isinstance(start, self._yaml.MappingStartEvent):
            for key, value in self._pairs():
                if key == ":submitters":
                    known[key] = self._people(value)
                elif key == ":created_at":
                    known[key] = self._time(value)
                else:
                    self._skip(value)
            handover = Handover(known.get(":submitters", ()), known.get(":created_at"))
        elif isinstance(start, self._yaml.AliasEvent):
            kept = self._anchors.get(start.anchor)
            return kept if isinstance(kept, Handover) else Handover((), None)
        else:
            self._skip(start)
            handover = Handover((), None)
        return self._kept(start, handover)

    def _people(self, start: Any) -> tuple[Mapping[str, str], ...]:
        if isinstance(start, self._yaml.AliasEvent):
            kept = self._anchors.get(start.anchor)
            return kept if isinstance(kept, tuple) else ()
        if not isinstance(start, self._yaml.SequenceStartEvent):
            self._skip(start)
            return ()
        people: list[Mapping[str, str]] = []
        while not isinstance(event := next(self._events), self._yaml.SequenceEndEvent):
            if (person := self._person(event)) is not None:
                people.append(person)
            if len(people) > MAX_GROUP:
                raise ValueError(f"more than {MAX_GROUP} submitters of one folder")
        return self._kept(start, tuple(people))

    def _person(self, start: Any) -> Mapping[str, str] | None:
        if isinstance(start, self._yaml.AliasEvent):
            kept = self._anchors.get(start.anchor)
            return kept if isinstance(kept, dict) else None
        if not isinstance(start, self._yaml.MappingStartEvent):
            self._skip(start)
            return None
        person = {}
        for key, value in self._pairs():
            text = self._text(value)
            if text and key in (":name", ":sid", ":email"):
                person[key[1:]] = text if key == ":name" else id_of(text)
        return self._kept(start, person)

    def _pairs(self) -> Iterator[tuple[str, Any]]:
        """Yield keys, and the events that begin their values; the caller reads a value whole."""
        while not isinstance(key := next(self._events), self._yaml.MappingEndEvent):
            name = self._scalar(key)
            yield "" if name is None else name[0], next(self._events)

    def _scalar(self, start: Any) -> tuple[str, str] | None:
        """Return the text and YAML type of a scalar; None for anything else."""
        if isinstance(start, self._yaml.AliasEvent):
            kept = self._anchors.get(start.anchor)
            return kept if isinstance(kept, _Scalar) else None
        if not isinstance(start, self._yaml.ScalarEvent):
            self._skip(start)
            return None
        kind = "str"
        if start.implicit[0] and len(start.value) <= MAX_SCALAR:
            tag = self._resolver.resolve(self._yaml.ScalarNode, start.value, (True, False))
            kind = tag.rpartition(":")[2]
        return self._kept(start, _Scalar((start.value, kind)))

    def _text(self, start: Any) -> str:
        """Return a name or an id; a number keeps its spelling, with leading zeros."""
        text, kind = self._scalar(start) or ("", "")
        return text_of(text) if kind in ("str", "int", "float") else ""

    def _time(self, start: Any) -> datetime | None:
        text, kind = self._scalar(start) or ("", "")
        if kind != "timestamp":
            return time_of(text)
        node = self._yaml.ScalarNode("tag:yaml.org,2002:timestamp", text)
        try:
            return time_of(self._yaml.constructor.SafeConstructor().construct_yaml_timestamp(node))
        except ValueError:
            return None

    def _kept(self, start: Any, value: T) -> T:
        if start.anchor:
            self._anchors[start.anchor] = value
        return value

    def _skip(self, start: Any) -> None:
        """Read past a value."""
        depth = int(isinstance(start, self._yaml.CollectionStartEvent))
        while depth:
            event = next(self._events)
            depth += isinstance(event, self._yaml.CollectionStartEvent)
            depth -= isinstance(event, self._yaml.CollectionEndEvent)


def time_of(value: Any) -> datetime | None:
    """Return a point in time in Gradescope's format, None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(re.sub(r" ?(?:UTC|Z)$", "+00:00", value))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
