"""The untrusted side: code that runs in the process that executes a submission.

No answers exist here. The modules import only the standard library, numpy (torch on demand)
and each other, and no other part of learncnn, so that a worker can start from this folder
alone.
"""
