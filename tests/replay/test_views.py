"""What pages show of a replay: sentences and pictures, small and in both languages."""

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.answer_key.key import PRIVATE
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.exercise_texts import exercise_texts
from learncnn.grader.grading.judging import judge
from learncnn.grader.grading.report import Diagnosis, Failure, Provenance, Report
from learncnn.grader.i18n.texts import say, use_language
from learncnn.grader.render.pages import document
from learncnn.grader.render.pages.mistake import mistake_view
from learncnn.grader.sandbox.protocol.outcome import Outcome

#: Maximum number of bytes of a drawing.
LARGEST = 40_000


@pytest.fixture(autouse=True)
def _settled():
    use_language("en")
    yield
    use_language("en")


def report_of(exercise, code, *, function=None, proved=True, form=0, case=None, seed="practice"):
    """Return the report on the answers of a mutant, with the smallest wrong case as shown."""
    info = load_catalog().resolve(exercise)
    key = practice_key(info, info.libraries[0])
    fitting = [m for m in key.mutants if m.codes == (code,) and not m.breaks]
    mutant = [m for m in fitting if function in (None, m.function)][form]
    cases = [c for c in key.cases_of(mutant.function) if c.axis == "values"]
    judged = [(judge(c, mutant.outcomes[c.id], "numpy", "cpu"), c) for c in cases]
    wrong = [(v, c) for v, c in judged if not v.right and case in (None, c.title)]
    verdict, shown = min(wrong, key=lambda pair: (not pair[1].public, pair[1].size))
    outcome = mutant.outcomes[shown.id]
    return (
        Report(
            exercise=info.id,
            filename=f"{exercise}.py",
            source_hash="0" * 64,
            verdicts=tuple(v for v, _ in judged),
            diagnoses=(Diagnosis((code,), (mutant.function,), len(cases)),) if proved else (),
            points={},
            possible=dict(info.functions),
            provenance=Provenance("", "", "", seed, "numpy", "cpu", {}, (), ()),
            failure=Failure(verdict, shown.arguments, shown.positional, shown.expected, outcome),
        ),
        info,
    )


def view_of(*names, **options):
    report, info = report_of(*names, **options)
    return mistake_view(report, exercise_texts(info))


def sentence(line):
    return "".join(word.text for word in line)


def test_both_sides_say_how_the_number_comes_about():
    view = view_of("ex01", "FLIP")
    right, wrong = view.sides
    assert sentence(right.lines[-1]) == "0·0 + 1·1 + 3·2 + 4·3 = 19"
    assert sentence(wrong.lines[-1]) == "0·3 + 1·2 + 3·1 + 4·0 = 5"
    assert wrong.caption == "the kernel turned by 180°"
    assert view.steps == 4
    assert [word.total for word in wrong.lines[0] if word.product is not None] == list("0255")


def test_a_mistake_that_is_not_proved_shows_the_learners_number_alone():
    right, yours = view_of("ex01", "FLIP", proved=False).sides
    assert right.groups
    assert not yours.groups
    assert sentence(yours.lines[0]) == "5"


@pytest.mark.parametrize(
    ("names", "options", "line"),
    [
        (("ex12", "CIP-INCLUDED"), {"function": "avg_pool2d"}, "(0 + 6) ÷ 2 = 3"),
        (("ex12", "MAX-INIT-0"), {}, "max(−4, −6, −8, −7) = 0"),
        (("ex13", "IDX-IN-WINDOW"), {}, "7 is in row 1, column 1: 1 · 2 + 1 = 3"),
        (("ex14", "ASSIGN-NOT-ADD"), {}, "6 ÷ 3 = 2"),
        (("ex15", "TIE-COPY"), {}, "5 + 7 = 12"),
        (("ex21", "DX-NOT-FLIPPED"), {}, "1·5 = 5"),
        (("ex08", "BIAS-ONE"), {}, "1·0 + 2·1 + 10 (bias) = 12"),
    ],
)
def test_every_kind_of_computation_is_written_out(names, options, line):
    assert sentence(view_of(*names, **options).sides[1].lines[-1]) == line


def test_the_same_is_said_in_chinese():
    use_language("zh")
    view = view_of("ex07", "CH-FIRST-ONLY")
    assert view.sides[1].caption == "只用第一个通道"
    assert view.place.startswith("结果的")


def test_planes_are_named_as_the_caller_writes_them():
    right = view_of("ex07", "CH-FIRST-ONLY").sides[0]
    titles = [plane.title for group in right.groups for plane in group]
    assert titles == ["X[0]", "K[0]", "X[1]", "K[1]"]
    assert view_of("ex01", "FLIP").sides[0].groups[0][0].title == "X"


def drawn(*names, **options):
    """The drawing as it stands in a page."""
    template = document.templates(document.HERE).get_template("replay.html.j2")
    return str(template.make_module({"say": say}).replay(view_of(*names, **options)))


def test_a_drawing_is_small_well_formed_and_names_the_products_of_its_elements():
    html = drawn("ex04", "STRIDE-IGNORED")
    assert len(html.encode()) < LARGEST
    (element,) = ET.fromstring(f"<page>{html}</page>")
    assert element.tag == "learncnn-mistake"
    named = {n for each in element.iter() for n in each.get("data-n", "").split()}
    assert named == {str(n) for n in range(int(element.get("data-steps")))}
    assert set(json.loads(element.get("data-texts"))) >= {"back", "next", "play", "pause"}
    assert not [each for each in element.iter() if each.get("style")]


def test_infinite_padding_has_a_sign():
    assert "−∞" in drawn("ex12", "MAX-ZERO-PAD")


def test_a_large_private_case_shows_no_part_of_it():
    options = {"case": "a larger image"}
    assert view_of("ex01", "INT-OUT", **options) is not None
    report, info = report_of("ex01", "INT-OUT", seed=f"{PRIVATE}abc", **options)
    assert mistake_view(report, exercise_texts(info)) is None


def test_a_report_that_has_nothing_to_draw_has_no_mistake():
    report, info = report_of("ex01", "FLIP")
    texts = exercise_texts(info)
    assert mistake_view(report._replace(failure=None), texts) is None
    raised = report.failure._replace(got=Outcome("raised"))
    assert mistake_view(report._replace(failure=raised), texts) is None
    right = report.failure._replace(verdict=report.failure.verdict._replace(status="passed"))
    assert mistake_view(report._replace(failure=right), texts) is None


def test_a_list_in_place_of_an_array_is_drawn_as_the_array():
    report, info = report_of("ex01", "FLIP")
    got = Outcome("value", np.asarray(report.failure.got.value).tolist())
    listed = report._replace(failure=report.failure._replace(got=got))
    assert mistake_view(listed, exercise_texts(info)).sides[1].caption
