"""Test `check --case N`: one case, its full output, its input as Python."""

import json

import numpy as np
import pytest


def test_screens_number_the_case_that_runs_alone(check, flipped):
    assert "Smallest failing case   (--case 1)" in check(flipped)[0]
    listed = check(flipped, "-v")[0]
    assert "corr2d: tall image   (--case 5)" in listed
    assert "(hidden case: tall image)" in check(flipped, "--case", "5")[0]


def test_one_case_is_judged_alone_and_proves_nothing(check, flipped):
    output, code = check(flipped, "--case", "3")
    assert code == 1
    assert "case 3" in output.splitlines()[0]
    assert "yours" in output
    assert "FLIP" not in output
    assert check(flipped, "--case", "2")[1] == 0


def test_one_case_counts_no_attempt(check, flipped):
    check(flipped, "--case", "3")
    assert "attempt 1" in check(flipped)[0]


def test_all_that_one_case_printed_is_shown_once_and_whole(check, correct):
    noisy = correct.replace("    h, w", "    for i in range(300): print(i, 'x' * 200)\n    h, w")
    output, _ = check(noisy, "--case", "2")
    lines = [line for line in output.splitlines() if line.startswith("  │")]
    assert lines == [f"  │ {i} {'x' * 200}" for i in range(300)]


def test_a_loop_shows_what_it_printed_before(check, correct):
    endless = correct.replace("    h, w", "    print('here')\n    while True: pass\n    h, w")
    output, code = check(endless, "--case", "2", "--timeout", "0.3")
    assert code == 4
    assert "· corr2d: not finished after 0.3 s" in output
    assert "│ here" in output


def test_a_file_that_does_not_load_and_a_stub_are_told(check, correct):
    output, code = check(correct.replace("return", "retrun"), "--case", "1")
    assert code == 3
    assert "SyntaxError" in output
    output, code = check("def corr2d(X, K):\n    raise NotImplementedError\n", "--case", "1")
    assert code == 1
    assert "corr2d is not started yet" in output


def test_its_input_can_be_pasted(check, flipped):
    output, _ = check(flipped, "--case", "5", "--show-input")
    code = output[output.index("import numpy") :]
    found: dict[str, object] = {}
    exec(code, found)
    assert np.shape(found["X"]) == (6, 4)
    assert np.shape(found["K"]) == (3, 2)
    assert "# corr2d(X, K)" in code


def test_numbers_of_a_call_are_assigned_by_name(cli, write, sizes):
    write(sizes, "ex02_sizes.py")
    output = cli("check", "ex02", "--case", "3", "--show-input").stdout
    assert output.endswith(
        "n = 8\nk = 3\npadding = 1\nstride = 3\n"
        "# output_size(n, k, padding=padding, stride=stride)\n"
    )


def test_json_tells_the_case_its_prints_and_its_input(check, flipped):
    talking = flipped.replace("    h, w", "    print('hi')\n    h, w")
    document = json.loads(check(talking, "--case", "2", "--show-input", "--json")[0])
    assert document["case"] == 2
    assert document["verdict"]["title"] == "1×1 kernel of one"
    assert document["stdout"] == "hi\n"
    assert document["input"].startswith("import numpy as np\nX = np.array(")
    assert "diagnoses" not in document
    assert "score" not in document


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("ex01", "--case", "6"), "ex01 has 5 cases"),
        (("ex01", "--show-input"), "--case N"),
        (("ex01", "ex02", "--case", "1"), "one case of one exercise"),
        (("--all", "--case", "1"), "one case of one exercise"),
        (("ex01", "--case", "1", "--junit", "a.xml"), "one case of one exercise"),
        (("ex01", "--case", "0"), "1 or more"),
    ],
)
def test_what_does_not_go_together_is_said(cli, write, correct, options, said):
    write(correct)
    result = cli("check", *options)
    assert result.exit_code == 2
    assert said in result.stderr
