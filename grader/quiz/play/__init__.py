"""A run of questions: chosen, asked, kept, summed up."""
