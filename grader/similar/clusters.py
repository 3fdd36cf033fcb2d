"""Group submissions that are similar, directly or through others, into clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..course.catalog import ExerciseInfo
from .fingerprints import ComparedSource
from .pairs import Pair


@dataclass(frozen=True)
class Cluster:
    """Submissions for one exercise, each similar to at least one other."""

    exercise: ExerciseInfo
    #: The submissions in the order of their most similar pairs.
    members: tuple[ComparedSource, ...]
    #: All pairs within the cluster, the most similar first.
    pairs: tuple[Pair, ...]

    @property
    def most(self) -> float:
        """Return the similarity of the most similar pair."""
        return max(pair.similarity for pair in self.pairs)

    @property
    def least(self) -> float:
        """Return the smallest similarity among the pairs that hold the cluster together."""
        return min(pair.similarity for pair in self.strongest)

    @property
    def identical(self) -> bool:
        """Return whether all submissions have the same text."""
        return len({member.text for member in self.members}) == 1

    @property
    def strongest(self) -> list[Pair]:
        """Return the most similar pairs that connect all members, one fewer than the members.

        They form a maximum spanning tree, found with Kruskal's algorithm.
        """
        groups = {member.key: member.key for member in self.members}

        def head(key: tuple[str, bool]) -> tuple[str, bool]:
            while groups[key] != key:
                key = groups[key]
            return key

        found = []
        for pair in self.pairs:
            one, two = head(pair.left.source.key), head(pair.right.source.key)
            if one != two:
                groups[two] = one
                found.append(pair)
        return found

    def similarity(self, one: ComparedSource, two: ComparedSource) -> Pair | None:
        """Return the pair of two members; None if their similarity is below the threshold."""
        wanted = {one.key, two.key}
        for pair in self.pairs:
            if {pair.left.source.key, pair.right.source.key} == wanted:
                return pair
        return None


def clusters_of(pairs: Sequence[Pair]) -> list[Cluster]:
    """Return the clusters of pairs from any exercises, the most similar first."""
    by_exercise: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_exercise.setdefault(pair.exercise.id, []).append(pair)
    found = [c for those in by_exercise.values() for c in _of_exercise(those)]
    return sorted(found, key=lambda cluster: (cluster.pairs[0].order, -len(cluster.members)))


def _of_exercise(pairs: Sequence[Pair]) -> list[Cluster]:
    heads: dict[tuple[str, bool], tuple[str, bool]] = {}
    members: dict[tuple[str, bool], ComparedSource] = {}

    def head(key: tuple[str, bool]) -> tuple[str, bool]:
        while heads.setdefault(key, key) != key:
            key = heads[key]
        return key

    for pair in pairs:
        for side in (pair.left, pair.right):
            members.setdefault(side.source.key, side.source)
        heads[head(pair.right.source.key)] = head(pair.left.source.key)
    groups: dict[tuple[str, bool], list[ComparedSource]] = {}
    for key, source in members.items():
        groups.setdefault(head(key), []).append(source)
    within: dict[tuple[str, bool], list[Pair]] = {}
    for pair in pairs:
        within.setdefault(head(pair.left.source.key), []).append(pair)
    return [
        Cluster(pairs[0].exercise, tuple(those), tuple(sorted(within[key], key=lambda p: p.order)))
        for key, those in groups.items()
    ]


def together(clusters: Sequence[Cluster]) -> list[tuple[ComparedSource, ComparedSource, list[str]]]:
    """Return pairs of students similar in several exercises, with the ids; most exercises first."""
    found: dict[frozenset[tuple[str, bool]], list[str]] = {}
    known: dict[tuple[str, bool], ComparedSource] = {}
    for cluster in clusters:
        for pair in cluster.pairs:
            sources = (pair.left.source, pair.right.source)
            known.update({source.key: source for source in sources})
            key = frozenset(source.key for source in sources)
            found.setdefault(key, []).append(cluster.exercise.id)
    several = [(sorted(key), sorted(set(ids))) for key, ids in found.items() if len(set(ids)) > 1]
    several.sort(key=lambda item: (-len(item[1]), item[0]))
    return [(known[one], known[two], ids) for (one, two), ids in several]
