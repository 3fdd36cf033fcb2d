"""A heap on huge pages holds what it held."""

import re
import subprocess
import sys

import pytest

PROGRAM = """
from pathlib import Path
from learncnn.grader.sandbox import huge
held = [bytes([n]) * (1 << 16) for n in range(256)] * 4
fresh = [bytearray(block) for block in held]
print(huge.collapse())
assert all(new == old for new, old in zip(fresh, held))
print(Path("/proc/self/smaps").read_text())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="huge pages are Linux's")
def test_what_is_moved_stays_what_it_was():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    moved, pages = done.stdout.split("\n", 1)
    huge = sum(int(size) << 10 for size in re.findall(r"AnonHugePages: +(\d+) kB", pages))
    assert huge >= int(moved)
    assert int(moved) % (1 << 21) == 0
