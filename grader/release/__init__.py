"""Build what an instructor hands out: the student kit, and an autograder for Gradescope."""
