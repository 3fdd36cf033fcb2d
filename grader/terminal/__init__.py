"""The terminal: layout, help, streams, keys, and the settings shared by all commands."""
