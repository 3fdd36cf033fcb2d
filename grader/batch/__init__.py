"""Grade many submissions in parallel: one worker process per core, each with its own zygote."""
