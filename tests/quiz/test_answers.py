"""Test typed answers: understood exactly, or refused with a reason."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learncnn.grader.quiz.answers.judge import Judgement
from learncnn.grader.quiz.answers.parse import Parsed, Refused, parse_answer
from learncnn.grader.quiz.play.asking import judged

LARGE = 196_609_000
NUMBERS = [
    "196609000",
    "196,609,000",
    "196 609 000",
    "196_609_000",
    "196'609'000",
    "196’609’000",
    "196.609.000",
    "196\u00a0609\u00a0000",
    "196\u2009609\u2009000",
    "１９６６０９０００",
    "１９６，６０９，０００",
    "196、609、000",
    "3*256*256*1000+1000",
    "3×256×256×1000+1000",
    "3x256x256x1000 + 1000",
    "３＊２５６＊２５６＊１０００＋１０００",
    "（３×２５６×２５６＋１）×１０００",
    "1000(3·256^2 + 1)",
    "1000*(3*256**2+1)",
    "1000·(3·256²+1)",
    "1.96609e8",
    "196.609e6",
    "196609000.0",
    "196609000。",
    "393218000/2",
    "393218000÷2",
    "196610000−1000",
    "floor(196609000.5)",
    "⌊196609000.5⌋",
    "+196609000",
    "١٩٦٬٦٠٩٬٠٠٠",
    "3\u206265536\u20621000 + 1000",
    " 196609000 \n",
]
SHAPES = [
    "4×102×102",
    "4x102x102",
    "4X102X102",
    "4 x 102 x 102",
    "4*102*102",
    "4·102·102",
    "4х102х102",
    "(4, 102, 102)",
    "(4,102,102)",
    "[4, 102, 102]",
    "4,102,102",
    "4，102，102",
    "（４，１０２，１０２）",
    "４×１０２×１０２",
    "4、102、102",
    "4 102 102",
    "torch.Size([4, 102, 102])",
    "(4, 102, 102,)",
    "(4, 100-3+2*2+1, 102)",
    "4×102×102。",
    "torch.Size([4, 102, 102]).",
]


@pytest.mark.parametrize("typed", NUMBERS)
def test_a_number_is_understood(variants, typed):
    assert parse_answer(variants["integer"], typed) == Parsed(LARGE, "196,609,000")


@pytest.mark.parametrize("typed", SHAPES)
def test_a_shape_is_understood(variants, typed):
    assert parse_answer(variants["shape"], typed) == Parsed((4, 102, 102), "4×102×102")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("280 parameters", "word"),
        ("280个", "sign"),
        ("28\x000", "two_numbers"),
        ("~280", "approximate"),
        ("≈280", "approximate"),
        ("= 280", "equation"),
        ("3*5=15", "equation"),
        ("12,34", "grouping"),
        ("1,9660,9000", "grouping"),
        ("1,234,5678", "grouping"),
        ("1,000.000", "grouping"),
        ("1.000", "ambiguous_point"),
        ("0280", "leading_zero"),
        ("0x10", "not_decimal"),
        ("2 80", "two_numbers"),
        ("1  000", "two_numbers"),
        ("3²5", "two_numbers"),
        ("1/2(3)", "ambiguous_product"),
        ("2^3(4)", "ambiguous_product"),
        ("1/(2)(3)", "ambiguous_product"),
        ("(1", "incomplete"),
        ("3+", "incomplete"),
        ("**3", "incomplete"),
        ("[3]", "brackets"),
        ("⌈5/2⌋", "unpaired"),
        ("(5⌋", "unpaired"),
        ("1/0", "zero"),
        ("10^100", "too_large"),
        ("9" * 100, "too_large"),
        ("1e999", "too_large"),
        ("2**2**2**2**2**2", "too_large"),
        ("n", "word"),
        ("__import__('os')", "sign"),
        ("9" * 300, "too_long"),
        ("½", "sign"),
        ("一百", "sign"),
        ("2/4", "not_whole"),
        ("280.5", "not_whole"),
    ],
)
def test_what_is_no_count_is_refused_with_its_reason(variants, typed, reason):
    refused = judged(variants["integer"], typed)
    assert isinstance(refused, Refused)
    assert refused.key == reason
    assert refused.message()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("4, 1,024, 1,024", "shape_grouping"),
        ("4,10,024", "shape_grouping"),
        ("4×(100+2)×102", "shape_form"),
        ("4,,5", "empty_size"),
        ("(4, 102, 102]", "unpaired"),
        ("(4, -1, 2)", "shape_negative"),
        ("(4, 1/2, 2)", "shape_whole"),
        ("four", "shape_form"),
    ],
)
def test_what_is_no_shape_is_refused_with_its_reason(variants, typed, reason):
    refused = parse_answer(variants["shape"], typed)
    assert isinstance(refused, Refused)
    assert refused.key == reason
    assert refused.message()


@pytest.mark.parametrize("typed", ["?", "？", "idk", "I don't know", "不知道", "不会。"])
def test_not_knowing_is_an_answer_of_every_kind(variants, typed):
    for variant in variants.values():
        parsed = parse_answer(variant, typed)
        assert isinstance(parsed, Parsed)
        assert parsed.dont_know


@pytest.mark.parametrize("typed", ["B", "b", "Ｂ", " (b) ", "B.", "2", "选B", "选择 B。"])
def test_a_letter_is_understood(variants, typed):
    assert parse_answer(variants["choice"], typed) == Parsed(1, "B")


@pytest.mark.parametrize("typed", ["AC", "a c", "C, A", "A、C", "A和C", "1 3", "a and c", "ＡＣ"])
def test_several_letters_are_understood(variants, typed):
    assert parse_answer(variants["multiple"], typed) == Parsed((0, 2), "A C")


@pytest.mark.parametrize("typed", ["BAC", "b a c", "B > A > C", "B→A→C", "2 1 3"])
def test_an_order_is_understood(variants, typed):
    assert parse_answer(variants["order"], typed) == Parsed((1, 0, 2), "B A C")


@pytest.mark.parametrize("typed", ["1B 2A 3C", "2a,1b,3c", "1-B; 2-A; 3-C", "BAC", "1→B 2→A 3→C"])
def test_pairs_are_understood(variants, typed):
    assert parse_answer(variants["match"], typed) == Parsed((1, 0, 2), "1B 2A 3C")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("choice", "E"),
        ("choice", "AB"),
        ("choice", "yes"),
        ("choice", "-1"),
        ("multiple", "A-C"),
        ("multiple", "1–3"),
        ("multiple", "D"),
        ("order", "AB"),
        ("order", "AAB"),
        ("match", "1A 2A 3B"),
        ("match", "1A 2B"),
        ("match", "4A 2B 1C"),
    ],
)
def test_letters_that_are_no_answer_are_refused(variants, kind, typed):
    refused = parse_answer(variants[kind], typed)
    assert isinstance(refused, Refused)
    assert refused.message()


@pytest.mark.parametrize(
    "typed",
    [
        "floor((n - k + 2*p)/s) + 1",
        "⌊(n−k+2p)/s⌋+1",
        "(n-k+2p)//s+1",
        "1 + math.floor((n + 2·p − k)/s)",
        "ｆｌｏｏｒ（（ｎ－ｋ＋２ｐ）／ｓ）＋１",
        "floor((N-K+2P+S)/S)",
        "-(k-n-2p)//s + 1 + 0*n",
        "(n-k+2p+s)//s",
    ],
)
def test_a_formula_is_right_however_it_is_written(variants, typed):
    judgement = judged(variants["expression"], typed)
    assert isinstance(judgement, Judgement)
    assert judgement.right


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("nk", "write_products"),
        ("n k", "write_products"),
        ("n(k)", "call"),
        ("m + 1", "unknown_name"),
        ("1/2n", "ambiguous_product"),
        ("floor", "incomplete"),
        ("n ! k", "sign"),
        ("n^99", "too_large"),
        ("9**9**9", "too_large"),
        ("2^(n/k)", "exponent"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_reason(variants, typed, reason):
    refused = parse_answer(variants["expression"], typed)
    assert isinstance(refused, Refused)
    assert refused.key == reason
    assert refused.message()


def test_a_fraction_is_compared_exactly(variants):
    assert judged(variants["cell"], "16/9").right
    assert not judged(variants["cell"], "1.78").right
    assert not judged(variants["cell"], "1.7777777777777777777").right


def test_a_lone_comma_among_fractions_is_refused(variants):
    refused = judged(variants["cell"], "1,125")
    assert isinstance(refused, Refused)
    assert refused.key == "ambiguous_comma"


typed_text = st.one_of(
    st.text(max_size=60),
    st.text("0123456789,._' +-*/^×x()[]⌊⌋²eE=~?ABCDEFGnkpsｎ０１２，。（）", max_size=40),
)


@given(typed=typed_text)
@settings(max_examples=400, deadline=None)
def test_the_parser_never_raises(variants, typed):
    for variant in variants.values():
        found = judged(variant, typed)
        assert isinstance(found, (Judgement, Refused))
        if isinstance(found, Refused):
            assert found.message()


FORMS = {
    "plain": str,
    "commas": lambda n: f"{n:,}",
    "blanks": lambda n: f"{n:,}".replace(",", " "),
    "thin blanks": lambda n: f"{n:,}".replace(",", "\u202f"),
    "underscores": lambda n: f"{n:_}",
    "apostrophes": lambda n: f"{n:,}".replace(",", "'"),
    "full width": lambda n: f"{n:,}".translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)}),
    "Chinese commas": lambda n: f"{n:,}".replace(",", "、"),
    "sum": lambda n: f"{n - 1} + 1",
    "difference": lambda n: f"{n + 7}−7",
    "product": lambda n: f"{n}×1",
    "quotient": lambda n: f"{3 * n}/3",
    "brackets": lambda n: f"（{n}）",
    "decimal": lambda n: f"{n}.0",
    "power": lambda n: f"{n}^1",
    "superscript": lambda n: f"{n}¹",
    "points": lambda n: f"{n:,}".replace(",", ".") if n >= 10**6 else str(n),
    "scientific": lambda n: f"{Decimal(n).normalize():E}",
    "spaced calculation": lambda n: f"２ × {n // 2} + {n % 2}",
    "rounded": lambda n: f"⌊{n}.75⌋",
}


@given(number=st.integers(0, 10**15), form=st.sampled_from(sorted(FORMS)))
@settings(max_examples=400, deadline=None)
def test_every_documented_form_of_a_number_round_trips(variants, number, form):
    parsed = parse_answer(variants["integer"], FORMS[form](number))
    assert isinstance(parsed, Parsed)
    assert parsed.value == number


@given(number=st.integers(0, 10**9), form=st.sampled_from(sorted(FORMS)))
@settings(max_examples=300, deadline=None)
def test_a_number_is_right_only_if_it_is_the_answer(variants, number, form):
    variant = variants["integer"]
    judgement = judged(variant, FORMS[form](number))
    assert judgement.right is (number == variant.answer)
    near = judged(variant, FORMS[form](variant.answer + 1))
    assert not near.right


@given(
    sizes=st.lists(st.integers(0, 9999), min_size=2, max_size=5),
    form=st.sampled_from(["×", "x", " x ", ",", ", ", " ", "*", "·", "，", "、", "; "]),
    brackets=st.sampled_from(["", "()", "[]", "（）", ("torch.Size([", "])"), ("", "。")]),
)
@settings(max_examples=300, deadline=None)
def test_every_documented_form_of_a_shape_round_trips(variants, sizes, form, brackets):
    typed = form.join(map(str, sizes))
    if brackets:
        typed = brackets[0] + typed + brackets[1]
    parsed = parse_answer(variants["shape"], typed)
    if isinstance(parsed, Refused):
        # Only what could be read in two ways: 1,100 or 0x3.
        assert parsed.key in ("shape_grouping", "not_decimal")
    else:
        assert parsed.value == tuple(sizes)


numbers = st.integers(0, 300)
trees = st.recursive(
    numbers.map(lambda n: (str(n), Fraction(n))),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda t: (
            f"({t[0][0]}{t[1]}{t[2][0]})",
            None
            if None in (t[0][1], t[2][1]) or (t[1] == "/" and t[2][1] == 0)
            else {
                "+": lambda a, b: a + b,
                "-": lambda a, b: a - b,
                "*": lambda a, b: a * b,
                "/": lambda a, b: a / b,
            }[t[1]](t[0][1], t[2][1]),
        )
    ),
    max_leaves=8,
)


@given(tree=trees)
@settings(max_examples=300, deadline=None)
def test_a_calculation_has_its_exact_value(variants, tree):
    typed, value = tree
    parsed = parse_answer(variants["cell"], typed)
    if value is None:
        assert isinstance(parsed, Refused)
    else:
        assert isinstance(parsed, Parsed)
        assert parsed.value == value
