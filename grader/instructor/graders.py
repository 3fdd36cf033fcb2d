"""Provide the graders of a run: the cores of this machine, or the machines of a cluster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..batch.pool import Pool
from ..batch.progress_bar import ProgressBar
from ..batch.tasks import GradingSettings, Results, cores
from ..errors import Message
from ..gradebook.records import Record, record_of

#: Address of a folder through which documents are exchanged.
_FOLDER = re.compile(r"folder:(.+)", re.DOTALL)
#: Address that starts the given number of machine workers on this machine.
_LOCAL = re.compile(r"local:([1-9]\d{0,2})")


@dataclass(frozen=True)
class ClusterOptions:
    """The address of a cluster, and how the connection to it is secured."""

    address: str
    tls_ca: str | None = None
    tls_cert: str | None = None
    tls_key: str | None = None
    insecure: bool = False


@contextmanager
def graders(
    settings: GradingSettings,
    *,
    jobs: int | None,
    cluster: ClusterOptions | None,
    progress: ProgressBar,
    note: Callable[[Message], None],
) -> Iterator[Results[Record]]:
    """Open the workers of this machine (`jobs`, by default one per core), or those of `cluster`.

    `progress` shows the machines of a cluster, and `note` is called with messages about them for
    the instructor. Raises UsageError, and GraderFault if the cluster cannot be reached.
    """
    if cluster is None:
        with Pool(settings, jobs=jobs or cores(), reduce=record_of) as pool:
            yield pool
        return
    from ..cluster import need, need_distributed

    if folder := _FOLDER.fullmatch(cluster.address):
        from ..cluster.folder_results import FolderResults

        need()
        yield FolderResults(settings, Path(folder[1]).absolute(), note)
        return
    need_distributed()
    from ..cluster.cluster_address import cluster_address, tls_files
    from ..cluster.cluster_results import ClusterResults

    with ExitStack() as stack:
        if local := _LOCAL.fullmatch(cluster.address):
            from ..cluster.launching import local_cluster

            address = stack.enter_context(local_cluster(int(local[1])))
        else:
            tls = tls_files(cluster.tls_ca, cluster.tls_cert, cluster.tls_key)
            address = cluster_address(cluster.address, tls, insecure=cluster.insecure)
        machines = stack.enter_context(ClusterResults(settings, address, note))
        progress.detail = machines.progress_note
        yield machines
