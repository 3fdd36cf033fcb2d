"""Ready-made operators that an exercise forbids: found by reading, refused while running."""
