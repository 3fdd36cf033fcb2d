"""What a student does besides checking: start, list, hint, solution, submit, doctor."""
