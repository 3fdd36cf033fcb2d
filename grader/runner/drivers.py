"""Check an exercise's driver in the grader, before a worker receives it."""

from __future__ import annotations

import ast
from functools import lru_cache

from ..errors import GraderFault
from .job import Job


def check_driver(job: Job) -> None:
    """Raise GraderFault if a call names a driver that the source does not define.

    The check runs in the grader because a submission could forge a worker's report.
    """
    wanted = {call.driver for call in job.calls if call.driver}
    if wanted and (unknown := wanted - _functions(job.driver_source)):
        raise GraderFault(f"the driver has no function {sorted(unknown)[0]!r}")


@lru_cache(maxsize=8)
def _functions(source: str) -> frozenset[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise GraderFault(f"the driver is not Python: {error}") from error
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
