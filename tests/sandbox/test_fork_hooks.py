"""Test that the fork hooks of libraries do not run in children."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os
from learncnn.grader.sandbox.warm import no_fork_hooks
with no_fork_hooks():
    os.register_at_fork(after_in_child=lambda: os._exit(7))
if {afterwards}:
    os.register_at_fork(after_in_child=lambda: os._exit(9))
child = os.fork()
if child == 0:
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize(("afterwards", "code"), [(False, 0), (True, 9)])
def test_hooks_are_dropped_while_libraries_are_imported_and_no_longer(afterwards, code):
    program = PROGRAM.format(afterwards=afterwards)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == str(code), done.stderr
