"""Run one locked child: load one submission, make the calls, report what happened."""

from __future__ import annotations

import ast
import functools
import importlib
import os
import random
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from . import consulting, loading, output
from .channel import Channel
from .forbidden.dispatcher import OpWatch
from .forbidden.source_scan import forbidden_uses
from .layers.held import Held
from .observe import Library, NumpyLibrary, TorchLibrary, describe, observe, out_of_memory
from .parameter_names import AS_IN_STUB, ParameterNames, notes_on, parameters_of
from .protocol import frames, messages
from .protocol.outcome import Outcome
from .protocol.settings import WorkerSettings
from .protocol.values import Bounds
from .source.alarm import Overdue
from .source.load import Loaded, LoadTask, load
from .source.notes import LoadNote


def serve(
    channel: Channel,
    settings: WorkerSettings,
    held: Held,
    versions: Mapping[str, str],
    watch: OpWatch,
) -> None:
    """Answer one `load` and then calls until the grader closes the stream."""
    raw = output.redirect(settings.stdout_bytes)
    random.seed(0)  # torch was seeded in the zygote
    library: Library = NumpyLibrary()
    if "torch" in settings.libraries:
        library = TorchLibrary(sys.modules["torch"], settings.device)
    bounds = Bounds(total_bytes=settings.answer_bytes)
    channel.send(
        frames.frame(
            {
                "kind": "ready",
                "in_force": held.in_force,
                "missing": held.missing,
                "versions": dict(versions),
            }
        )
    )
    header, payload = channel.receive()
    size = header["sizes"][0]
    source, driver_source = bytes(payload[:size]).decode(), bytes(payload[size:]).decode()
    if not header["large"]:
        channel.take_inputs()
    filename, forbidden = header["filename"], tuple(header["forbidden"])
    consulting.begin(filename)
    task = LoadTask(
        source,
        filename,
        tuple(header["wanted"]),
        tuple(header["cells"]),
        header["careful"],
        header["seconds"],
    )
    if "random" in source:  # importing numpy.random takes longer than most submissions run
        importlib.import_module("numpy.random").seed(0)
    loaded = _load(channel, task, forbidden, watch)
    if loaded is None:
        return
    submission = loaded.module
    watch.forbid(forbidden)
    watch.keep()
    if task.cells:
        watch.taken()  # cells that compare results with an operator fail without being blamed
    driver = loading.driver(driver_source)
    parameters, notes = _parameters(submission, header["signatures"])
    output.flush()  # otherwise buffered output would count as printed later
    channel.send(messages.loaded(settings.stdout_bytes - raw.left, (*notes, *loaded.notes)))
    while True:
        header, payload = channel.receive()
        if header["kind"] == "inputs":
            channel.take_inputs(header["size"])
            continue
        if header["kind"] == "end":
            channel.send(messages.done(consulting.seen))
            continue
        names = parameters.get(header["function"], AS_IN_STUB)
        result = _call(header, payload, submission, driver, library, watch, filename, names, bounds)
        if settings.gpu and _driver_failed(result):
            os._exit(1)  # the GPU is unusable in this process from now on: the case crashed
        output.flush()
        head = {"kind": "case", "id": header["id"], "printed": settings.stdout_bytes - raw.left}
        channel.send(messages.outcome(head, result, bounds))


def _parameters(
    submission: ModuleType, signatures: Mapping[str, Any]
) -> tuple[dict[str, ParameterNames], list[LoadNote]]:
    """Return how the functions' parameters differ from the stub's, and notes on that."""
    namespace = vars(submission)
    found = {
        name: parameters_of(namespace[name], *signature)
        for name, signature in signatures.items()
        if name in namespace
    }
    notes = [note for name in found for note in notes_on(name, namespace[name], found[name])]
    return found, notes


def _driver_failed(result: Outcome) -> bool:
    return result.error is not None and "CUDA error" in result.error.message


def _load(
    channel: Channel, task: LoadTask, forbidden: tuple[str, ...], watch: OpWatch
) -> Loaded | None:
    """Return the submission's module, or None after reporting its failure.

    Operators are forbidden while it loads, too: code that is run then could keep the originals, or
    answer every call. A source that names one is flagged for that and may use it here, to compare
    its own results with it.
    """

    def about_to_run(statements: Sequence[ast.stmt] | None) -> None:
        used = forbidden_uses(task.source, forbidden, statements) if forbidden else []
        if used:
            channel.send(frames.frame({"kind": "read", "forbidden": used}))
            watch.forbid(())
        else:
            watch.forbid(forbidden)
            watch.keep()  # the source could find the originals through the watch

    try:
        return load(task, about_to_run)
    except MemoryError:
        failure = Outcome("memory")
    except Overdue:
        channel.send(frames.frame({"kind": "load", "overdue": True}))
        return None
    except BaseException as error:  # sys.exit at import time is a failure too
        raised = describe(error, task.filename)
        failure = Outcome("raised", error=raised)
        if out_of_memory(raised):
            failure = Outcome("memory")
    channel.send(messages.outcome({"kind": "load"}, failure))
    return None


def _call(
    header: Mapping[str, Any],
    payload: bytes | memoryview,
    submission: ModuleType,
    driver: Mapping[str, Any],
    library: Library,
    watch: OpWatch,
    filename: str,
    parameters: ParameterNames,
    bounds: Bounds,
) -> Outcome:
    namespace = vars(submission)
    name, driven = header["function"], header["driver"]
    if name not in namespace or not (driven or callable(namespace[name])):
        return Outcome("missing", names=loading.callables(submission))
    function = namespace[name]
    if driven:
        function = functools.partial(driver[driven], function)
    try:
        result = observe(
            function,
            messages.arguments(header, payload),
            header["positional"],
            library,
            student_file=filename,
            parameters=AS_IN_STUB if driven else parameters,
            bounds=bounds,
        )
    except MemoryError:  # outside the call, but earlier calls of the student used the memory
        return Outcome("memory")
    return result._replace(forbidden=watch.taken()) if watch.seen else result
