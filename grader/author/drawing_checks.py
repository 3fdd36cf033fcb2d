"""Check that `drawn` entries of misconceptions use known words and give a mutant's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..answer_key.compare import difference
from ..answer_key.key import AnswerKey, Case, MutantAnswers
from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import ExerciseTexts, exercise_texts
from ..replay.computations import KINDS
from ..replay.replayed import Replay, replay_of
from ..replay.ways import WAYS


def drawing_problems(info: ExerciseInfo, texts: Mapping[str, Any]) -> Iterator[str]:
    """Yield unknown words in the `drawn` entries and the `[worked]` tables of a text.toml."""
    for function, table in texts.get("worked", {}).items():
        where = f"text.toml [worked.{function}]"
        if function not in info.functions:
            yield f"{where} is no function of {info.id}"
        if table.get("kind") not in KINDS:
            yield f"{where} kind {table.get('kind')!r} is none of {', '.join(KINDS)}"
    for code, entry in texts.get("misconceptions", {}).items():
        for form in entry.get("drawn", ()):
            where = f"text.toml [misconceptions.{code}] drawn {form!r}:"
            for part in form.split(", "):
                key, _, value = part.partition(" ")
                if key not in WAYS:
                    yield f"{where} {key!r} is none of {', '.join(WAYS)}"
                elif value not in WAYS[key]:
                    yield f"{where} {value!r} is none of {', '.join(WAYS[key])}"


def unproved_drawings(info: ExerciseInfo, key: AnswerKey) -> Iterator[str]:
    """Yield misconceptions whose `drawn` entry reproduces no answer of their mutants."""
    texts = exercise_texts(info)
    named = {code for mutant in key.mutants for code in mutant.codes if texts.drawn(code)}
    for code in sorted(named):
        single = [m for m in key.mutants if m.codes == (code,) and not m.breaks]
        cases = ((mutant, case) for mutant in single for case in key.cases_of(mutant.function))
        if not any(_proved(texts, mutant, case) for mutant, case in cases):
            yield f"text.toml [misconceptions.{code}] drawn gives the answer of no mutant"


def _proved(texts: ExerciseTexts, mutant: MutantAnswers, case: Case) -> bool:
    replay = mutant_replay(texts, mutant, case)
    return replay is not None and replay.misconceived is not None


def mutant_replay(texts: ExerciseTexts, mutant: MutantAnswers, case: Case) -> Replay | None:
    """Return the replay of a mutant's answer to a case; None if it is right or cannot be drawn."""
    outcome = mutant.outcomes[case.id]
    if case.expected.kind != "value" or outcome.kind != "value":
        return None
    expected: Any = case.expected.value
    yours: Any = outcome.value
    found = difference(expected, yours, case.precision)
    if found is None:
        return None
    result = 0
    if found.item and isinstance(found.item[0], int):
        result = found.item[0]
        if not isinstance(yours, (list, tuple)) or result >= len(yours):
            return None
        expected, yours = expected[result], yours[result]
    return replay_of(
        texts.worked(mutant.function),
        case.arguments,
        expected,
        yours,
        drawn=[texts.drawn(code) for code in mutant.codes],
        index=found.index,
        result=result,
    )
