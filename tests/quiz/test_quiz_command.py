"""`quiz`, `review` and `bank` from outside: lines, JSON, keys, and what is kept."""

import json
import signal
import subprocess
import sys
import time

import pytest

from .conftest import Terminal, clean_environment


def state_of(workspace):
    return json.loads((workspace / ".learncnn" / "quiz.json").read_text("utf-8"))


@pytest.fixture
def next_is(workspace):
    """Make one item of ex03 the one asked least, so that it is the next."""

    def choose(item_id):
        folder = workspace / ".learncnn"
        folder.mkdir(exist_ok=True)
        others = {f"Q03-{n}": {"asked": 1, "right": 1} for n in range(1, 30)}
        del others[item_id]
        document = {"version": 1, "student": "ann", "items": others}
        (folder / "quiz.json").write_text(json.dumps(document))

    return choose


def test_plain_lines_ask_the_answer_then_how_sure_it_is(command, workspace, next_is):
    next_is("Q03-1")
    result = command("quiz", "ex03", "-n", 1, typed="4x102x102\ns\n")
    question, _, rest = result.stdout.partition("> 4x102x102")
    assert "How sure" not in question
    assert "How sure are you?" in rest
    assert "✓ Right: 4×102×102" in result.stdout
    assert result.returncode == 0
    assert state_of(workspace)["items"]["Q03-1"] == {"asked": 1, "right": 1}


def test_the_summary_says_what_to_do_next(command, next_is):
    next_is("Q03-1")
    result = command("quiz", "3", "-n", 1, typed="4×100×100\ns\n")
    assert "You added the padding once." in result.stdout
    assert "[PAD-ONCE]" in result.stdout
    assert "  PAD-ONCE  You used the padding once; here p is added on BOTH sides" in result.stdout
    assert "    → ex03: learncnn show ex03 · learncnn check ex03" in result.stdout
    assert "Sure, but wrong: Q03-1" in result.stdout
    assert "learncnn review" in result.stdout
    assert result.returncode == 1


@pytest.mark.parametrize("said", ["", "\n"])
def test_how_sure_one_is_may_be_left_unsaid(command, workspace, next_is, said):
    next_is("Q03-1")
    result = command("quiz", "ex03", "-n", 1, typed=f"4x102x102\n{said}")
    assert "✓ Right: 4×102×102" in result.stdout
    assert "sure" not in result.stdout.partition("1 of 1 right")[2]
    assert result.returncode == 0


def test_a_line_that_does_not_say_how_sure_one_is_answers_the_next_question(command, next_is):
    next_is("Q03-1")
    result = command("quiz", "ex03", "-n", 2, typed="4x102x102\n?\n")
    assert "? I don't know" in result.stdout.partition("Question 2 of 2")[2]
    assert "1 of 2 right" in result.stdout


def test_who_does_not_know_is_not_asked_how_sure(command):
    result = command("quiz", "ex03", "-n", 1, "--seed", "1", typed="?\n")
    assert "? I don't know" in result.stdout
    assert "How sure" not in result.stdout
    assert "0 of 1 right" in result.stdout


def test_refused_input_says_why_and_costs_no_attempt(command, workspace, next_is):
    next_is("Q03-2")
    result = command("quiz", "ex03", "-n", 1, typed="~280\n12,34\n28\nn\n")
    assert "An exact number is needed." in result.stdout
    assert "is not grouped by threes" in result.stdout
    assert "Right without being sure: Q03-2" in result.stdout
    assert state_of(workspace)["items"]["Q03-2"] == {"asked": 1, "right": 1}


def test_a_seed_brings_the_same_questions_and_numbers_again(command, tmp_path):
    first = command("quiz", "ex03", "--seed", "7", "--json")
    second = command("quiz", "ex03", "--seed", "7", "--json", cwd=tmp_path)
    other = command("quiz", "ex03", "--seed", "8", "--json")
    assert first.stdout == second.stdout != other.stdout


