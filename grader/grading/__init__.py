"""Grade a submission and report on it: verdicts, diagnosis, points."""
