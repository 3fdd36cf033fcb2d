"""What a person answers: parsed, then judged."""
