"""Test which faults of a bank are refused, and that every message gives the position."""

import re

import pytest

from learncnn.grader.errors import ItemError
from learncnn.grader.quiz.items.bank import load_bank, load_items
from learncnn.grader.quiz.items.lint import lint_bank


def codes(root, names="NO-BIAS HALF PAD-ONCE ONE TWO THREE A B C SWAP"):
    """A folder of exercises that knows these codes."""
    (root / "quiz_codes.toml").write_text(
        "".join(f'[{name}]\nexercise = "ex03"\nen = "x"\nzh = "y"\n' for name in names.split())
    )
    return root


@pytest.fixture
def complaints(bank, tmp_path):
    """Lint a bank's text: the complaints without the file's name."""
    root = codes(tmp_path)

    def run(text):
        path = bank(text)
        return [line.replace(f"{path}:", "") for line in lint_bank([path], root)]

    return run


def test_sound_items_of_every_kind_pass(complaints, text_of):
    text = "".join(text_of.values()).replace('"Q03-1"\nkind = "cell"', '"Q03-9"\nkind = "cell"')
    text = text.replace('"Q20-1"\nkind = "match"', '"Q20-2"\nkind = "match"')
    assert complaints(text) == []


@pytest.mark.parametrize(
    ("kind", "before", "after", "line", "what"),
    [
        ("integer", 'stem.zh = "', 'stem.fr = "', 5, "'zh' is missing"),
        ("integer", 'zh = "恰好少了 {f} 个偏置。"', "", 16, "'zh' is missing"),
        ("integer", 'code = "NO-BIAS"', "", 16, "a distractor without a code"),
        ("integer", 'code = "NO-BIAS"', 'code = "no bias"', 17, "not a misconception's code"),
        ("integer", "kind =", "sort =", 4, "unknown key 'sort'"),
        ("integer", '"integer"', '"number"', 4, "kind is one of"),
        ("integer", 'id = "Q10-1"', 'id = "10.1"', 3, "is no id"),
        ("integer", "default = { k = 3", "default = { k = 4", 9, "not in the range"),
        ("integer", "default = { k = 3,", "default = {", 9, "a value for each parameter"),
        ("integer", "[3, 5, 7]", "[3, 5, 5]", 7, "different values"),
        ("integer", "[3, 5, 7]", "{ from = 3 }", 7, "from, to, step"),
        ("integer", "[3, 5, 7]", "[]", 7, "different values"),
        ("integer", "[3, 5, 7]", "{ from = 1, to = 10_000_000_000 }", 7, "different values"),
        ("integer", "default =", "show = 3\ndefault =", 9, "a list of figures' names"),
        ("integer", "params.k", "params.i", 7, "cannot name a value"),
        ("integer", '"3*f*k*k"', '"3*f*"', 18, "not an expression"),
        ("integer", '"3*f*k*k"', '""', 18, "not an expression"),
        ("integer", "{f} filters", "{f filters", 5, "not an expression"),
        ("integer", "{f} filters", "f} filters", 5, "never opened"),
        ("integer", "params.k = [3, 5, 7]", "params.k = [3, 5, 7", 8, "array"),
        ("choice", 'text.zh = "第二"', "", 16, "'zh' is missing"),
        ("choice", 'text.en = "the second"\ntext.zh = "第二"', "", 14, "needs a text or a value"),
        ("multiple", "right = true", "", 2, "says whether it is right"),
        ("order", "order = [1, 3, 2]", "order = [1, 3, 3]", 35, "every step once"),
        ("match", 'partner.en = "I"\npartner.zh = "壹"', "", 2, "a text and a partner"),
    ],
)
def test_a_mistake_in_the_form_is_named_with_its_line(
    complaints, text_of, kind, before, after, line, what
):
    text = text_of[kind]
    assert before in text
    found = complaints(text.replace(before, after, 1))
    assert len(found) == 1
    assert what in found[0]
    number = int(re.match(r"\d+", found[0])[0])
    assert abs(number - line) <= 1, found


