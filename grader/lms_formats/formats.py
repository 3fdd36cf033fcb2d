"""The formats grades are written in; imports nothing, for --help asks."""

FORMATS = ("csv", "json", "canvas", "moodle", "gradescope", "nbgrader", "junit", "lti")
