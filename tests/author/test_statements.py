"""Test that every statement of the curriculum is taught, asked and listed in the docs."""

from pathlib import Path

import pytest

import learncnn.grader
from learncnn.grader.author import statement_table
from learncnn.grader.author.statement_table import (
    BEGIN,
    END,
    Coverage,
    coverage,
    declared,
    statement_problems,
)
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.lesson_catalog import load_lessons
from learncnn.grader.quiz.items.bank import load_bank

DOCS = Path(learncnn.grader.__file__).resolve().parents[1] / "docs"


def test_all_38_statements_have_words_in_both_languages():
    found = declared()
    assert list(found) == [f"S{number:02d}" for number in range(1, 39)]
    assert all(texts["en"].strip() and texts["zh"].strip() for texts in found.values())


def test_no_statement_is_without_a_lesson_or_without_a_question():
    assert list(statement_problems()) == []
    assert all(where.lessons and (where.exercises or where.items) for where in coverage().values())


def test_the_table_of_the_docs_is_the_one_that_is_generated():
    text = (DOCS / "curriculum.md").read_text("utf-8")
    assert text.split(BEGIN)[1].split(END)[0].strip() == statement_table.statement_table()


def test_the_table_names_only_what_there_is():
    lessons, exercises = {*load_lessons(), *load_catalog().exercises}, {*load_catalog().exercises}
    items = {item.id for item in load_bank()}
    for where in coverage().values():
        assert set(where.lessons) <= lessons
        assert set(where.exercises) <= exercises
        assert set(where.items) <= items


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        (Coverage([], ["ex01"], []), "S01 is taught in no lesson"),
        (Coverage(["ex01"], [], []), "S01 is asked in no exercise and no quiz item"),
        (Coverage(["ex01"], [], ["Q01-1"]), ""),
    ],
)
def test_a_statement_that_is_not_taught_or_asked_is_a_problem(monkeypatch, where, problem):
    monkeypatch.setattr(statement_table, "coverage", lambda: {"S01": where})
    assert list(statement_problems()) == ([problem] if problem else [])


def test_an_id_that_stands_for_no_statement_is_a_problem(monkeypatch):
    found = {"S99": Coverage(["ex01"], [], ["Q01-1"])}
    monkeypatch.setattr(statement_table, "coverage", lambda: found)
    assert list(statement_problems()) == ["S99 is not in statements.toml (ex01, Q01-1)"]
