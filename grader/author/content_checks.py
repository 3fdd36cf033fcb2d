"""Check that students' texts exist in both languages for every function, code and case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..course.case_draws import Draw
from ..course.catalog import ExerciseInfo
from ..course.exercise import Exercise
from ..course.stubs import TODO
from ..errors import LearncnnError
from ..i18n.texts import LANGUAGES, worded
from ..i18n.tomlio import load_toml
from ..quiz.items.lint import lint_bank
from .drawing_checks import drawing_problems
from .lesson_checks import lesson_problems
from .text_lint import text_file_problems

#: Number of hints that every exercise has.
HINTS = 3


def content_problems(info: ExerciseInfo, exercise: Exercise) -> Iterator[str]:
    """Yield texts missing in a language, and problems of the lessons, the quiz and the drawings."""
    yield from lesson_problems(info.path)
    quiz = info.path / "quiz.toml"
    if quiz.exists():
        yield from lint_bank([quiz], info.path.parent)
    else:
        yield "quiz.toml is missing"
    try:
        texts = load_toml(info.path / "text.toml")
    except LearncnnError as error:
        yield worded(error)
        return
    yield from _text_problems(info, exercise, texts)
    for name in ("text.toml", "quiz.toml"):
        if (info.path / name).exists():
            yield from (f"{name} {problem}" for problem in text_file_problems(info.path / name))
    yield from drawing_problems(info, texts)


def _todo_problems(info: ExerciseInfo, chinese: Mapping[str, str]) -> Iterator[str]:
    """Yield TODO sentences of the stub without a Chinese text, and Chinese texts without a TODO."""
    stub = info.path / "stub.py"
    found = TODO.findall(stub.read_text("utf-8")) if stub.exists() else []
    sentences = {sentence for _, sentence in found if sentence}
    for sentence in sorted(sentences - {key for key, value in chinese.items() if value}):
        yield f"text.toml [todo] lacks the Chinese of {sentence!r}"
    for sentence in sorted(set(chinese) - sentences):
        yield f"text.toml [todo] has {sentence!r}, which the stub has not"


def _text_problems(info: ExerciseInfo, exercise: Exercise, texts: dict[str, Any]) -> Iterator[str]:
    for name in ("module", *(n for n in info.functions if _has_docstring(info, n))):
        yield from _both(texts.get("stub", {}).get(name), f"text.toml [stub.{name}]")
    yield from _todo_problems(info, texts.get("todo", {}))
    hints = texts.get("hints", [])
    if len(hints) != HINTS:
        yield f"text.toml has {len(hints)} hints, not {HINTS}"
    for number, hint in enumerate(hints, 1):
        yield from _both(hint, f"text.toml hint {number}")
    sentences = texts.get("misconceptions", {})
    codes = {mutant.code for mutant in exercise.mutants}
    for code in sorted(codes | set(sentences)):
        if code not in codes:
            yield f"text.toml explains {code}, which no mutant shows"
            continue
        yield from _both(sentences.get(code), f"text.toml [misconceptions.{code}]")
        hint = (sentences.get(code) or {}).get("hint")
        yield from _both(hint, f"text.toml [misconceptions.{code}] hint")
    titles = _case_titles(info, exercise)
    chinese = texts.get("cases", {})
    for title in sorted(titles - set(chinese)):
        yield f"text.toml [cases] lacks the Chinese of {title!r}"
    for title in sorted(set(chinese) - titles):
        yield f"text.toml [cases] names {title!r}, which is no case"


def _has_docstring(info: ExerciseInfo, name: str) -> bool:
    return f"${name}" in (info.path / "stub.py").read_text("utf-8")


def _both(entry: Any, where: str) -> Iterator[str]:
    for language in LANGUAGES:
        if not isinstance(entry, dict) or not str(entry.get(language, "")).strip():
            yield f"{where} lacks {language}"


def _case_titles(info: ExerciseInfo, exercise: Exercise) -> set[str]:
    specs = (
        spec
        for framework in info.libraries
        for name in exercise.references
        for spec in exercise.specs(name, Draw("titles", framework))
    )
    return {spec.title for spec in specs if spec.title}
