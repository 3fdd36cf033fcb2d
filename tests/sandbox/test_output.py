"""Test that output is limited without an error."""

from __future__ import annotations

import os

from learncnn.grader.sandbox.output import Bounded


def test_the_first_bytes_are_kept_and_the_rest_vanishes() -> None:
    reading, writing = os.pipe()
    try:
        bounded = Bounded(writing, 5)
        assert bounded.write(b"abc") == 3
        assert bounded.write(b"defg") == 4
        assert bounded.write(b"more") == 4
        assert os.read(reading, 100) == b"abcde"
    finally:
        os.close(reading)
        os.close(writing)


def test_a_full_disk_is_no_error() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        assert Bounded(full, 5).write(b"abc") == 3
    finally:
        os.close(full)
