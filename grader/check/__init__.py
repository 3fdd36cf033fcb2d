"""Implement `check` and `watch`, which grade a student's files on the student's machine."""
