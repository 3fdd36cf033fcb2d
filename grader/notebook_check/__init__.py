"""Implement `learncnn.check` in a running notebook: check its cells as text, show a report."""
