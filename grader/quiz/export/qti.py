"""Export IMS QTI 2.1: a content package (zip) of items with feedback for every choice."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from .drawn_questions import Plain, decimal, spellings
from .question_html import inline, stem_html, why_html

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
#: Timestamp of every zip entry; fixed so that the same items give the same bytes.
_MOMENT = (2000, 1, 1, 0, 0, 0)


def qti_package(questions: Sequence[Plain], lang: str) -> bytes:
    """Return the questions as a zip file with a manifest."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        _put(package, "imsmanifest.xml", _manifest(questions))
        for question in questions:
            _put(package, f"items/{question.id}.xml", qti_item(question, lang))
    return buffer.getvalue()


def _put(package: zipfile.ZipFile, name: str, root: ET.Element) -> None:
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(entry, content)


def _manifest(questions: Iterable[Plain]) -> ET.Element:
    root = ET.Element("manifest", {"xmlns": CP, "identifier": "learncnn-bank"})
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "QTIv2.1 Package"
    ET.SubElement(metadata, "schemaversion").text = "1.0.0"
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    for question in questions:
        name = f"items/{question.id}.xml"
        resource = ET.SubElement(
            resources,
            "resource",
            identifier=f"res-{question.id}",
            type="imsqti_item_xmlv2p1",
            href=name,
        )
        ET.SubElement(resource, "file", href=name)
    return root


def qti_item(question: Plain, lang: str) -> ET.Element:
    """Return a question as an `assessmentItem` element."""
    root = ET.Element(
        "assessmentItem",
        {
            "xmlns": QTI,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
            "identifier": question.id,
            "title": question.id,
            "xml:lang": {"zh": "zh-CN"}.get(lang, lang),
            "adaptive": "false",
            "timeDependent": "false",
        },
    )
    body = ET.Element("itemBody")
    division = ET.SubElement(body, "div")
    division.extend(_xhtml(stem_html(question)))
    rules = ET.Element("responseProcessing")
    feedback: list[ET.Element] = [_modal("WHY", "why", inline(question.why))]
    _FORMS[question.form](question, root, body, rules, feedback)
    for name, base, cardinality in (
        ("SCORE", "float", "single"),
        ("WHY", "identifier", "single"),
        ("FEEDBACK", "identifier", "multiple" if question.form == "multi" else "single"),
    ):
        outcome = ET.SubElement(
            root, "outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=base
        )
        if name == "SCORE":
            _values(ET.SubElement(outcome, "defaultValue"), ["0"])
    _set(rules, "WHY", "identifier", "why")
    root.extend([body, rules, *feedback])
    return root


def _xhtml(content: str) -> list[ET.Element]:
    return list(ET.fromstring(f"<div>{content}</div>"))


def _fill(parent: ET.Element, content: str) -> ET.Element:
    """Parse inline XHTML and append it to an element; return the element."""
    source = ET.fromstring(f"<p>{content}</p>")
    parent.text = source.text
    parent.extend(list(source))
    return parent


def _modal(outcome: str, identifier: str, content: str) -> ET.Element:
    modal = ET.Element(
        "modalFeedback", outcomeIdentifier=outcome, identifier=identifier, showHide="show"
    )
    _fill(ET.SubElement(modal, "p"), content)
    return modal


def _values(parent: ET.Element, values: Iterable[str]) -> None:
    for value in values:
        ET.SubElement(parent, "value").text = value


def _response(root: ET.Element, base: str, cardinality: str, right: Iterable[str]) -> None:
    response = ET.SubElement(
        root,
        "responseDeclaration",
        identifier="RESPONSE",
        cardinality=cardinality,
        baseType=base,
    )
    _values(ET.SubElement(response, "correctResponse"), right)


def _set(parent: ET.Element, outcome: str, base: str, value: str) -> None:
    assigned = ET.SubElement(parent, "setOutcomeValue", identifier=outcome)
    ET.SubElement(assigned, "baseValue", baseType=base).text = value


def _score(rules: ET.Element) -> None:
    """Add the rule that gives one point for the correct response."""
    branch = ET.SubElement(ET.SubElement(rules, "responseCondition"), "responseIf")
    match = ET.SubElement(branch, "match")
    ET.SubElement(match, "variable", identifier="RESPONSE")
    ET.SubElement(match, "correct", identifier="RESPONSE")
    _set(branch, "SCORE", "float", "1")


def _choices(
    question: Plain,
    root: ET.Element,
    body: ET.Element,
    rules: ET.Element,
    feedback: list[ET.Element],
) -> None:
    names = [f"C{n}" for n in range(1, len(question.options) + 1)]
    pairs = list(zip(names, question.options, strict=True))
    several = question.form == "multi"
    right = [name for name, option in pairs if option.right]
    _response(root, "identifier", "multiple" if several else "single", right)
    interaction = ET.SubElement(
        body,
        "choiceInteraction",
        responseIdentifier="RESPONSE",
        shuffle="true",
        maxChoices="0" if several else "1",
    )
    for name, option in pairs:
        _fill(ET.SubElement(interaction, "simpleChoice", identifier=name), inline(option.text))
        feedback.append(_modal("FEEDBACK", name, why_html(option.why, option.code)))
    _score(rules)
    chosen = ET.SubElement(rules, "setOutcomeValue", identifier="FEEDBACK")
    ET.SubElement(chosen, "variable", identifier="RESPONSE")


