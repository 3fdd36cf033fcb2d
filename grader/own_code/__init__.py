"""Show what a learner's own function does to a picture, after a pass."""
