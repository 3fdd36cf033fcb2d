"""Test banks in other systems' formats with independent readers."""

import io
import json
import re
import sqlite3
import warnings
import zipfile
from fractions import Fraction
from math import ceil, floor
from xml.etree import ElementTree as ET

import pytest

from learncnn.grader.quiz.export import exported
from learncnn.grader.quiz.export.drawn_questions import plain_questions, spellings
from learncnn.grader.quiz.items.bank import load_bank
from learncnn.grader.quiz.items.expressions import evaluate
from learncnn.grader.quiz.items.variants import distinct, make

SPECIAL = """
[[item]]
id = "Q07-9"
kind = "choice"
stem.en = "Is `a{{b}} = #c ~ d: <e> & \\"f\\"` equal to ⌊(n − k + 2p)/s⌋ + 1, x² → ½?"
stem.zh = "`a{{b}} = #c ~ d: <e> & \\"f\\"` 是否等于 ⌊(n − k + 2p)/s⌋ + 1、x² → ½?"

[item.answer]
text.en = "no = never"
text.zh = "否 = 从不"
en = "Because 1: 2 ~ 3 # 4."
zh = "因为 1: 2 ~ 3 # 4。"

[[item.wrong]]
code = "ONE"
text.en = "yes <b>"
text.zh = "是 <b>"
en = "A backslash \\\\ and \\"quotes\\"."
zh = "反斜杠 \\\\ 与引号。"

[[item.wrong]]
code = "TWO"
text.en = "maybe"
text.zh = "也许"
en = "No."
zh = "不是。"
"""
STEM = 'Is a{b} = #c ~ d: <e> & "f" equal to ⌊(n − k + 2p)/s⌋ + 1, x² → ½?'


@pytest.fixture(scope="module")
def every_kind(items, tmp_path_factory):
    """An item of every kind, and one with every sign that formats treat as their own."""
    from learncnn.grader.quiz.items.bank import load_items

    path = tmp_path_factory.mktemp("special") / "ex07.toml"
    path.write_text(SPECIAL, "utf-8")
    renamed = {"cell": "Q03-8", "match": "Q20-2"}
    found = [
        item._replace(exercise="ex03", id=renamed.get(kind, item.id))
        for kind, item in items.items()
    ]
    return [*found, load_items(path)[0]]


def text_of_html(html):
    """What a reader sees."""
    return "".join(ET.fromstring(f"<x>{html}</x>").itertext())


