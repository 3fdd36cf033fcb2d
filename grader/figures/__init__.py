"""Figures of lessons: described once in a block, drawn as text and as SVG."""
