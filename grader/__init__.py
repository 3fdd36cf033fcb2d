"""The grader: answer keys, the runner and its sandbox, judging, diagnosis and reports."""

VERSION = "0.2.0"
