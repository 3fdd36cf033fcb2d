"""The commands of instructors: `grade`, `regrade`, `gradebook`."""
