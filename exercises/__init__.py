"""Public part of the course: the catalog, and each exercise's stub, lesson, texts and quiz."""
