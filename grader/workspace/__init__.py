"""The student's folder: `learncnn.toml`, exercise files, progress."""
