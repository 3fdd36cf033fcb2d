"""Support exercise authors: create an exercise from a template, and check it."""
