"""Test the output of a check for ordinary submissions, and its exit codes."""

import json
from xml.etree import ElementTree as ET

import pytest

from learncnn.grader.check.checking import exit_code


def test_a_right_solution_passes(check, correct):
    output, code = check(correct)
    assert code == 0
    assert "✓ values      public 1/1   hidden 2/2   edges 1/1" in output
    assert "✓ promises    kept" in output
    assert "attempt 1" in output
    assert "learncnn quiz ex01" in output


def test_a_known_mistake_is_named_with_the_smallest_case_drawn(check, flipped):
    output, code = check(flipped)
    assert code == 1
    assert "✗ values      public 0/1   hidden 0/2   edges 1/1" in output
    assert "FLIP (proved on 4 cases)" in output
    assert "rotated by 180°" in output
    assert "[ 5] 11     [19] 25" in output
    assert "│ 0 1 │   · │ 0 1 │" in output
    assert "learncnn hint ex01" in output


def test_an_unknown_mistake_is_said_to_be_unknown(check, correct):
    output, code = check(correct.replace("return Y", "return Y + 1"))
    assert code == 1
    assert "No known mistake explains every case." in output
    assert "yours" in output
    assert "expected" in output


def test_a_row_of_cells_is_drawn_for_sizes(cli, write):
    write(
        "def output_size(n, k, padding=0, stride=1):\n    return 7\ndef pair(n): return n, n\n",
        "ex02_sizes.py",
    )
    output = cli("check", "ex02").stdout
    assert "off by -21" in output
    assert "yours 7     expected 28" in output
    assert "output_size(n=32, k=5)" in output


def test_functions_are_counted_apart(cli, write, sizes):
    write(sizes.replace("return n, n", "raise NotImplementedError"), "ex02_sizes.py")
    output = cli("check", "ex02").stdout
    assert "✓ output_size              3/3" in output
    assert "· pair                     not started yet" in output


def test_the_screen_is_chinese_and_fits_eighty_columns(cli, write, flipped):
    from learncnn.grader.terminal.layout import width_of

    write(flipped)
    output = cli("--lang", "zh", "check", "ex01").stdout
    assert "FLIP（在 4 个用例上得到证实）" in output
    assert "互相关不翻转核" in output
    assert max(map(width_of, output.splitlines())) <= 80


def test_broken_promises_stand_beside_right_values_once_each(check, correct):
    source = correct.replace("    return Y", "    X[0, 0] += 1\n    return Y.tolist()")
    output, code = check(source)
    assert code == 1
    assert "✓ values      public 1/1   hidden 2/2   edges 1/1" in output
    assert "✗ promises    2 broken" in output
    assert "a list came back where an array is promised (4 cases)" in output
    assert "the call changed its input X (4 cases)" in output
    assert "No known mistake" not in output


def test_a_broken_promise_does_not_hide_the_mistake_nor_equal_numbers_stand_twice(check, flipped):
    output, _ = check(flipped.replace("return Y", "return Y.astype(np.float32)"))
    assert "FLIP (proved on 4 cases)" in output
    assert "float64 came back as float32 (4 cases)" in output
    output, _ = check(
        flipped.replace("[::-1, ::-1]", "").replace("return Y", "return Y.astype('f4')")
    )
    assert "yours" not in output


def test_a_library_error_is_explained_with_the_line(check, correct):
    output, _ = check(correct.replace("- h + 1,", "- h / 1 + 1,"))
    assert "Sizes are ints: divide with // rather than /." in " ".join(output.split())
    assert "Every failing case stops here." in output
    assert "No known mistake" not in output


def test_json_tells_both_axes(check, flipped):
    document = json.loads(check(flipped.replace("return Y", "return Y.tolist()"), "--json")[0])
    assert document["format"] == 2
    assert document["shares"]["corr2d"] == {"right": 1, "values": 4, "cost": 0.05}
    assert [promise["promise"] for promise in document["promises"]] == ["array"]
    assert (
        document["diagnoses"][0] | {"kind": "exact", "codes": ["FLIP"]} == document["diagnoses"][0]
    )
    assert sum(v["right"] for v in document["verdicts"]) == 1


def test_verbose_lists_every_case(check, correct):
    output, _ = check(correct, "-v")
    assert "✓ corr2d: tall image" in output