@pytest.mark.parametrize("form", ["gift", "moodlexml", "qti", "jupyterquiz"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_same_items_give_the_same_bytes(every_kind, form, lang):
    content = exported(every_kind, form, lang, 3)
    assert content == exported(every_kind, form, lang, 3)
    assert len(content) > 1000


@pytest.mark.parametrize("form", ["gift", "moodlexml", "qti", "anki", "jupyterquiz"])
def test_every_installed_bank_can_be_exported(form):
    items = load_bank()
    for lang in ("en", "zh"):
        assert exported(items, form, lang, 2)


def test_variants_of_an_item_differ(items):
    questions = plain_questions([items["integer"]], "en", 5)
    assert len({question.stem for question in questions}) == 5
    assert [q.id for q in questions] == ["Q10-1", "Q10-1.1", "Q10-1.2", "Q10-1.3", "Q10-1.4"]
    assert len(plain_questions([items["choice"]], "en", 5)) == 1


# GIFT, by pygiftparser.


@pytest.fixture(scope="module")
def read_gift():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = pytest.importorskip("pygiftparser.parser", exc_type=ImportError)

    def read(content):
        return {q.title: q for q in parser.parseFile(io.StringIO(content.decode()))}

    return read


def unescaped(text):
    return re.sub(r"\\([\\~=#{}:])", r"\1", text)


def test_gift_is_read_by_another_reader(every_kind, read_gift):
    found = read_gift(exported(every_kind, "gift", "en"))
    assert set(found) == {item.id for item in every_kind}
    assert all(question.valid for question in found.values())
    kinds = {id: type(question.answers).__name__ for id, question in found.items()}
    assert kinds["Q10-1"] == kinds["Q03-8"] == "NumericAnswerSet"
    assert kinds["Q03-4"] == "MultipleChoicesSet"
    assert kinds["Q20-1"] == kinds["Q20-2"] == "MatchingSet"
    right = [answer for answer in found["Q10-1"].answers.answers if answer.fraction == 100]
    assert [answer.value for answer in right] == [280]
    assert [answer.tolerance for answer in right] == [0]


def test_gift_keeps_every_explanation(every_kind, read_gift):
    found = read_gift(exported(every_kind, "gift", "zh"))
    by_value = {a.value: a.feedback for a in found["Q10-1"].answers.answers}
    assert by_value[270] == "恰好少了 10 个偏置。 [NO-BIAS]"
    assert "10·(3·3·3 + 1)" in found["Q10-1"].generalFeedback


def test_gift_keeps_signs_formulas_and_chinese(every_kind, read_gift):
    english = read_gift(exported(every_kind, "gift", "en"))["Q07-9"]
    assert text_of_html(unescaped(english.text)) == STEM
    chinese = read_gift(exported(every_kind, "gift", "zh"))["Q07-9"]
    assert "是否等于 ⌊(n − k + 2p)/s⌋ + 1、x² → ½" in chinese.text
    answers = {unescaped(answer.answer) for answer in chinese.answers.answers}
    assert answers == {"否 = 从不", "是 &lt;b&gt;", "也许"}


def test_ticking_everything_earns_nothing(items, read_gift):
    question = read_gift(exported([items["multiple"]], "gift", "en"))["Q03-4"]
    fractions = [answer.fraction for answer in question.answers.answers]
    assert sum(f for f in fractions if f > 0) == 100
    assert sum(fractions) <= 0


# Moodle XML, by a reader that does what Moodle's own importer and its calculator do.


def moodle(items, lang="en", variants=1):
    return ET.fromstring(exported(items, "moodlexml", lang, variants))


def named(root):
    return {q.findtext("name/text"): q for q in root if q.get("type") != "category"}


def datasets(question):
    """The combinations of parameters, as Moodle joins them by item number."""
    columns = {}
    for definition in question.iter("dataset_definition"):
        rows = definition.findall("dataset_items/dataset_item")
        assert definition.findtext("status/text") == "private"
        assert int(definition.findtext("itemcount")) == len(rows) <= 100
        assert [int(row.findtext("number")) for row in rows] == list(range(1, len(rows) + 1))
        columns[definition.findtext("name/text")] = [int(row.findtext("value")) for row in rows]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def calculate(formula, params):
    """What PHP makes of a formula of Moodle's."""
    assert not re.search(r"\s", formula)
    filled = re.sub(r"\{(\w+)\}", lambda m: f"Fraction({params[m[1]]})", formula)
    allowed = {"floor": floor, "ceil": ceil, "pow": pow, "min": min, "max": max, "abs": abs}
    names = allowed | {"Fraction": Fraction}
    assert re.fullmatch(r"[\w()+\-*/,]*", filled)
    value = eval(filled, {"__builtins__": {}}, names)
    return int(value) if value == int(value) else value


def substituted(text, params, places=None):
    """A text as Moodle shows it for one row of the data set.

    Within answers and their feedback it rounds what it computes to the answer's `places`.
    """
    formula = r"\{=([^{}]*(?:\{[^{}]+\}[^{}]*)*)\}"

    def computed(found):
        value = calculate(found[1], params)
        return str(value) if places is None else f"{float(value):.{places}f}"

    text = re.sub(formula, computed, text)
    return re.sub(r"\{(\w+)\}", lambda m: str(params[m[1]]), text)


def test_moodle_keeps_the_parameters_of_a_number(items):
    question = named(moodle([items["integer"]]))["Q10-1"]
    assert question.get("type") == "calculated"
    rows = datasets(question)
    assert len(rows) == 9
    assert {"k": 3, "f": 10} in rows
    for params in rows:
        variant = make(items["integer"], params)
        answers = question.findall("answer")
        values = [calculate(answer.findtext("text"), params) for answer in answers]
        assert values == [variant.answer, *(value for value, _ in variant.distractors)]
        stem = substituted(question.findtext("questiontext/text"), params)
        assert text_of_html(stem) == variant.stem("en")
        feedback = substituted(answers[1].findtext("feedback/text"), params)
        assert f"Exactly the {params['f']} biases are missing." in feedback
        assert "[NO-BIAS]" in feedback
    assert [answer.get("fraction") for answer in question.findall("answer")] == ["100", "0", "0"]
    assert {answer.findtext("tolerance") for answer in question.findall("answer")} == {"0"}


def test_moodle_keeps_the_parameters_of_a_shape():
    item = next(item for item in load_bank(["ex03"]) if item.id == "Q03-1")
    question = named(moodle([item]))["Q03-1"]
    assert question.get("type") == "calculatedmulti"
    rows = datasets(question)
    assert dict(item.default) in rows
    for params in rows[:30]:
        assert distinct(item, params)
        variant = make(item, params)
        texts = [substituted(a.findtext("text"), params) for a in question.findall("answer")]
        shapes = [variant.answer, *(value for value, _ in variant.distractors)]
        assert texts == ["×".join(map(str, shape)) for shape in shapes]


def test_what_moodle_cannot_compute_is_written_variant_by_variant(every_kind):
    found = named(moodle(every_kind, variants=2))
    kinds = {name: question.get("type") for name, question in found.items()}
    assert kinds["Q03-4"] == kinds["Q03-4.1"] == "multichoice"
    assert kinds["Q03-1"] == "shortanswer"
    assert kinds["Q03-8"] == "numerical"
    assert kinds["Q03-5"] == kinds["Q12-1"] == "multichoice"
    assert kinds["Q20-1"] == kinds["Q20-2"] == "matching"
    (right,) = [a for a in found["Q03-8"].findall("answer") if a.get("fraction") == "100"]
    assert abs(float(right.findtext("text")) - 16 / 9) < float(right.findtext("tolerance")) <= 1e-6
    pairs = found["Q20-2"].findall("subquestion")
    assert [pair.findtext("answer/text") for pair in pairs] == ["I", "II", "III"]


def test_no_spelling_of_a_shape_holds_a_joker():
    assert not any("*" in spelling for spelling in spellings((4, 102, 102)))


def test_moodle_keeps_signs_formulas_and_chinese(every_kind):
    english = named(moodle(every_kind))["Q07-9"]
    assert text_of_html(english.findtext("questiontext/text")) == STEM
    chinese = named(moodle(every_kind, "zh"))["Q07-9"]
    texts = {text_of_html(a.findtext("text")) for a in chinese.findall("answer")}
    assert texts == {"否 = 从不", "是 <b>", "也许"}


def test_moodle_rounds_no_choice_to_another_number():
    """It writes the numbers of choices with the decimals that an answer names."""
    items = {item.id: item for item in load_bank()}
    fractions = 0
    for name, question in named(moodle(items.values())).items():
        item = items[name.partition(".")[0]]
        if question.get("type") != "calculatedmulti" or item.kind != "choice" or item.answer.text:
            continue
        for params in datasets(question):
            variant = make(item, params)
            known = [evaluate(o.value, variant.scope) for o in (item.answer, *item.wrong)]
            fractions += any(value.denominator > 1 for value in known)
            shown = []
            for answer in question.findall("answer"):
                places = int(answer.findtext("correctanswerlength"))
                shown.append(substituted(answer.findtext("text"), params, places))
            assert len(set(shown)) == len(shown), (name, params)
            near = [abs(Fraction(s) - value) for s, value in zip(shown, known, strict=True)]
            assert max(near) <= Fraction(1, 20_000), (name, params)
    assert fractions > 100


def test_every_calculated_question_of_the_banks_agrees_with_its_item():
    items = {item.id: item for item in load_bank()}
    for name, question in named(moodle(items.values())).items():
        if not question.get("type").startswith("calculated"):
            continue
        for params in datasets(question)[:12]:
            variant = make(items[name], params)
            assert distinct(items[name], params)
            if question.get("type") == "calculated":
                values = [calculate(a.findtext("text"), params) for a in question.findall("answer")]
                known = [variant.answer, *(value for value, _ in variant.distractors)]
                assert values == known, (name, params)


# QTI 2.1, by pyslet, which reads items and runs their response processing.

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"


@pytest.fixture(scope="module")
def qti():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        documents = pytest.importorskip("pyslet.qtiv2.xml")
        states = pytest.importorskip("pyslet.qtiv2.variables")

    class Reader:
        def items(self, content):
            package = zipfile.ZipFile(io.BytesIO(content))
            assert package.testzip() is None
            manifest = ET.fromstring(package.read("imsmanifest.xml"))
            space = {"cp": "http://www.imsglobal.org/xsd/imscp_v1p1"}
            found = {}
            for resource in manifest.findall("cp:resources/cp:resource", space):
                document = documents.QTIDocument()
                document.read(src=package.read(resource.get("href")).decode())
                found[document.root.identifier] = document.root
            assert len(found) == len(package.namelist()) - 1
            return found

        def answer(self, item, value=None):
            """Score and feedback for a response; the correct one by default."""
            state = states.ItemSessionState(item)
            state.select_clone()
            state.begin_session()
            right = state.get_declaration("RESPONSE").get_correct_value().value
            state["RESPONSE"].set_value(right if value is None else value)
            item.ResponseProcessing.run(state)
            return state["SCORE"].value, state["FEEDBACK"].value

    return Reader()


def test_qti_is_read_and_scored_by_another_reader(every_kind, qti):
    found = qti.items(exported(every_kind, "qti", "en"))
    assert set(found) == {item.id for item in every_kind}
    for item in found.values():
        assert qti.answer(item)[0] == 1.0


def test_qti_answers_a_misconception_with_its_sentence(every_kind, qti):
    item = qti.items(exported(every_kind, "qti", "zh"))["Q10-1"]
    score, feedback = qti.answer(item, 270)
    assert score == 0.0
    package = zipfile.ZipFile(io.BytesIO(exported(every_kind, "qti", "zh")))
    modals = ET.fromstring(package.read("items/Q10-1.xml")).iter(f"{QTI}modalFeedback")
    (modal,) = [each for each in modals if each.get("identifier") == feedback]
    text = "".join(modal.itertext())
    assert text == "恰好少了 10 个偏置。 [NO-BIAS]"
    assert qti.answer(item, 281) == (0.0, None)


def test_qti_accepts_every_spelling_of_a_shape(every_kind, qti):
    item = qti.items(exported(every_kind, "qti", "en"))["Q03-1"]
    for spelling in spellings((4, 102, 102)):
        assert qti.answer(item, spelling)[0] == 1.0
    for spelling in spellings((4, 100, 100)):
        assert qti.answer(item, spelling)[0] == 0.0


def test_a_count_beyond_32_bits_is_no_integer_of_qti(items, qti):
    large = items["integer"].answer._replace(value="10**12 + f")
    item = qti.items(exported([items["integer"]._replace(answer=large)], "qti", "en"))["Q10-1"]
    assert qti.answer(item)[0] == 1.0
    assert qti.answer(item, 1e12 + 11)[0] == 0.0


def test_qti_keeps_signs_formulas_and_chinese(every_kind):
    package = zipfile.ZipFile(io.BytesIO(exported(every_kind, "qti", "en")))
    root = ET.fromstring(package.read("items/Q07-9.xml"))
    assert "".join(root.find(f"{QTI}itemBody/{QTI}div").itertext()) == STEM
    package = zipfile.ZipFile(io.BytesIO(exported(every_kind, "qti", "zh")))
    root = ET.fromstring(package.read("items/Q07-9.xml"))
    choices = {"".join(c.itertext()) for c in root.iter(f"{QTI}simpleChoice")}
    assert choices == {"否 = 从不", "是 <b>", "也许"}
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-CN"


# Anki: genanki writes, Anki itself imports.


def test_anki_decks_hold_a_note_for_every_question(every_kind, tmp_path):
    pytest.importorskip("genanki")
    package = zipfile.ZipFile(io.BytesIO(exported(every_kind, "anki", "zh")))
    (tmp_path / "c.anki2").write_bytes(package.read("collection.anki2"))
    with sqlite3.connect(tmp_path / "c.anki2") as database:
        notes = dict(database.execute("select guid, flds from notes"))
    assert len(notes) == len(every_kind)
    text = "\n".join(notes.values())
    assert "恰好少了 10 个偏置。 [NO-BIAS]" in text
    assert "⌊(n − k + 2p)/s⌋ + 1、x² → ½" in text


def test_importing_a_deck_again_updates_its_notes(items, tmp_path, monkeypatch):
    pytest.importorskip("genanki")
    collections = pytest.importorskip("anki.collection")
    item = items["integer"]._replace(exercise="ex10")
    collection = collections.Collection(str(tmp_path / "collection.anki2"))
    try:

        def import_again(changed, moment):
            path = tmp_path / "deck.apkg"
            with monkeypatch.context() as later:
                later.setattr("time.time", lambda: moment)
                path.write_bytes(exported([changed], "anki", "en", 3))
            request = collections.ImportAnkiPackageRequest(
                package_path=str(path),
                options=collections.ImportAnkiPackageOptions(),
            )
            return collection.import_anki_package(request).log

        assert len(import_again(item, 1_900_000_000).new) == 3
        corrected = item._replace(stem={"en": "A corrected question?", "zh": "改正的问题?"})
        log = import_again(corrected, 1_900_000_060)
        assert (len(log.new), len(log.updated)) == (0, 3)
        assert collection.note_count() == 3
        note = collection.get_note(collection.find_notes("")[0])
        assert "A corrected question?" in note["Question"]
        assert "learncnn::en::ex10" in [d.name for d in collection.decks.all_names_and_ids()]
    finally:
        collection.close()


# jupyterquiz, by its own schemas (schema/*.json of jmshea/jupyterquiz, their required parts).

ANSWER = {
    "type": "object",
    "required": ["answer", "correct"],
    "properties": {
        "answer": {"type": "string"},
        "correct": {"type": "boolean"},
        "feedback": {"type": "string"},
    },
}
OTHERWISE = {
    "type": "object",
    "required": ["type", "feedback"],
    "properties": {"type": {"const": "default"}, "feedback": {"type": "string"}},
}
BY_TYPE = {
    "multiple_choice": {"items": ANSWER},
    "many_choice": {"items": ANSWER},
    "string": {"items": {"anyOf": [ANSWER, OTHERWISE]}},
    "numeric": {
        "items": {
            "anyOf": [
                {
                    "type": "object",
                    "required": ["value", "correct"],
                    "properties": {"value": {"type": "number"}, "correct": {"type": "boolean"}},
                },
                {
                    "type": "object",
                    "required": ["range", "correct"],
                    "properties": {"range": {"type": "array", "minItems": 2, "maxItems": 2}},
                },
                OTHERWISE,
            ]
        }
    },
}


def test_jupyterquiz_follows_its_schema(every_kind):
    jsonschema = pytest.importorskip("jsonschema")
    found = json.loads(exported(every_kind, "jupyterquiz", "en"))
    assert len(found) == len(every_kind)
    for question in found:
        assert set(question) == {"question", "type", "answers"}
        assert isinstance(question["question"], str)
        jsonschema.validate(question["answers"], BY_TYPE[question["type"]] | {"type": "array"})
        right = [answer for answer in question["answers"] if answer.get("correct")]
        assert right
        if question["type"] == "multiple_choice":
            assert len(right) == 1


def test_jupyterquiz_compares_counts_exactly_and_explains_misconceptions(every_kind):
    found = json.loads(exported(every_kind, "jupyterquiz", "zh"))
    (count,) = [q for q in found if any(a.get("value") == 280 for a in q["answers"])]
    assert "precision" not in count
    by_value = {answer.get("value"): answer for answer in count["answers"]}
    assert by_value[270]["feedback"] == "恰好少了 10 个偏置。 [NO-BIAS]"
    assert by_value[270]["correct"] is False
    assert STEM not in found[-1]["question"]
    assert "x² → ½" in found[-1]["question"]


# The command.


def test_bank_export_writes_to_standard_output_or_a_file(command, tmp_path):
    text = command("--lang", "zh", "bank", "export", "gift", "ex03").stdout
    assert text.startswith("$CATEGORY: learncnn/ex03")
    path = tmp_path / "bank.xml"
    result = command("bank", "export", "moodlexml", "ex03", "-o", path)
    assert result.returncode == 0
    assert ET.parse(path).getroot().tag == "quiz"


def test_bank_export_asks_for_a_file_where_the_format_is_no_text(command):
    result = command("bank", "export", "qti")
    assert result.returncode == 2
    assert "-o learncnn-qti.zip" in result.stderr
