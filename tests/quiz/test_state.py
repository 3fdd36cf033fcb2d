"""Test that the quiz state survives crashes, damage and upgrades."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from learncnn.grader.quiz.play.memory import (
    FILE,
    Memory,
    QuizState,
    due_exercises,
    load_state,
    now,
    save_state,
    with_progress,
)
from learncnn.grader.quiz.play.spacing import after_answer, remember

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


@pytest.fixture
def state_dir(workspace):
    return workspace / ".learncnn"


def test_an_empty_workspace_has_an_empty_state_and_a_student_of_its_own(state_dir):
    first, second = load_state(state_dir), load_state(state_dir)
    assert first.items == {}
    assert first.student != second.student


def test_a_state_is_read_as_it_was_written(state_dir):
    memory = Memory(3, 2, "2026-03-05T09:00:00+00:00", 1.5, 4.25, "2026-03-02T09:00:00+00:00")
    state = QuizState("ann", {"Q03-1": memory}, frozenset({"ex03"}))
    assert not save_state(state_dir, state)
    assert load_state(state_dir) == state


def test_what_a_later_version_adds_is_kept(state_dir):
    state_dir.mkdir()
    document = {"version": 1, "student": "ann", "streak": 7, "seen": [], "items": {}}
    document["items"]["Q03-1"] = {"asked": 1, "right": 1, "note": "mine"}
    (state_dir / FILE).write_text(json.dumps(document))
    remember(state_dir, "Q03-2", "ex03", right=True, sure=True)
    after = json.loads((state_dir / FILE).read_text())
    assert after["streak"] == 7
    assert after["items"]["Q03-1"] == {"asked": 1, "right": 1, "note": "mine"}
    assert after["items"]["Q03-2"] == {"asked": 1, "right": 1}


def test_a_newer_files_is_never_written_over(state_dir):
    state_dir.mkdir()
    path = state_dir / FILE
    path.write_text('{"version": 2, "student": 1, "items": []}')
    state, _ = remember(state_dir, "Q03-1", "ex03", right=True, sure=True)
    assert state.notes
    assert path.read_text() == '{"version": 2, "student": 1, "items": []}'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"version": 1}',
        '{"version": 1, "student": 5, "items": {}}',
        '{"version": 1, "student": "a", "items": {"Q03-1": {"asked": "many"}}}',
        '{"version": 1, "student": "a", "items": {"Q03-1": {"due": "tomorrow"}}}',
        '{"version": 1, "student": "a", "items": {"Q03-1": {"stability": "low"}}}',
        '{"version": 1, "student": "a", "items": {"Q03-1": {"reviewed": null}}}',
    ],
)
def test_a_damaged_file_is_kept_aside(state_dir, content):
    state_dir.mkdir()
    (state_dir / FILE).write_text(content)
    state = load_state(state_dir)
    assert state.items == {}
    assert "quiz.damaged-1.json" in str(state.notes[0])
    assert (state_dir / "quiz.damaged-1.json").read_text() == content


def test_a_crash_while_writing_leaves_the_old_file(state_dir, monkeypatch):
    remember(state_dir, "Q03-1", "ex03", right=True, sure=True)
    before = (state_dir / FILE).read_bytes()

    def crash(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", crash)
    _, note = remember(state_dir, "Q03-2", "ex03", right=True, sure=True)
    assert "No space left" in str(note)
    assert (state_dir / FILE).read_bytes() == before
    assert [path.name for path in state_dir.iterdir()] == [FILE]


def test_a_right_answer_to_a_new_item_puts_nothing_into_the_queue():
    memory = after_answer(Memory(), right=True, sure=True, when=MONDAY)
    assert (memory.asked, memory.right, memory.due) == (1, 1, "")


def test_a_missed_item_comes_back_the_next_day():
    memory = after_answer(Memory(), right=False, sure=True, when=MONDAY)
    assert memory.due == (MONDAY + timedelta(days=1)).isoformat()


def test_intervals_grow_with_right_answers_and_collapse_with_a_wrong_one():
    memory = after_answer(Memory(), right=False, sure=None, when=MONDAY)
    when, days = MONDAY, []
    for _ in range(5):
        before = when
        when = datetime.fromisoformat(memory.due)
        days.append((when - before).days)
        memory = after_answer(memory, right=True, sure=True, when=when)
    assert days == sorted(days)
    assert days[-1] > 7
    missed = after_answer(memory, right=False, sure=True, when=datetime.fromisoformat(memory.due))
    again = datetime.fromisoformat(missed.due) - datetime.fromisoformat(memory.due)
    assert again.days < days[-1]


def test_an_unsure_answer_comes_back_earlier_than_a_sure_one():
    missed = after_answer(Memory(), right=False, sure=None, when=MONDAY)
    due = {}
    for sure in (True, False):
        memory = missed
        for days in (2, 9):
            when = MONDAY + timedelta(days=days)
            memory = after_answer(memory, right=True, sure=sure, when=when)
        due[sure] = memory.due
    assert due[False] < due[True]


def test_a_clock_that_went_back_breaks_nothing():
    memory = after_answer(Memory(), right=False, sure=True, when=MONDAY)
    earlier = MONDAY - timedelta(days=400)
    again = after_answer(memory, right=True, sure=True, when=earlier)
    assert again.due > earlier.isoformat()


def test_scheduling_numbers_out_of_range_are_survived():
    odd = Memory(1, 0, MONDAY.isoformat(), -5.0, 99.0, MONDAY.isoformat())
    assert after_answer(odd, right=True, sure=True, when=MONDAY).due > MONDAY.isoformat()


@pytest.mark.parametrize("reviewed", ["2026-13-45T09:00:00+00:00", "0000-01-01T00:00:00+00:00"])
@pytest.mark.parametrize("number", [2.5, float("nan"), float("inf"), 10**400])
def test_a_memory_that_cannot_be_used_begins_anew(reviewed, number):
    odd = Memory(1, 0, MONDAY.isoformat(), number, number, reviewed)
    new = Memory(1, 0, MONDAY.isoformat())
    for right in (True, False):
        after = after_answer(odd, right=right, sure=True, when=MONDAY)
        assert after == after_answer(new, right=right, sure=True, when=MONDAY)


def test_a_student_whose_name_no_file_can_hold_is_remembered(state_dir):
    state = QuizState("a\ud800", {"Q03-1": Memory(1, 1)})
    assert not save_state(state_dir, state)
    assert load_state(state_dir) == state


def test_a_missed_code_brings_other_items_that_can_name_it(state_dir):
    state, _ = remember(state_dir, "Q03-1", "ex03", right=False, sure=True, codes=("PAD-ONCE",))
    due = set(state.due(now()))
    assert "Q03-1" not in due
    assert {"Q03-5", "Q03-6"} <= due


def test_items_of_a_passed_exercise_and_of_a_diagnosed_code_enter_once(state_dir):
    state_dir.mkdir()
    entries = {"ex03": {"attempts": 2, "passed": "2026-03-02"}}
    (state_dir / "progress.json").write_text(json.dumps({"version": 1, "exercises": entries}))
    state = with_progress(load_state(state_dir), state_dir)
    assert {"Q03-1", "Q03-2", "Q03-3"} <= set(state.due(now()))
    assert due_exercises(state_dir) == {"ex03"}
    emptied = state._replace(items={})
    assert with_progress(emptied, state_dir).items == {}


def test_a_damaged_progress_file_does_not_stop_a_review(state_dir):
    state_dir.mkdir()
    (state_dir / "progress.json").write_text("{")
    assert with_progress(load_state(state_dir), state_dir).items == {}
