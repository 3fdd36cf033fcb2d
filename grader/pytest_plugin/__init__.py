"""`pytest --learncnn`: the same check as pytest's items."""
