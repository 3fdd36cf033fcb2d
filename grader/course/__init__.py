"""The course: its catalog, the authoring API, texts and stubs of the exercises."""
