"""Where a gradebook is unless it is said; imports nothing, for --help asks."""

DEFAULT = "gradebook.sqlite"
VARIABLE = "LEARNCNN_GRADEBOOK"
COURSE = "course"


def options(place: str, course: str = COURSE) -> str:
    """What a command needs so that it means this gradebook and course again."""
    from os import environ

    from ..i18n.shell import pasted

    book = "" if place == DEFAULT or environ.get(VARIABLE) else f" --gradebook {pasted(place)}"
    return book if course == COURSE else f"{book} --course {pasted(course)}"
