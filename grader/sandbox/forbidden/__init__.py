"""Ready-made operators that an exercise forbids: found in the source, refused at run time."""
