"""From a submission to its report: verdicts, diagnosis, points."""
