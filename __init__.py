"""learncnn: learn, and grade, how convolutional networks work."""

from .grader import VERSION as __version__

__all__ = ["__version__"]
