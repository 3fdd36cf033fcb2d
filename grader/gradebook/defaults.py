"""Default gradebook path. Kept import-free because `--help` reads it."""

DEFAULT = "gradebook.sqlite"
VARIABLE = "LEARNCNN_GRADEBOOK"
COURSE = "course"


def options(place: str, course: str = COURSE) -> str:
    """Return what a command needs so that it means this gradebook and course again.

    A password is left out: the database asks PGPASSWORD or ~/.pgpass for it.
    """
    from os import environ

    from ..i18n.shell import pasted

    usual = environ.get(VARIABLE) or DEFAULT
    is_usual = _without_password(place) == _without_password(usual)
    book = "" if is_usual else f" --gradebook {pasted(_without_password(place))}"
    return book if course == COURSE else f"{book} --course {pasted(course)}"


def _without_password(place: str) -> str:
    """Return a URL without the password, and without what the driver adds; a file as it is."""
    scheme, between, rest = place.partition("://")
    if not between:
        return place
    user, at, host = rest.rpartition("@")
    scheme = {"postgres": "postgresql", "postgresql+psycopg": "postgresql"}.get(scheme, scheme)
    return f"{scheme}://{user.partition(':')[0]}{at}{host}"
