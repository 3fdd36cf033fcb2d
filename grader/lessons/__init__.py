"""Lessons, Markdown with figures, rendered for a terminal, a page, a notebook or a text file."""
