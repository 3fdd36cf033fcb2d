"""Compute one result step by step twice: correctly, and with a proved misconception."""