def test_enough_right_answers_give_exit_code_0(command):
    asked = json.loads(command("quiz", "ex03", "-n", 1, "--seed", "3", "--json").stdout)
    answer = answers(asked, right=True)
    assert command("quiz", "ex03", "-n", 1, "--seed", "3", "--json", typed=answer).returncode == 0
    wrong = answers(asked, right=False)
    assert command("quiz", "ex03", "-n", 1, "--seed", "3", "--json", typed=wrong).returncode == 1
    lax = command("quiz", "ex03", "-n", 1, "--seed", "3", "--json", "--pass", 0, typed=wrong)
    assert lax.returncode == 0


def answers(asked, right):
    """A document with the right answer, or none, to every question asked."""
    from learncnn.grader.quiz.items.bank import find_item
    from learncnn.grader.quiz.items.variants import draw_variant
    from learncnn.grader.quiz.play.asking import judged

    given = []
    for entry in asked["paper"]:
        variant = draw_variant(find_item(entry["id"]), entry["student"], entry["attempt"])
        answer = judged(variant, "?").answer if right else "?"
        given.append({"id": entry["id"], "answer": answer, "sure": True})
    return json.dumps({"paper": asked["paper"], "answers": given})


def test_json_in_and_out(command, workspace):
    asked = json.loads(command("quiz", "ex03", "-n", 6, "--json").stdout)
    assert not (workspace / ".learncnn").exists()
    assert "answer" not in json.dumps(asked)
    assert all({"en", "zh"} == set(question["stem"]) for question in asked["questions"])
    result = command("quiz", "ex03", "-n", 6, "--json", typed=answers(asked, right=True))
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert [each["right"] for each in document["results"]] == [True] * 6
    assert document["summary"]["right"] == 6
    assert document["results"][0]["explanation"][0]["text"]["zh"]
    assert state_of(workspace)["items"]["Q03-1"]["right"] == 1


def test_json_answers_may_be_numbers_and_lists(command):
    typed = {
        "paper": [{"id": id, "student": "x", "attempt": 0} for id in ("Q03-1", "Q03-2", "Q19-3")],
        "answers": [
            {"id": "Q03-1", "answer": [4, 102, 102]},
            {"id": "Q03-2", "answer": 28},
            {"id": "Q19-3", "answer": 20.0000000000000000001},
        ],
    }
    text = json.dumps(typed).replace(": 20.0", ": 20.0000000000000000001")
    document = json.loads(command("quiz", "--json", typed=text).stdout)
    assert [each["right"] for each in document["results"]] == [True, True]
    assert [each["why"] for each in document["refused"]] == ["not_whole"]


@pytest.mark.parametrize("options", [("--students", "x.csv"), ("--student", "ann"), ("-o", "x")])
def test_options_of_an_exam_need_one(command, options):
    result = command("quiz", "ex03", *options)
    assert result.returncode == 2
    assert "--exam FILE" in result.stderr


def test_json_reports_what_it_refuses(command):
    asked = json.loads(command("quiz", "ex03", "-n", 1, "--json").stdout)
    typed = {"paper": asked["paper"], "answers": [{"id": asked["paper"][0]["id"], "answer": "!"}]}
    result = command("quiz", "ex03", "--json", typed=json.dumps(typed))
    document = json.loads(result.stdout)
    assert document["results"] == []
    assert document["refused"][0]["message"]


@pytest.mark.parametrize(
    "typed",
    ["{", "[]", '{"answers": 3}', '{"answers": [{"id": "Q99-1", "answer": "1"}]}',
     '{"answers": [], "paper": [{"id": "Q03-1"}]}'],
)  # fmt: skip
def test_bad_json_is_a_usage_error(command, typed):
    result = command("quiz", "ex03", "--json", typed=typed)
    assert result.returncode == 2
    assert json.loads(result.stdout)["error"]
    assert "Traceback" not in result.stderr


def test_bytes_that_are_no_text_are_refused_as_any_other_sign(command, next_is):
    next_is("Q03-2")
    typed = "\udcff\n28\ns\n"
    result = command("quiz", "ex03", "-n", 1, typed=typed, PYTHONIOENCODING="utf-8:strict")
    assert "cannot be read here" in result.stdout
    assert "Right: 28" in result.stdout
    result = command("quiz", "--json", typed="\udcff", PYTHONIOENCODING="utf-8:strict")
    assert result.returncode == 2
    assert json.loads(result.stdout)["error"]


