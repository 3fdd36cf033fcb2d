"""For exercise authors: a new exercise from a template, and the checks it must pass."""
