"""`learncnn.check` in a running notebook: its cells as text, checked, and shown below the cell."""
