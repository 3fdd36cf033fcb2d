"""Export Moodle XML: https://docs.moodle.org/en/Moodle_XML_format

Items with parameters become calculated questions if they ask for a whole number, and calculated
multiple-choice questions if they ask for a shape or a choice. Moodle then draws the parameters
itself, from data sets of the combinations that an item allows (at most 100, Moodle's limit).
Items that Moodle's formulas cannot express are written variant by variant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from ...errors import Untranslatable
from ..items.expressions import evaluate
from ..items.item import Item, Option
from ..items.number_stream import keyed
from ..items.proof import prove
from ..items.variants import Scope
from . import formulas
from .drawn_questions import Plain, PlainOption, decimal, plain_questions, spellings
from .gift import shares
from .question_html import inline, paragraphs, stem_html, why_html

#: Maximum number of items in a data set, a limit of Moodle.
MAX_ITEMS = 100
#: Maximum number of decimals of a choice that is not a whole number.
MAX_PLACES = 4


def moodle_xml(items: Iterable[Item], lang: str, variants: int = 1) -> bytes:
    """Return the items as one XML file, with a category for each bank."""
    quiz = ET.Element("quiz")
    bank = ""
    for item in items:
        if item.exercise != bank:
            bank = item.exercise
            category = ET.SubElement(quiz, "question", type="category")
            _text(category, "category", f"$course$/top/learncnn/{bank}", form=None)
        try:
            quiz.append(_calculated(item, lang))
        except Untranslatable:
            quiz.extend(_static(each) for each in plain_questions([item], lang, variants))
    ET.indent(quiz, " ")
    content: bytes = ET.tostring(quiz, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _text(
    parent: ET.Element, tag: str, content: str, form: str | None = "html", **attributes: str
) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    if form:
        element.set("format", form)
    ET.SubElement(element, "text").text = content
    return element


def _leaf(parent: ET.Element, tag: str, content: object) -> None:
    ET.SubElement(parent, tag).text = str(content)


def _question(kind: str, name: str, stem: str, why: str) -> ET.Element:
    question = ET.Element("question", type=kind)
    _text(question, "name", name, form=None)
    _text(question, "questiontext", stem)
    _text(question, "generalfeedback", why)
    _leaf(question, "defaultgrade", 1)
    _leaf(question, "penalty", "0.3333333")
    _leaf(question, "hidden", 0)
    _leaf(question, "idnumber", f"learncnn-{name}")
    return question


# Calculated questions: Moodle draws the parameters.


def _calculated(item: Item, lang: str) -> ET.Element:
    """Return an item as a calculated question.

    Raises Untranslatable if the item has no parameters or Moodle cannot compute it.
    """
    if not item.params or item.kind not in ("integer", "shape", "choice") or item.figures:
        raise Untranslatable(item.kind)

    def html(text: str) -> str:
        return paragraphs(formulas.template(text, item))

    number = item.kind == "integer"
    rows = _rows(item)
    places = _places(item, rows) if item.kind == "choice" else 0
    question = _question(
        "calculated" if number else "calculatedmulti",
        item.id,
        html(item.stem[lang]),
        html(item.answer.why[lang]),
    )
    _leaf(question, "synchronize", 0)
    _leaf(question, "single", 1)
    _leaf(question, "answernumbering", "ABCD")
    _leaf(question, "shuffleanswers", 1)
    for tag in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(question, tag, "")
    for option, right in [(item.answer, True), *((wrong, False) for wrong in item.wrong)]:
        why = html(option.why[lang]) + (f"<p>[{option.code}]</p>" if option.code else "")
        answer = _text(
            question,
            "answer",
            _answer(option, item, lang, number),
            form=None if number else "html",
            fraction="100" if right else "0",
        )
        _leaf(answer, "tolerance", 0)
        _leaf(answer, "tolerancetype", 2)
        _leaf(answer, "correctanswerformat", 1)
        _leaf(answer, "correctanswerlength", places)
        _text(answer, "feedback", why)
    if number:
        _leaf(question, "unitgradingtype", 0)
        _leaf(question, "unitpenalty", "0.1")
        _leaf(question, "showunits", 3)
        _leaf(question, "unitsleft", 0)
    _datasets(question, item, rows)
    return question


def _rows(item: Item) -> list[dict[str, int]]:
    """Return the combinations of parameters that Moodle draws from, including the default."""
    rows = keyed("moodle", item.id).shuffled(prove(item).kept)[:MAX_ITEMS]
    if dict(item.default) not in rows:
        rows[0] = dict(item.default)
    return rows


def _places(item: Item, rows: list[dict[str, int]]) -> int:
    """Return the number of decimals for Moodle: the smallest that shows every value exactly.

    If that takes `MAX_PLACES` or more, values are rounded to `MAX_PLACES`. Raises Untranslatable
    if two choices are then equal.
    """
    if item.answer.text:
        return 0
    options = (item.answer, *item.wrong)
    values: list[list[Any]]
    values = [[evaluate(o.value, Scope(item, row)) for o in options] for row in rows]
    for places in range(MAX_PLACES):
        if all((value * 10**places).denominator == 1 for row in values for value in row):
            return places
    if any(len({round(value, MAX_PLACES) for value in row}) < len(row) for row in values):
        raise Untranslatable("choices alike when they are rounded")
    return MAX_PLACES


def _answer(option: Option, item: Item, lang: str, number: bool) -> str:
    if number:
        return formulas.formula(option.value, item)
    if option.text:
        return inline(formulas.template(option.text[lang], item))
    return formulas.placeholder(option.value, item)


def _datasets(question: ET.Element, item: Item, rows: list[dict[str, int]]) -> None:
    """Add a private data set for each parameter; the n-th entries of all sets belong together."""
    definitions = ET.SubElement(question, "dataset_definitions")
    for name, values in item.params.items():
        definition = ET.SubElement(definitions, "dataset_definition")
        _text(definition, "status", "private", form=None)
        _text(definition, "name", name, form=None)
        _leaf(definition, "type", "calculated")
        _text(definition, "distribution", "uniform", form=None)
        _text(definition, "minimum", str(min(values)), form=None)
        _text(definition, "maximum", str(max(values)), form=None)
        _text(definition, "decimals", "0", form=None)
        _leaf(definition, "itemcount", len(rows))
        _entries(definition, name, rows)
        _leaf(definition, "number_of_items", len(rows))


def _entries(definition: ET.Element, name: str, rows: list[dict[str, int]]) -> None:
    entries = ET.SubElement(definition, "dataset_items")
    for number, row in enumerate(rows, 1):
        entry = ET.SubElement(entries, "dataset_item")
        _leaf(entry, "number", number)
        _leaf(entry, "value", row[name])


# Everything else, variant by variant.


def _static(question: Plain) -> ET.Element:
    kind = _KINDS[question.form]
    element = _question(kind, question.id, stem_html(question), paragraphs(question.why))
    if question.form in ("single", "multi"):
        _leaf(element, "single", "true" if question.form == "single" else "false")
        _leaf(element, "shuffleanswers", "true")
        _leaf(element, "answernumbering", "ABCD")
    if question.form in ("pairs", "order"):
        _leaf(element, "shuffleanswers", "true")
        for left, right, _ in question.pairs:
            pair = _text(element, "subquestion", inline(left))
            _text(pair, "answer", re.sub("`", "", right), form=None)
        return element
    if question.form == "text":
        _leaf(element, "usecase", 0)
    for option, fraction in _fractions(question):
        for text in _spelled(option, question.form):
            answer = _text(
                element,
                "answer",
                text,
                form="html" if question.form in ("single", "multi") else "plain_text",
                fraction=fraction,
            )
            _text(answer, "feedback", why_html(option.why, option.code))
            if question.form == "number":
                _leaf(answer, "tolerance", decimal(option.value)[1])
    return element


_KINDS: Mapping[str, str] = {
    "number": "numerical",
    "text": "shortanswer",
    "single": "multichoice",
    "multi": "multichoice",
    "pairs": "matching",
    "order": "matching",
}


def _fractions(question: Plain) -> list[tuple[PlainOption, str]]:
    if question.form != "multi":
        return [(option, "100" if option.right else "0") for option in question.options]
    parts = shares(question)
    return [(o, f"{part:g}") for o, part in zip(question.options, parts, strict=True)]


def _spelled(option: PlainOption, form: str) -> list[str]:
    if form == "number":
        return [decimal(option.value)[0]]
    return spellings(option.value) if form == "text" else [inline(option.text)]
