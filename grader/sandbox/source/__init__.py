"""Load a submission's source: scan and parse its text, choose statements, and execute them."""
