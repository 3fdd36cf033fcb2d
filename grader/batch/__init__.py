"""Grading many submissions at once: a worker process for each core, each with its own zygote."""
