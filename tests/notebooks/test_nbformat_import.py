"""What is loaded to read a notebook."""

import json
import subprocess
import sys

READ = """
import sys
from learncnn.grader.submissions.notebook import notebook_code
print(notebook_code(sys.stdin.buffer.read(), "a.ipynb").source, "rfc3987_syntax" in sys.modules)
"""


def test_the_slow_grammar_that_comes_with_jupyterlab_stays_out(tmp_path):
    (tmp_path / "rfc3987_syntax.py").write_text("raise SystemExit('four seconds')\n")
    cell = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
    notebook = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [cell]}
    ran = subprocess.run(
        [sys.executable, "-c", READ],
        env={"PYTHONPATH": str(tmp_path)},
        input=json.dumps(notebook).encode(),
        capture_output=True,
    )
    assert ran.stdout.decode().endswith("x = 1\n False\n"), ran.stderr.decode()
