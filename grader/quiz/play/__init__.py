"""Run a quiz: choose questions, ask them, store the answers, sum up."""
