"""Implement `pytest --learncnn`, which runs checks as pytest items."""
