"""List the formats of grades. Kept import-free because `--help` reads it."""

FORMATS = ("csv", "json", "canvas", "moodle", "gradescope", "nbgrader", "junit", "lti")
