"""The layers around a submission: one module for each mechanism."""
