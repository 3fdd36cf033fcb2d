"""Default gradebook path. Kept import-free because `--help` reads it."""

DEFAULT = "gradebook.sqlite"
VARIABLE = "LEARNCNN_GRADEBOOK"
COURSE = "course"


def options(place: str, course: str = COURSE) -> str:
    """Return the options with which a command refers to this gradebook and course.

    A password is left out, because PostgreSQL reads it from PGPASSWORD or ~/.pgpass.
    """
    from os import environ

    from ..i18n.shell import pasted

    usual = environ.get(VARIABLE) or DEFAULT
    is_usual = _without_password(place) == _without_password(usual)
    book = "" if is_usual else f" --gradebook {pasted(_without_password(place))}"
    return book if course == COURSE else f"{book} --course {pasted(course)}"


def _without_password(place: str) -> str:
    """Return a URL without its password and driver; a file path is returned unchanged."""
    scheme, between, rest = place.partition("://")
    if not between:
        return place
    user, at, host = rest.rpartition("@")
    scheme = {"postgres": "postgresql", "postgresql+psycopg": "postgresql"}.get(scheme, scheme)
    return f"{scheme}://{user.partition(':')[0]}{at}{host}"
