"""What a student may see: the catalog, and for every exercise its stub, lesson, texts and quiz."""
