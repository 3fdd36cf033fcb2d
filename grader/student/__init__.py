"""Implement the student commands besides check: start, list, hint, solution, submit, doctor."""
