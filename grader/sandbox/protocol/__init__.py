"""The protocol between the grader and a worker: messages as frames of bytes."""
