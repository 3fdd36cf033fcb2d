"""Define options that several instructor commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from ..terminal.help import HelpOption

F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Return a decorator that adds an option with translated help."""
    return click.option(*names, cls=HelpOption, **settings)


def place(function: F) -> F:
    """Add the options `--gradebook` and `--course`."""
    from ..gradebook.defaults import COURSE, VARIABLE

    function = option("--course", metavar="NAME", default=COURSE, help="course")(function)
    return option("--gradebook", "book", metavar="FILE|URL", envvar=VARIABLE, help="gradebook")(
        function
    )


def author(function: F) -> F:
    """Add the options `--author` and `--reason` of a decision."""
    function = option("--author", metavar="NAME", help="author")(function)
    return option("--reason", metavar="TEXT", default="", help="reason")(function)


def cluster(function: F) -> F:
    """Add the options that name a cluster.

    The command gets them as one argument `cluster`, which is None without an address.
    """

    @wraps(function)
    def with_cluster(
        *args: Any,
        cluster: str | None,
        tls_ca: str | None,
        tls_cert: str | None,
        tls_key: str | None,
        insecure: bool,
        **values: Any,
    ) -> Any:
        from .graders import ClusterOptions

        named = ClusterOptions(cluster, tls_ca, tls_cert, tls_key, insecure) if cluster else None
        return function(*args, cluster=named, **values)

    wrapped: Any = with_cluster
    for decorate in (
        option("--insecure", is_flag=True, help="insecure"),
        option("--tls-key", metavar="FILE", help="tls_key"),
        option("--tls-cert", metavar="FILE", help="tls_cert"),
        option("--tls-ca", metavar="FILE", help="tls_ca"),
        option("--cluster", metavar="ADDRESS", help="cluster"),
    ):
        wrapped = decorate(wrapped)
    return wrapped  # type: ignore[no-any-return]
