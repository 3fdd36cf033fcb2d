"""Which group of students a container means: what it hands in is each member's.

Moodle   Team A-Jane Doe_41_assignsubmission_file/…   one folder for each member
Canvas   teama_5001_99_ex01.py                        once, under the user number of one member
own      Team A/ex01.py, team-a.zip, lab-team-a/…     by the group's name
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..errors import Ambiguous
from .owners import Owned, Owner
from .roster import Roster, Student

#: Maximum number of members of a group; what has more is a section, not a group that hands in.
MAX_MEMBERS = 20


def each_member(item: Owned, roster: Roster | None) -> list[Owned]:
    """Return a file once for each student for whom it counts, as that student's."""
    owner = item.owner
    if owner is None or roster is None or not roster.teams:
        return [item]
    team = _team_of(owner, item.path, roster)
    if team is None:
        return [item]
    result = []
    for student in roster.team(team):
        rep = bool(owner.ids) and _is(owner, student, roster)
        ids: Mapping[str, str] = owner.ids if rep else {}
        label = owner.label if rep else student.id
        own = replace(owner, label=label, name="", ids=ids, otherwise="", team=team)
        result.append(replace(item, owner=own, student=student))
    return result


def _team_of(owner: Owner, path: str, roster: Roster) -> str | None:
    """Return the group that is meant, unless a student is, or the folder holds students' own."""
    called = owner.name if owner.ids else owner.label
    team = roster.team_called(called)
    if team is None or not 1 < len(roster.team(team)) <= MAX_MEMBERS:
        return None
    if owner.ids:
        members = roster.team(team)
        return team if any(_is(owner, member, roster) for member in members) else None
    top, slash, _ = path.partition("/")
    if _means_a_student(owner.label, roster) or (slash and _means_a_student(top, roster)):
        return None
    return team


def _is(owner: Owner, student: Student, roster: Roster) -> bool:
    """Return whether the ids that a container gives are a student's."""
    try:
        found = roster.match(owner.label, "", owner.ids)
    except Ambiguous:
        return False
    return found is not None and roster.head(found.id) == roster.head(student.id)


def _means_a_student(label: str, roster: Roster) -> bool:
    try:
        return roster.match(label, "", {}) is not None
    except Ambiguous:
        return True


def without_team_names(found: Sequence[Owned], roster: Roster | None) -> list[Owned]:
    """Return the files of a Moodle download with owners who are called by their own names.

    In the download of a group assignment every name has its group's before it. There are names
    with a hyphen, so the roster has to know the rest of the name and not the whole; or every name
    has a hyphen, and those with one beginning have equal files.
    """
    named = {i.owner.label: i.owner.name for i in found if i.owner and _of_moodle(i.owner)}
    prefixes = dict(_known_prefixes(named, roster)) if roster else {}
    if named and all("-" in name for name in named.values()):
        prefixes = {**dict(_prefixes(found, named)), **prefixes}
    return [_renamed(item, prefixes) for item in found] if prefixes else list(found)


def _known_prefixes(named: Mapping[str, str], roster: Roster) -> Iterator[tuple[str, str]]:
    """Yield (label, group) where the roster knows what stands behind a hyphen, as a whole name."""
    for label, name in named.items():
        if "-" in name and not roster.is_named(name):
            known = [start for start in _starts(name) if roster.is_named(name[len(start) + 1 :])]
            if known:
                yield label, known[0]


def _of_moodle(owner: Owner) -> bool:
    return "participant" in owner.ids


def _prefixes(found: Sequence[Owned], named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (label, group) of owners who share the beginning of their name, and all their files."""
    files: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for item in found:
        if item.owner and item.owner.label in named:
            files[item.owner.label].append((item.path, item.member.size))
    alike: dict[tuple[tuple[str, int], ...], list[str]] = defaultdict(list)
    for label, those in files.items():
        alike[tuple(sorted(those))].append(label)
    counts: Counter[str] = Counter()
    for labels in alike.values():
        shared = Counter(start for label in labels for start in _starts(named[label]))
        counts.update({start: count for start, count in shared.items() if count > 1})
    for label, name in named.items():
        starts = [start for start in _starts(name) if counts[start]]
        if starts:  # the longest that is as frequent as any: `Lab 1-2` before `Lab 1`
            most = max(counts[start] for start in starts)
            yield label, max((s for s in starts if counts[s] == most), key=len)
        elif counts:
            yield label, _starts(name)[0]


def _starts(name: str) -> list[str]:
    """Return what stands before each hyphen of a name."""
    parts = name.split("-")
    return ["-".join(parts[:at]) for at in range(1, len(parts))]


def _renamed(item: Owned, prefixes: Mapping[str, str]) -> Owned:
    owner = item.owner
    if owner is None or (team := prefixes.get(owner.label)) is None or not _of_moodle(owner):
        return item
    name = owner.name[len(team) + 1 :].strip()
    return replace(item, owner=replace(owner, name=name, team=team))
