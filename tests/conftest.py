"""What holds for every test."""

import signal

# Where this runs in the background Ctrl-C is ignored, and so it would be in what tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
