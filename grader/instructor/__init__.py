"""The commands for instructors: `grade`, `regrade`, `gradebook`, `report`."""
