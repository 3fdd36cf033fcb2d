"""Test the formats for Gradescope, nbgrader, JUnit, LTI, CSV and JSON field by field."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timezone
from importlib.resources import files
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from learncnn.grader.errors import Message
from learncnn.grader.gradebook.grades import Attempt, grade_of
from learncnn.grader.lms_formats.cells import safe, safe_id
from learncnn.grader.lms_formats.class_junit import gradebook_junit
from learncnn.grader.lms_formats.gradescope_results import results_json
from learncnn.grader.lms_formats.nbgrader import HEADER, nbgrader_csv
from learncnn.grader.lms_formats.plain import lti_scores, plain_csv, plain_json

from .conftest import EX01

WHEN = datetime(2026, 10, 5, 8, 0, 0, 123000, tzinfo=timezone.utc)
#: gradescope-autograders.readthedocs.io, "Output format".
RESULTS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": {"$ref": "#/$defs/format"},
        "test_output_format": {"$ref": "#/$defs/format"},
        "test_name_format": {"$ref": "#/$defs/format"},
        "visibility": {"$ref": "#/$defs/visibility"},
        "stdout_visibility": {"$ref": "#/$defs/visibility"},
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": {"$ref": "#/$defs/format"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": {"$ref": "#/$defs/format"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": {"$ref": "#/$defs/visibility"},
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
    "$defs": {
        "format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
    },
}


def test_a_gradescope_result_is_valid_and_every_test_is_visible(found):
    for student in found.students:
        document = results_json(EX01, student.grades["ex01"], found.rubric, 0.1234)
        jsonschema.validate(document, RESULTS_SCHEMA)
        assert {test["visibility"] for test in document["tests"]} <= {"visible"}
    passed, late, unreadable, *_ = (s.grades["ex01"] for s in found.students)
    document = results_json(EX01, passed, found.rubric)
    assert document["score"] == 10
    assert [(t["number"], t["score"], t["max_score"]) for t in document["tests"]] == [
        ("1.1", 5.0, 5.0),
        ("1.2", 5.0, 5.0),
    ]
    late_document = results_json(EX01, late, found.rubric)
    assert late_document["score"] == 4.5
    assert sum(test["score"] for test in late_document["tests"]) == 5
    assert late_document["extra_data"]["key_digest"] == "k" * 64
    fault = Attempt("f", "ex01.py", None, False, fault=Message("the worker was lost"))
    for grade in (unreadable, grade_of(found.rubric, EX01, "S9", [fault])):
        document = results_json(EX01, grade, found.rubric)
        assert ("score" in document, document["tests"]) == (False, [])
        assert document["extra_data"]["status"] == grade.status


def test_nbgrader_has_its_columns_and_needs_no_quotes(found):
    written = nbgrader_csv(found)
    lines = written.text.splitlines()
    assert lines[0] == ",".join(HEADER)
    assert all(line.count(",") == 10 and '"' not in line for line in lines)
    assert lines[1] == (
        "ex01_cross_correlation,2026-10-02 23:59:00,,S1,Doe,Ann,ann@x.edu,10.0,0.0,10.0,10.0"
    )
    assert lines[2] == (
        "ex01_cross_correlation,2026-10-02 23:59:00,2026-10-03 12:30:00,S2,Roe,Bob,bob@x.edu,"
        "5.0,0.5,4.5,10.0"
    )
    assert lines[3].split(",")[3:] == ["S5", "Noe", "Eve", "", "0.0", "0.0", "0.0", "10.0"]
    assert dict(written.notes)["left_out"]["count"] == 2


def test_junit_counts_and_kinds(found):
    root = ET.fromstring(gradebook_junit(found, WHEN).text)
    totals = [root.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert totals == ["12", "2", "1", "8"]
    suites = {suite.get("name"): suite for suite in root}
    kinds = {
        name: [child.tag for child in suite.find("testcase") if child.tag != "properties"]
        for name, suite in suites.items()
    }
    assert list(kinds.values()) == [
        [], ["failure"], ["error", "system-out"], ["skipped"], ["skipped"], ["failure"],
    ]  # fmt: skip
    assert suites["S1"].get("timestamp") == "2026-10-05T08:00:00"
    for case in root.iter("testcase"):
        assert set(case.attrib) == {"classname", "name", "time"}
        assert sum(c.tag in ("failure", "error", "skipped") for c in case) <= 1


def test_lti_scores_follow_the_specification(found):
    lines = [json.loads(line) for line in lti_scores(found, WHEN).text.splitlines()]
    by_user = {x["score"]["userId"]: x["score"] for x in lines if x["lineitem"] == "ex01"}
    ann = by_user["S1"]
    assert (ann["scoreGiven"], ann["scoreMaximum"]) == (10, 10)
    assert ann["timestamp"] == "2026-10-05T08:00:00.123Z"
    progress = {u: (s["activityProgress"], s["gradingProgress"]) for u, s in by_user.items()}
    assert progress["S1"] == ("Completed", "FullyGraded")
    assert progress["S3"] == ("Submitted", "Failed")
    assert progress["S5"] == ("Initialized", "NotReady")
    assert "S4" not in by_user
    assert "scoreGiven" not in by_user["S5"]


def test_json_is_as_its_schema_says(found):
    schema = json.loads(
        files("learncnn.grader").joinpath("lms_formats/gradebook.schema.json").read_text()
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(plain_json(found).text)
    jsonschema.validate(document, schema)
    document["students"][4]["grades"]["ex01"]["points"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_csv_has_a_row_for_each_student_and_exercise(found):
    table = list(csv.DictReader(io.StringIO(plain_csv(found).text)))
    assert len(table) == 12
    assert [row["status"] for row in table if row["exercise"] == "ex01"] == [
        "graded", "graded", "unreadable", "excused", "missing", "graded",
    ]  # fmt: skip
    assert [row["points"] for row in table if row["exercise"] == "ex01"] == [
        "10", "4.5", "", "", "", "7.25",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "\t=1", "\r\n=1", " =1"])
def test_no_cell_is_a_formula(text):
    assert safe(text)[0] == "'"


@pytest.mark.parametrize("text", ["x;=1+1", "x|=1", "a; +1", "a,@x", "'=1", "''=1;'=2", "x;'=1"])
def test_no_part_of_a_cell_is_a_formula_where_a_spreadsheet_splits_it(text):
    for split in (";", "|", ","):
        for part in safe(text).split(split):
            assert not part.strip().startswith(("=", "+", "-", "@"))


def test_different_ids_stay_different_and_say_what_cannot_be_seen():
    ids = [
        "=1", "'=1", "''=1", "a;=1", "a;'=1", "ab", "a\u200bb", "a\u202eb", "a b", "a\tb", "a\nb",
        "a\\u200bb", "a\\u005cu200bb", " ab", "ab ", "a\x00b", "DOM\\user", "a,b", 'a"b',
        "a\\u002cb",
    ]  # fmt: skip
    cells = {safe_id(id) for id in {*ids}}
    assert len(cells) == len({*ids})
    assert safe_id("a\u200bb") == "a\\u200bb"
    assert safe_id("DOM\\user") == "DOM\\user"
    for cell in cells:
        assert not set(cell) & set("\r\n\t\x00\u200b\u202e")
    from learncnn.grader.lms_formats.nbgrader import _plain_id

    assert len({_plain_id(id) for id in {*ids}}) == len({*ids})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_name_in_a_filled_sheet_is_no_formula_either(found, tmp_path, encoding):
    from learncnn.grader.lms_formats.canvas import fill_canvas
    from learncnn.grader.lms_formats.moodle import fill_moodle

    path = tmp_path / "sheet.csv"
    path.write_bytes("Student,ID,SIS Login ID,Section,ex01\n=李雷,101,ann\n".encode(encoding))
    assert fill_canvas(found, path).text.splitlines()[1] == "'=李雷,101,ann,,10"
    path.write_bytes("Identifier,Full name,Grade,Status\nParticipant 41,=李雷\n".encode(encoding))
    only = replace(found, exercises=found.exercises[:1])
    assert fill_moodle(only, path).text.splitlines()[1] == "Participant 41,'=李雷,10,"


def test_what_a_student_chose_does_no_harm_in_any_csv(found):
    from learncnn.grader.lms_formats.canvas import canvas_csv
    from learncnn.grader.lms_formats.moodle import moodle_csv

    for write in (plain_csv, canvas_csv, moodle_csv, nbgrader_csv):
        for row in csv.reader(io.StringIO(write(found).text)):
            for cell in row:
                assert not cell.startswith(("=", "+", "@")), (write, cell)
                assert cell == "-" or not cell.startswith("-")
                assert not set(cell) & set("\r\n\x07\u202e")
    assert "<script>" not in gradebook_junit(found).text
