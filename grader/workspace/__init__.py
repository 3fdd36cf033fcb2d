"""The student's folder: `learncnn.toml`, files, progress."""
