"""Answer keys: inputs, expected outcomes and what every known misconception would answer."""
