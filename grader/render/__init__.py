"""Drawing reports: for the terminal, and later for a page."""
