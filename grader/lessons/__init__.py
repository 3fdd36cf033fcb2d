"""Lessons: their Markdown with its figures, in a terminal, as a page, and as a file to keep."""
