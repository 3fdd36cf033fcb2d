"""Exams: papers, sealed answers, marks."""
