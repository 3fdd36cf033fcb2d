"""Work out one result twice: correctly, and with a proved misconception."""
