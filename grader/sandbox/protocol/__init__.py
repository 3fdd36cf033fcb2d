"""What the grader and a worker say to each other, as frames of bytes."""
