"""The commands `grade-batch` and `cluster`: parse, call, render. No logic lives here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..terminal.help import Command, Group, HelpOption, Number

if TYPE_CHECKING:
    from ..terminal.app import App

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Return a decorator that adds an option with translated help."""
    return click.option(*names, cls=HelpOption, **settings)


@click.command("grade-batch", cls=Command)
@click.argument("tasks", type=FILE, metavar="[TASKS]", required=False)
@option("-o", "out", type=FILE, metavar="RECORDS", help="batch_out")
@option("--keys", type=FILE, metavar="DIR", help="batch_keys")
@option("--jobs", type=click.IntRange(1, 512), metavar="N", help="jobs")
@click.pass_obj
def grade_batch(
    app: App, tasks: Path | None, out: Path | None, keys: Path | None, jobs: int | None
) -> int:
    """Grade a tasks document and write the records."""
    from . import need

    need()
    from .batch_command import run_grade_batch

    return run_grade_batch(app, tasks, out, keys, jobs)


def tls(function: F) -> F:
    """Add the options for TLS, `--insecure` and `--until-eof` to a command."""
    for name, key in (("--tls-key", "tls_key"), ("--tls-cert", "tls_cert"), ("--tls-ca", "tls_ca")):
        function = option(name, metavar="PEM", help=key)(function)
    function = option("--insecure", is_flag=True, help="insecure")(function)
    return option("--until-eof", is_flag=True, help="until_eof")(function)


@click.group(cls=Group)
def cluster() -> None:
    """Start the parts of a cluster."""


@cluster.command("scheduler", cls=Command)
@option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="cluster_host")
@option(
    "--port", type=click.IntRange(0, 65535), default=8786, show_default=True, help="scheduler_port"
)
@option("--scheduler-file", type=FILE, metavar="FILE", help="scheduler_file")
@tls
@click.pass_obj
def cluster_scheduler(
    app: App,
    host: str,
    port: int,
    scheduler_file: Path | None,
    tls_ca: str | None,
    tls_cert: str | None,
    tls_key: str | None,
    insecure: bool,
    until_eof: bool,
) -> None:
    """Run the scheduler of a cluster."""
    from . import need_distributed

    need_distributed()
    from ..errors import Message
    from .cluster_address import tls_files
    from .scheduler_server import SchedulerOptions, run_scheduler

    files = tls_files(tls_ca, tls_cert, tls_key)
    options = SchedulerOptions(host, port, files, insecure, scheduler_file, until_eof)
    run_scheduler(options, lambda at: app.note(Message("cluster", "scheduler_ready", address=at)))


@cluster.command("worker", cls=Command)
@click.argument("scheduler", metavar="ADDRESS")
@option("--jobs", type=click.IntRange(1, 512), metavar="N", help="jobs")
@option("--host", metavar="ADDRESS", help="worker_host")
@option("--port", type=click.IntRange(0, 65534), default=0, help="worker_port")
@option("--wait", type=Number(0, 1e9), default=60, show_default=True, metavar="S", help="wait")
@tls
@click.pass_obj
def cluster_worker(
    app: App,
    scheduler: str,
    jobs: int | None,
    host: str | None,
    port: int,
    wait: float,
    tls_ca: str | None,
    tls_cert: str | None,
    tls_key: str | None,
    insecure: bool,
    until_eof: bool,
) -> None:
    """Grade on this machine the batches that a scheduler sends."""
    from . import need_distributed

    need_distributed()
    from .cluster_address import tls_files
    from .worker_server import WorkerOptions, run_worker

    files = tls_files(tls_ca, tls_cert, tls_key)
    options = WorkerOptions(scheduler, files, insecure, jobs, host, port, wait, until_eof)
    run_worker(options, app.note)


@cluster.command("certificates", cls=Command)
@click.argument("folder", type=FILE, metavar="DIR")
@option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="cert_days")
@click.pass_obj
def cluster_certificates(app: App, folder: Path, days: int) -> None:
    """Make the certificates of a cluster."""
    from . import need_distributed

    need_distributed()
    from .certificates import write_certificates

    files = write_certificates(folder, days)
    app.out([files.ca, files.cert, files.key])
