"""Parse and judge a person's answers."""
