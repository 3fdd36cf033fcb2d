"""Answer keys: inputs, expected outcomes, and the answers of every known misconception."""