def _number(
    question: Plain,
    root: ET.Element,
    body: ET.Element,
    rules: ET.Element,
    feedback: list[ET.Element],
) -> None:
    # QTI integers have 32 bits.
    whole = all(type(o.value) is int and abs(o.value) < 2**31 for o in question.options)
    base = "integer" if whole else "float"
    right = next(option for option in question.options if option.right)
    _response(root, base, "single", [decimal(right.value)[0]])
    paragraph = ET.SubElement(body, "p")
    ET.SubElement(
        paragraph, "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength="15"
    )
    for n, option in enumerate(question.options):
        value, tolerance = decimal(option.value)
        branch = ET.SubElement(ET.SubElement(rules, "responseCondition"), "responseIf")
        if whole:
            _compare(branch, "match", base, value)
        else:  # not `equal`: readers disagree on how its tolerance is written
            room = float(tolerance) or 1e-9
            both = ET.SubElement(branch, "and")
            _compare(both, "gte", base, repr(float(value) - room))
            _compare(both, "lte", base, repr(float(value) + room))
        if option.right:
            _set(branch, "SCORE", "float", "1")
        _set(branch, "FEEDBACK", "identifier", f"F{n}")
        feedback.append(_modal("FEEDBACK", f"F{n}", why_html(option.why, option.code)))


def _compare(parent: ET.Element, how: str, base: str, value: str) -> None:
    comparison = ET.SubElement(parent, how)
    ET.SubElement(comparison, "variable", identifier="RESPONSE")
    ET.SubElement(comparison, "baseValue", baseType=base).text = value


def _text(
    question: Plain,
    root: ET.Element,
    body: ET.Element,
    rules: ET.Element,
    feedback: list[ET.Element],
) -> None:
    """Add a text entry for a shape; every spelling of an option is compared as text."""
    right = next(option for option in question.options if option.right)
    _response(root, "string", "single", [spellings(right.value)[0]])
    paragraph = ET.SubElement(body, "p")
    ET.SubElement(
        paragraph, "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength="20"
    )
    for n, option in enumerate(question.options):
        branch = ET.SubElement(ET.SubElement(rules, "responseCondition"), "responseIf")
        either = ET.SubElement(branch, "or")
        for spelling in spellings(option.value):
            same = ET.SubElement(either, "stringMatch", caseSensitive="false", substring="false")
            ET.SubElement(same, "variable", identifier="RESPONSE")
            ET.SubElement(same, "baseValue", baseType="string").text = spelling
        if option.right:
            _set(branch, "SCORE", "float", "1")
        _set(branch, "FEEDBACK", "identifier", f"F{n}")
        feedback.append(_modal("FEEDBACK", f"F{n}", why_html(option.why, option.code)))


def _order(
    question: Plain,
    root: ET.Element,
    body: ET.Element,
    rules: ET.Element,
    feedback: list[ET.Element],
) -> None:
    names = [f"S{n}" for n in range(1, len(question.pairs) + 1)]
    _response(root, "identifier", "ordered", names)
    interaction = ET.SubElement(
        body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="true"
    )
    # Sorted by text, because a player that does not shuffle would show the right order.
    for name, (left, _, _) in sorted(
        zip(names, question.pairs, strict=True), key=lambda pair: pair[1][0]
    ):
        _fill(ET.SubElement(interaction, "simpleChoice", identifier=name), inline(left))
    _score(rules)


def _pairs(
    question: Plain,
    root: ET.Element,
    body: ET.Element,
    rules: ET.Element,
    feedback: list[ET.Element],
) -> None:
    count = range(1, len(question.pairs) + 1)
    _response(root, "directedPair", "multiple", [f"L{n} R{n}" for n in count])
    interaction = ET.SubElement(
        body,
        "matchInteraction",
        responseIdentifier="RESPONSE",
        shuffle="true",
        maxAssociations=str(len(question.pairs)),
    )
    for side, column in (("L", 0), ("R", 1)):
        choices = ET.SubElement(interaction, "simpleMatchSet")
        rows = [(n, pair[column]) for n, pair in zip(count, question.pairs, strict=True)]
        for n, text in rows if side == "L" else sorted(rows, key=lambda row: row[1]):
            choice = ET.SubElement(
                choices, "simpleAssociableChoice", identifier=f"{side}{n}", matchMax="1"
            )
            _fill(choice, inline(re.sub(r"\s+", " ", text)))
    _score(rules)


_FORMS = {
    "number": _number,
    "text": _text,
    "single": _choices,
    "multi": _choices,
    "order": _order,
    "pairs": _pairs,
}
