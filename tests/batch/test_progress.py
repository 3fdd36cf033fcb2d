"""Test the display of progress on a terminal and in a log."""

import io

from learncnn.grader.batch.progress_bar import ProgressBar, duration


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(stream, **options):
    times = iter([0.0, *(n * 0.25 for n in range(1, 200))])
    progress = ProgressBar(100, stream=stream, clock=lambda: next(times), **options)
    for done in range(1, 51):
        progress.update(done)
    progress.finish()
    return stream.getvalue()


def test_a_terminal_gets_a_bar_that_is_wiped():
    shown = run(Terminal())
    assert "[############------------] 50 of 100 · 4.0 a second · 12 s left" in shown
    assert shown.endswith("\r\x1b[K")


def test_a_log_gets_a_line_now_and_then():
    assert run(io.StringIO()) == "40 of 100 · 4.0 a second · 15 s left\n"


def test_quiet_is_quiet():
    assert run(Terminal(), quiet=True) == ""


def test_durations_are_short():
    assert [duration(s) for s in (6.6, 185, 7800)] == ["7 s", "3:05 min", "2:10 h"]
