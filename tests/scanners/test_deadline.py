"""A file that is slow to read costs itself: the next one is read, and the timer is gone."""

import signal
import threading
import time

import pytest

from learncnn.grader.errors import SlowFileError
from learncnn.grader.submissions.deadline import deadline


def endless():
    while True:
        try:
            sum(range(100))
        except Exception:
            continue


def test_what_takes_too_long_is_named():
    with (
        pytest.raises(SlowFileError, match=r"ann/ex01\.py"),
        deadline("ann/ex01.py", cpu_seconds=0.1),
    ):
        endless()


def test_what_waits_too_long_is_named():
    with pytest.raises(SlowFileError), deadline("a", wall_seconds=0.1):
        time.sleep(60)


def test_nothing_is_left_behind():
    before = signal.getsignal(signal.SIGALRM)
    with deadline("a"):
        pass
    with pytest.raises(ValueError, match="own"), deadline("a"):
        raise ValueError("own")
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_in_another_thread_files_are_read_too():
    done = []

    def read():
        with deadline("a"):
            done.append(1)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert done == [1]