def test_json_is_one_document_and_nothing_else(check, flipped):
    output, code = check(flipped, "--json")
    document = json.loads(output)
    assert code == 1
    assert document["state"] == "failed"
    assert document["diagnoses"][0]["codes"] == ["FLIP"]


def test_json_of_an_error_is_a_document_too(cli, workspace):
    result = cli("check", "ex77", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["exit_code"] == 2


def test_junit_names_cases_and_strips_what_xml_forbids(cli, write, flipped, tmp_path):
    write(flipped.replace("h, w = K.shape", "print('a\\x00\\x1bb'); h, w = K.shape"))
    path = tmp_path / "report.xml"
    assert cli("check", "ex01", "--junit", path).exit_code == 1
    suite = ET.parse(path).getroot()[0]
    assert suite.get("tests") == "5"
    assert suite.get("failures") == "3"
    assert {case.get("classname") for case in suite.iter("testcase")} == {"ex01.corr2d"}
    assert "ab" in suite.findtext("system-out")


def test_junit_tells_a_file_that_cannot_be_loaded_as_an_error(cli, write, tmp_path):
    write("def corr2d(X, K:\n")
    assert cli("check", "ex01", "--junit", tmp_path / "r.xml").exit_code == 3
    error = ET.parse(tmp_path / "r.xml").getroot().find(".//error")
    assert error.get("type") == "SyntaxError"


def test_all_checks_the_workspace_and_gives_a_table(cli, write, correct, sizes):
    write(correct)
    write(sizes.replace("2 * padding", "padding"), "ex02_sizes.py")
    result = cli("check", "--all")
    assert result.exit_code == 1
    assert "All exercises: 1 of 2 passed" in result.stdout
    assert "PAD-ONCE" in result.stdout
    assert "✓ ex01" in result.stdout


def test_x_stops_at_the_first_failure(cli, write, flipped, sizes):
    write(flipped)
    write(sizes, "ex02_sizes.py")
    result = cli("check", "--all", "-x")
    assert "All exercises: 0 of 1 passed" in result.stdout
    assert "Stopped" in result.stderr


def test_without_names_the_file_saved_last_is_checked(cli, write, sizes):
    write(sizes, "ex02_sizes.py")
    result = cli("check")
    assert result.exit_code == 0
    assert "ex02_sizes.py" in result.stderr


def test_a_file_elsewhere_needs_no_workspace(cli, tmp_path, monkeypatch, correct):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ex01_mine.py").write_text(correct)
    assert cli("check", "ex01_mine.py").exit_code == 0
    assert not (tmp_path / ".learncnn").exists()


def test_a_file_of_any_name_is_checked_as_told(cli, tmp_path, monkeypatch, correct):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework.py").write_text(correct)
    result = cli("check", "homework.py")
    assert result.exit_code == 2
    assert "--exercise" in result.stderr
    assert cli("check", "homework.py", "--exercise", "ex01").exit_code == 0


def test_standard_input_is_checked(cli, tmp_path, monkeypatch, correct):
    monkeypatch.chdir(tmp_path)
    assert cli("check", "-", "--exercise", "ex01", input=correct).exit_code == 0
    assert cli("check", "-", input=correct).exit_code == 2


def test_a_notebook_is_checked_and_its_magics_are_noted(cli, write, correct):
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
            "id": str(n),
        }
        for n, source in enumerate(["%matplotlib inline", correct])
    ]
    write(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
        "ex01_slide.ipynb",
    )
    result = cli("check", "ex01_slide.ipynb")
    assert result.exit_code == 0
    assert "1 notebook magics" in result.stdout


def test_a_torch_solution_outside_a_workspace_is_recognised(cli, tmp_path, monkeypatch, correct):
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    source = correct.replace("import numpy as np", "import torch").replace("np.", "torch.")
    (tmp_path / "ex01_slide.py").write_text(source)
    document = json.loads(cli("check", "ex01_slide.py", "--json").stdout)
    assert document["state"] == "passed"
    assert document["provenance"]["framework"] == "torch"