@pytest.mark.parametrize(
    ("kind", "before", "after", "what"),
    [
        ("integer", 'value = "3*f*k*k"', 'value = "f*(3*k*k + 1)"', "only 0 variants"),
        ("integer", 'code = "NO-BIAS"', 'code = "UNHEARD-OF"', "belongs to no exercise"),
        ("integer", "[3, 5, 7]", "[3]", "only 3 variants"),
        ("integer", "default =", 'where = ["k > 3"]\ndefault =', "params.k: 3 is never reached"),
        ("integer", "default =", 'where = ["k > 3"]\ndefault =', "default parameters break"),
        ("integer", '"3*f*k*k"', '"3*f//(k - 3)"', "division by zero"),
        ("integer", '"3*f*k*k"', '"3*f*unknown"', "cannot be computed"),
        ("integer", "with biases?", "with {f*(3*k*k + 1)}?", "the stem tells the answer"),
        ("integer", 'value = "f*(3*k*k + 1)"', 'value = "f*k/7"', "not a whole number"),
        ("integer", "default = {", "params.a = { from = 1, to = 60 }\n"
         "params.b = { from = 1, to = 60 }\ndefault = { a = 1, b = 1,", "shorten the ranges"),
        ("shape", '"(4, 102, 102)"', '"(4, 0, 102)"', "is not a shape"),
        ("choice", '"the first"', '"all of the above"', "points to a place"),
        ("choice", '"It is false."', '"Choice B is true."', "points to a place"),
        ("choice", '"第一"', '"以上都对"', "points to a place"),
        ("integer", '"Parameters of', '"The same with', "leans on another question"),
        ("choice", '"the first"', f'"the first {"and longer " * 4}"', "much longer"),
        ("choice", '"Four."\nzh = "四。"', '"四。"\nzh = "四。"', "same in both languages"),
        ("choice", '"the second"', '"the third"', "coincide"),
        ("choice", '"哪个错误?"', '"Which?"', "no Chinese in it"),
        ("choice", '"It is false."', '"它错误。"', "has Chinese in it"),
        ("multiple", '"n % 2 == 0"\ncode = "A"', '"n > 9"\ncode = "A"', None),
        ("match", '"贰"', '"叁"', "coincide"),
        ("expression", "(n - k + p)/s", "(n - k + 2*p)/s", "agree on every point"),
        ("expression", '"k <= n + 2*p"', '"n == 5", "k == 1", "p == 0"', "four points"),
    ],
)  # fmt: skip
def test_an_item_that_misleads_is_refused(complaints, text_of, kind, before, after, what):
    text = text_of[kind]
    assert before in text
    found = complaints(text.replace(before, after, 1))
    if what is None:
        assert found == []
    else:
        assert any(what in complaint for complaint in found), found
    assert all(re.match(r"\d+: item \S+: ", complaint) for complaint in found)


def test_an_id_is_given_once(complaints, text_of):
    found = complaints(text_of["choice"] + text_of["choice"])
    assert "the id is taken" in found[0]


def test_an_id_belongs_to_its_bank(tmp_path, text_of):
    root = codes(tmp_path)
    folder = root / "ex07_somewhere"
    folder.mkdir()
    (folder / "quiz.toml").write_text(text_of["choice"], "utf-8")
    assert "ids of this bank begin with Q07-" in lint_bank(root=root)[0]


def test_only_items_are_expected_in_a_bank(complaints, text_of):
    assert "only [[item]] tables" in complaints("title = 'x'\n" + text_of["choice"])[0]
    assert "no [[item]]" in complaints("# nothing yet\n")[0]


def test_a_bank_that_is_no_text_says_so(tmp_path):
    path = tmp_path / "bank.toml"
    path.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in lint_bank([path], codes(tmp_path))[0]


def test_a_bank_is_read_or_the_message_names_the_place(bank, text_of):
    path = bank(text_of["choice"].replace("text.zh", "text.xx", 1))
    with pytest.raises(ItemError, match=rf"{re.escape(str(path))}:\d+: item Q12-1"):
        load_items(path)


def test_a_code_is_explained_by_the_exercise_that_diagnoses_it(tmp_path):
    from learncnn.grader.quiz.items.codes import home_of, sentence

    root = codes(tmp_path, "ONLY-HERE")
    for name in ("ex01_a", "ex02_b"):
        (root / name).mkdir()
        (root / name / "text.toml").write_text(
            f'[misconceptions.FLIP]\nen = "{name}"\nzh = "翻转"\n', "utf-8"
        )
    assert home_of("FLIP", root=root).exercise == "ex01"
    assert sentence(home_of("FLIP", "ex02", root))["en"] == "ex02_b"
    assert home_of("ONLY-HERE", root=root).exercise == "ex03"
    assert home_of("NOBODY", root=root) is None


def test_a_code_of_quizzes_alone_needs_both_languages_and_an_exercise(tmp_path):
    path = tmp_path / "quiz_codes.toml"
    path.write_text(
        '[ONE]\nexercise = "ex03"\nen = "x"\n[TWO]\nexercise = "x"\nen = "a"\nzh = "b"\n'
    )
    first, second = lint_bank(root=tmp_path)
    assert "ONE: zh is missing" in first
    assert "TWO: exercise is one such as" in second


def test_ids_are_unique_over_all_banks():
    assert load_bank()
