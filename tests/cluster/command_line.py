"""Watch the gradebook of a run, and act once it has come so far."""

from ..killing import until


def reports_in(place):
    """Return how many reports a gradebook contains; 0 while it does not exist."""
    import sqlalchemy as sa

    from learncnn.grader.gradebook.connection import url_of

    engine = sa.create_engine(url_of(str(place)))
    try:
        with engine.connect() as connection:
            return connection.execute(sa.text("SELECT count(*) FROM reports")).scalar()
    except sa.exc.DatabaseError:
        return 0
    finally:
        engine.dispose()


def after(place, count, do):
    """Return a function that calls `do` once a process has written so many reports."""

    def when(process):
        until(lambda: process.poll() is not None or reports_in(place) >= count, 600)
        do()

    return when
