"""`check` and `watch`: a student's own files, graded on their machine."""