def test_no_workspace_says_how_to_make_one(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = cli("check", "ex01")
    assert result.exit_code == 2
    assert "learncnn start" in result.stderr


def test_an_unknown_exercise_gets_a_suggestion(cli, workspace):
    result = cli("check", "slidee")
    assert result.exit_code == 2
    assert "Did you mean slide" in result.stderr


@pytest.mark.parametrize("name", ["1", "ex1", "EX01", "Sliding", "SLIDE", "滑动"])
def test_an_exercise_has_many_names(name, cli, workspace):
    assert cli("check", name).stdout.startswith("ex01")


def test_a_fresh_seed_needs_the_solutions(cli, workspace, monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    result = cli("check", "ex01", "--seed", "7c1f")
    assert result.exit_code == 2
    assert "learncnn-solutions" in result.stderr


def test_a_missing_practice_key_is_the_graders_fault(cli, write, correct, course):
    write(correct)
    path = course / "ex01_slide" / "practice-numpy.npz"
    aside = path.rename(path.with_suffix(".aside"))
    try:
        result = cli("check", "ex01")
    finally:
        aside.rename(path)
    assert result.exit_code == 5
    assert "not yours" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unexpected_failure_is_the_graders_fault(cli, write, correct, monkeypatch):
    write(correct)

    def broken(*_, **__):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("learncnn.grader.grading.grading.judge_run", broken)
    result = cli("check", "ex01")
    assert result.exit_code == 5
    assert "ZeroDivisionError: oops" in result.stderr
    assert "Traceback" in cli("check", "ex01", "-v").stderr


def test_the_worst_state_decides_the_exit_code():
    assert exit_code(["passed", "passed"]) == 0
    assert exit_code(["passed", "failed"]) == 1
    assert exit_code(["failed", "not_loaded"]) == 3
    assert exit_code(["not_loaded", "limit", "failed"]) == 4
    assert exit_code(["not_started"]) == 1


def test_missing_layers_are_said_loudly(cli, write, correct, monkeypatch):
    from learncnn.grader.runner.job import Isolation
    from learncnn.grader.runner.runner import Runner

    real = Runner.run

    def run(self, job, **options):

        isolation = Isolation(("split",), (("landlock", "the kernel has none"),))
        return real(self, job, **options)._replace(isolation=isolation)

    monkeypatch.setattr(Runner, "run", run)
    write(correct)
    output = cli("check", "ex01").stdout
    assert "WARNING" in output
    assert "landlock" in output


def test_what_is_no_array_stands_beside_the_array(check):
    lines = check("def corr2d(X, K):\n    return [1, 2]\n")[0].splitlines()
    heading = next(line for line in lines if "yours" in line and "expected" in line)
    assert heading.split() == ["yours", "expected"]
    assert "[1, 2]" in lines[lines.index(heading) + 1]


def test_all_does_not_tell_what_builds_on_what(cli, write, flipped):
    write(flipped)
    assert "builds on" not in cli("check", "--all").stderr


def test_the_counts_of_functions_add_up_to_the_total_above_them(cli, write):
    write("def pair(n):\n    return n, n\n", "ex02_sizes.py")
    output = cli("check", "ex02").stdout
    assert "✗ output_size              not defined (0/3)" in output
    assert "✓ pair                     2/2" in output
    assert "public 1/2   hidden 1/3" in output


def test_what_the_code_printed_is_that_of_the_case_shown(check, flipped):
    talking = flipped.replace("    h, w", "    print('kernel', K.shape)\n    h, w")
    output, _ = check("print('top')\n" + talking)
    assert output.count("│ kernel") == 1
    assert "Your code printed in this case\n  │ kernel (2, 2)\n" in output
    assert "│ top" not in output
    assert check("print('top')\n" + talking, "-v")[0].count("│ kernel") > 1


def test_nothing_is_called_unknown_that_says_itself_what_it_is(check, correct):
    for wrong in (
        correct.replace("    return Y", "    Y"),
        correct.replace("    return Y", "    return 'Y'"),
        correct.replace("    return Y", "    raise KeyError('Y')"),
        correct.replace(
            "    return Y", "    return [][int(K.size == 2) - 1] if K.size != 6 else Y + 1"
        ),
    ):
        assert "No known mistake" not in check(wrong)[0]


def test_a_factor_close_to_one_does_not_read_as_one(check, correct):
    output, _ = check(correct.replace("return Y", "return Y * (1 + 2e-5)"))
    assert "every wrong number is 1.00002 times the right one" in output


def test_one_is_no_fraction_of_the_right_number(cli, write, sizes):
    write(sizes.replace("return (n - k + 2 * padding) // stride + 1", "return 1"), "ex02_sizes.py")
    output = cli("check", "ex02").stdout
    assert "It is off by -27." in output
