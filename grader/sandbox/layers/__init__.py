"""The layers of the sandbox around a submission: one module for each mechanism."""
