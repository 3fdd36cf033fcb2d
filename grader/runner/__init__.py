"""The trusted side of a run: start workers, feed them, time them, reap them."""
