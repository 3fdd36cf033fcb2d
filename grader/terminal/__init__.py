"""The terminal: layout, help, streams, keys, and what every command knows."""
