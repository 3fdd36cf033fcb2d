"""The untrusted side: what runs in the process that executes a submission.

Nothing here knows an answer. The modules import the standard library and numpy (torch on
demand) and each other, and nothing else of learncnn, so that a worker can start from this
folder alone.
"""
