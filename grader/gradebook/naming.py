"""Where a gradebook is unless it is said; imports nothing, for --help asks."""

DEFAULT = "gradebook.sqlite"
VARIABLE = "LEARNCNN_GRADEBOOK"
COURSE = "course"
