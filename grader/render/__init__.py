"""Render reports for the terminal and as pages."""
