"""From a submission's text to the statements that run: scan, parse, choose, execute."""