def test_without_standard_input_nothing_is_answered(workspace):
    for options, code in ([], 130), (["--json"], 0):
        quiz = [sys.executable, "-m", "learncnn", "quiz", "ex03", *options]
        program = f"import os; os.close(0); os.execv({sys.executable!r}, {quiz!r})"
        result = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            cwd=workspace,
            env=clean_environment(),
            check=False,
        )
        assert result.returncode == code, result.stderr


@pytest.mark.parametrize("name", ["ex99", "corr3d", "taxonomie"])
def test_an_unknown_name_is_a_usage_error(command, name):
    result = command("quiz", name)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_without_a_workspace_a_quiz_works_and_is_not_remembered(command, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    result = command("quiz", "ex03", "-n", 1, typed="?\n", cwd=folder)
    assert "not remembered" in result.stderr
    assert list(folder.iterdir()) == []


def test_the_end_of_the_input_keeps_what_was_answered(command, workspace):
    result = command("quiz", "ex03", "-n", 6, typed="?\n?\n")
    assert result.returncode == 130
    assert "Stopped. What was answered is kept." in result.stdout
    assert len(state_of(workspace)["items"]) == 2


def test_an_interrupt_keeps_what_was_answered(workspace):
    process = subprocess.Popen(
        [sys.executable, "-m", "learncnn", "quiz", "ex03", "-n", "6"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=workspace,
        env=clean_environment(),
    )
    process.stdin.write("?\n")
    process.stdin.flush()
    for line in process.stdout:
        if "Question 2 of 6" in line:
            break
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "kept" in output
    assert "Traceback" not in errors
    assert len(state_of(workspace)["items"]) == 1


def test_every_line_is_in_chinese_where_chinese_is_asked_for(command):
    result = command("--lang", "zh", "quiz", "ex03", "-n", 6, typed="!\n?\n" * 6)
    english = [
        word
        for word in ("Question", "Sure", "Answer", "Right", "of", "Missed", "the")
        if f" {word} " in result.stdout
    ]
    assert english == []
    assert "下一步" in result.stdout


def test_no_colour_reaches_a_pipe_and_symbols_do(command):
    result = command("quiz", "ex03", "-n", 1, typed="?\n")
    assert "\x1b" not in result.stdout
    assert "? I don't know" in result.stdout


def test_keys_on_a_terminal_show_one_question_a_screen(workspace, next_is):
    next_is("Q03-1")
    terminal = Terminal(workspace, "quiz", "ex03", "-n", "2")
    terminal.until("> ")
    terminal.press("4x102x102\r")
    terminal.until("How sure are you?")
    terminal.press("n")
    terminal.until("Enter: next")
    terminal.press("\r")
    screen = terminal.until("Question 2 of 2")
    assert "\x1b[2J" in screen
    terminal.press("?\r")
    terminal.until("Right without being sure: Q03-1")
    assert terminal.exit_code() == 1
    assert state_of(workspace)["items"]["Q03-1"] == {"asked": 1, "right": 1}


@pytest.mark.parametrize("key", ["\x03", "q\r"])
def test_leaving_a_terminal_keeps_what_was_answered(workspace, key):
    terminal = Terminal(workspace, "quiz", "ex03", "-n", "3")
    terminal.until("Question 1 of 3")
    terminal.press("?\r")
    terminal.until("Enter: next")
    terminal.press("\r")
    terminal.until("Question 2 of 3")
    terminal.press(key)
    terminal.until("Stopped")
    assert terminal.exit_code() == 130
    assert len(state_of(workspace)["items"]) == 1


def test_q_leaves_a_formula_that_has_no_q(workspace, next_is):
    next_is("Q03-5")
    terminal = Terminal(workspace, "quiz", "ex03", "-n", "3")
    terminal.until("> ")
    terminal.press("q\r")
    terminal.until("Stopped")
    assert terminal.exit_code() == 130


def test_who_leaves_when_asked_how_sure_has_answered(workspace, next_is):
    next_is("Q03-1")
    terminal = Terminal(workspace, "quiz", "ex03", "-n", "3")
    terminal.until("> ")
    terminal.press("4x102x102\r")
    terminal.until("How sure are you?")
    terminal.press("\x03")
    terminal.until("Stopped")
    assert terminal.exit_code() == 130
    assert state_of(workspace)["items"]["Q03-1"] == {"asked": 1, "right": 1}


def test_several_letters_are_marked_and_unmarked(workspace, next_is):
    next_is("Q03-4")
    terminal = Terminal(workspace, "quiz", "ex03", "-n", "1")
    terminal.until("Enter answers")
    terminal.press("a")
    terminal.until("● A")
    terminal.press("\x1b[A")  # an arrow key is no answer
    terminal.press("b")
    terminal.until("● B")
    terminal.press("a")
    screen = terminal.until("○ A")
    assert "\x1b[5A" in screen  # drawn over the five choices, not below them
    terminal.press("\r")
    terminal.until("How sure are you?")
    terminal.press("\r")
    terminal.until("of 1 right")
    assert terminal.exit_code() in (0, 1)


def test_review_asks_what_is_due_and_nothing_else(command, workspace):
    folder = workspace / ".learncnn"
    folder.mkdir()
    due = {"asked": 1, "right": 0, "due": "2020-01-01T00:00:00+00:00"}
    later = {"asked": 1, "right": 0, "due": "2999-01-01T00:00:00+00:00"}
    gone = {"asked": 1, "right": 0, "due": "2020-01-01T00:00:00+00:00"}
    document = {"version": 1, "student": "ann"}
    document["items"] = {"Q03-1": due, "Q03-2": later, "Q99-9": gone}
    (folder / "quiz.json").write_text(json.dumps(document))
    result = command("review", typed="?\n")
    assert "Question 1 of 1" in result.stdout
    assert "Q03-1 (variant 1)" in result.stdout
    assert result.returncode == 0
    after = state_of(workspace)["items"]
    assert after["Q03-1"]["asked"] == 2
    assert after["Q03-1"]["due"] > "2026"
    assert after["Q99-9"] == gone
    again = command("review")
    assert "Nothing is due. Next: " in again.stdout
    assert again.returncode == 0


def test_review_of_an_empty_queue_says_how_it_fills(command):
    assert "The queue is empty" in command("review").stdout


def test_review_needs_a_workspace(command, tmp_path):
    assert command("review", cwd=tmp_path).returncode == 2


def test_a_passed_exercise_is_due_for_review(command, workspace):
    (workspace / ".learncnn").mkdir()
    passed = {"version": 1, "exercises": {"ex03": {"passed": "2026-03-02", "attempts": 1}}}
    (workspace / ".learncnn" / "progress.json").write_text(json.dumps(passed))
    assert "ex03" in command("list", "--due").stdout
    assert "Question 1 of 6" in command("review", typed="").stdout


def test_bank_lint_reports_and_fails(command, tmp_path):
    assert command("bank", "lint").stdout == ""
    path = tmp_path / "bank.toml"
    path.write_text('[[item]]\nid = "Q03-1"\n')
    result = command("bank", "lint", path)
    assert result.returncode == 1
    assert f"{path}:1: item Q03-1: kind is missing" in result.stdout


def test_quiz_loads_no_numpy_and_nothing_it_does_not_use(workspace):
    program = (
        "import sys, atexit\n"
        "heavy = ('numpy', 'torch', 'fsrs', 'genanki', 'nbformat', 'sqlalchemy')\n"
        "atexit.register(lambda: sys.stderr.write(str([m for m in heavy if m in sys.modules])))\n"
        "sys.argv = ['learncnn', 'quiz', 'ex03', '-n', '1']\n"
        "from learncnn.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        input="",
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=workspace,
        env=clean_environment(),
        check=False,
    )
    assert "Question 1 of 1" in result.stdout
    assert result.stderr == "[]"


@pytest.mark.parametrize("command_name", ["quiz", "review", "bank"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_is_there_in_both_languages(command, command_name, language):
    result = command("--lang", language, command_name, "--help")
    assert result.returncode == 0
    assert ("题" in result.stdout) is (language == "zh")
