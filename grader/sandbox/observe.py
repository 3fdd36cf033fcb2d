"""Call a function once and record what happened.

The same code observes a submission in the worker and, when an answer key is made, a reference
or a misconception, so that a diagnosis compares equal records, side effects included.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping
from types import ModuleType, TracebackType
from typing import Any, Protocol

import numpy as np

from .layers.clocks import perf_counter
from .parameter_names import AS_IN_STUB, ParameterNames
from .protocol.outcome import ArrayInfo, Outcome, Raised
from .protocol.values import DEFAULT_BOUNDS, Array, Bounds, ValuesError, pack, type_name

#: Maximum length of an exception's message, in bytes.
MESSAGE_BYTES = 500


class Library(Protocol):
    """Interface to one array library: converts inputs to its arrays, and results from them."""

    def deliver(self, array: Array) -> Any:
        """Return the library's array with the contents and layout of `array`."""

    def collect(self, item: Any) -> tuple[Any, ArrayInfo | None]:
        """Return the plain form of one result item, and its location if it was an array."""

    def fingerprint(self, item: Any) -> bytes:
        """Return the bytes of an array, to detect whether a call changed it."""

    def shares_memory(self, result: Any, item: Any) -> bool:
        """Return whether two arrays overlap in memory."""

    def is_array(self, item: Any) -> bool:
        """Return whether `item` is exactly this library's array type."""

    def clock(self) -> float:
        """Return the time in seconds once all requested computations are done; 0 if not timed."""


class NumpyLibrary:
    """Inputs and results as numpy arrays."""

    def deliver(self, array: Array) -> Array:
        return array

    def collect(self, item: Any) -> tuple[Any, ArrayInfo | None]:
        return item, ArrayInfo() if type(item) is np.ndarray else None

    def fingerprint(self, item: Any) -> bytes:
        array: Array = item
        return array.tobytes()

    def shares_memory(self, result: Any, item: Any) -> bool:
        return bool(np.may_share_memory(result, item))

    def is_array(self, item: Any) -> bool:
        return type(item) is np.ndarray

    def clock(self) -> float:
        return 0.0  # only torch's large cases are timed, and a clock is read in a system call


class TorchLibrary:
    """Inputs and results as torch tensors on one device; numpy results pass too.

    Results that need a decision by the student (sparse, quantised, meta, no numpy dtype) are
    refused with advice; `requires_grad`, lazy conjugates and negatives are resolved.
    """

    def __init__(self, torch: ModuleType, device: str = "cpu") -> None:
        self.torch = torch
        self.device = device

    def deliver(self, array: Array) -> Any:
        tensor = self.torch.from_numpy(array)
        if self.device == "cpu":
            return tensor
        moved = self.torch.empty_strided(
            tensor.shape, tensor.stride(), dtype=tensor.dtype, device=self.device
        )
        return moved.copy_(tensor)

    def collect(self, item: Any) -> tuple[Any, ArrayInfo | None]:
        torch = self.torch
        if type(item) is torch.Size:
            return tuple(item), None
        if not isinstance(item, torch.Tensor):
            return item, ArrayInfo() if type(item) is np.ndarray else None
        if type(item) is not torch.Tensor and type(item) is not torch.nn.Parameter:
            raise ValuesError(f"type {type_name(item)}")
        if item.layout is not torch.strided:
            raise ValuesError(f"layout {item.layout}")
        if item.is_quantized or item.dtype is torch.bfloat16:
            raise ValuesError(f"dtype {item.dtype}")
        if item.device.type == "meta":
            return torch.zeros(item.shape, dtype=item.dtype).numpy(), ArrayInfo("torch", "meta")
        plain = item.detach().resolve_conj().resolve_neg().cpu().numpy()
        return plain, ArrayInfo("torch", str(item.device))

    def fingerprint(self, item: Any) -> bytes:
        data: bytes = item.detach().cpu().numpy().tobytes()
        return data

    def shares_memory(self, result: Any, item: Any) -> bool:
        if type(result) is np.ndarray:
            return item.device.type == "cpu" and bool(
                np.may_share_memory(result, item.detach().numpy())
            )
        if result.layout is not self.torch.strided or result.device != item.device:
            return False
        if result.device.type == "meta":
            return False
        ours, theirs = result.untyped_storage(), item.untyped_storage()
        return bool(ours.nbytes() and ours.data_ptr() == theirs.data_ptr())

    def is_array(self, item: Any) -> bool:
        return isinstance(item, self.torch.Tensor) or type(item) is np.ndarray

    def clock(self) -> float:
        if self.device == "cuda":
            self.torch.cuda.synchronize()
        seconds: float = perf_counter()
        return seconds


def deliver(value: object, library: Library) -> Any:
    """Return `value` with every numpy array converted to the library's."""
    if isinstance(value, np.ndarray):
        return library.deliver(value)
    if isinstance(value, list):
        return [deliver(child, library) for child in value]
    if isinstance(value, tuple):
        return tuple(deliver(child, library) for child in value)
    if isinstance(value, dict):
        return {key: deliver(child, library) for key, child in value.items()}
    return value


def observe(
    function: Callable[..., Any],
    arguments: Mapping[str, object],
    positional: int,
    library: Library,
    *,
    student_file: str = "",
    parameters: ParameterNames = AS_IN_STUB,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> Outcome:
    """Call `function` with plain `arguments` (the first `positional` ones by position).

    Returns a `value`, `raised` or `refused` outcome whose value is plain data that shares no
    memory with anything the function can still reach. Never raises for what the function does;
    MemoryError becomes an outcome of kind `memory`.
    """
    delivered = {name: deliver(value, library) for name, value in arguments.items()}
    leaves = {name: _leaves(value, library) for name, value in delivered.items()}
    before = {name: [library.fingerprint(a) for a in found] for name, found in leaves.items()}
    names = list(delivered)
    by_position = [delivered[name] for name in names[:positional]]
    own = {name: parameters.names.get(name, name) for name in names[positional:]}
    by_name = {**parameters.defaults, **{own[name]: delivered[name] for name in own}}
    started = library.clock()
    try:
        result = function(*by_position, **by_name)
        seconds = library.clock() - started
    except MemoryError:
        return Outcome("memory")
    except BaseException as error:  # includes sys.exit in the student's code
        raised = describe(error, student_file)
        if out_of_memory(raised):
            return Outcome("memory")
        return Outcome("raised", error=raised)
    mutated = tuple(
        name
        for name, found in leaves.items()
        if [library.fingerprint(a) for a in found] != before[name]
    )
    try:
        plain, infos = _collect(result, library)
        returned = _leaves(result, library)
        aliased = tuple(
            name
            for name, found in leaves.items()
            if any(library.shares_memory(out, item) for out in returned for item in found)
        )
        _, _, packed = pack(plain, bounds)
        value = _with_arrays(plain, iter(packed))
    except ValuesError as error:
        return Outcome("refused", detail=str(error), mutated=mutated, seconds=seconds)
    except MemoryError:
        return Outcome("memory", seconds=seconds)
    except RecursionError:
        return Outcome("refused", detail="nested too deep", seconds=seconds)
    except Exception:  # a result whose own methods fail while it is collected
        return Outcome("refused", detail=f"type {type_name(result)}", seconds=seconds)
    return Outcome(
        "value",
        value=value,
        arrays=tuple(infos),
        mutated=mutated,
        aliased=aliased,
        seconds=seconds,
    )


def out_of_memory(raised: Raised) -> bool:
    """Return whether an exception is torch's equivalent of MemoryError."""
    if raised.type == "RuntimeError":
        return "DefaultCPUAllocator" in raised.message
    return "OutOfMemoryError" in raised.bases


def describe(error: BaseException, student_file: str = "") -> Raised:
    """Return an exception as plain text, even if its message raises, is huge or missing."""
    kind = type(error)
    bases = tuple(
        name[:80]
        for base in type.mro(kind)
        if type(name := type.__getattribute__(base, "__name__")) is str
        and base not in (object, BaseException)
    )[:16]
    try:
        message = str(error)
        if type(message) is not str:
            message = ""
    except BaseException:
        message = ""
    message = message.encode("utf-8", "replace")[:MESSAGE_BYTES].decode("utf-8", "ignore")
    raised = Raised(type_name(error), bases, message)
    try:
        if isinstance(error, SyntaxError):
            return _at_syntax_error(raised, error)
        last = _last_within(student_file, error.__traceback__)
        if last is None:
            return raised
        line, function = last.tb_lineno, last.tb_frame.f_code.co_name
        text = linecache.getline(student_file, line).strip()
    except BaseException:
        return raised
    return raised._replace(line=line, text=text[:200], function=function[:80])


def _last_within(file: str, trace: object) -> TracebackType | None:
    """Return the last place in `file` that an exception passed through.

    `traceback.extract_tb` would look up the text of every line on the way.
    """
    last = None
    while type(trace) is TracebackType:  # the attribute of a student's class may be anything
        if trace.tb_frame.f_code.co_filename == file:
            last = trace
        trace = trace.tb_next
    return last


def _at_syntax_error(raised: Raised, error: SyntaxError) -> Raised:
    text = error.text if type(error.text) is str else ""
    line = error.lineno if type(error.lineno) is int else None
    message = error.msg if type(error.msg) is str else raised.message
    return raised._replace(message=message[:MESSAGE_BYTES], line=line, text=text.rstrip()[:200])


def _leaves(value: Any, library: Library) -> list[Any]:
    if library.is_array(value):
        return [value]
    if type(value) in (list, tuple):
        return [leaf for child in value[:64] for leaf in _leaves(child, library)]
    if type(value) is dict:
        return [leaf for child in list(value.values())[:64] for leaf in _leaves(child, library)]
    return []


def _collect(value: Any, library: Library, depth: int = 0) -> tuple[Any, list[ArrayInfo]]:
    """Return `value` with every array as plain numpy, and the location of each array."""
    if depth > DEFAULT_BOUNDS.depth:
        raise ValuesError(f"nested deeper than {DEFAULT_BOUNDS.depth}")
    if type(value) in (list, tuple):
        if len(value) > DEFAULT_BOUNDS.nodes:
            raise ValuesError(f"more than {DEFAULT_BOUNDS.nodes} items")
        pairs = [_collect(child, library, depth + 1) for child in value]
        return type(value)(item for item, _ in pairs), [i for _, infos in pairs for i in infos]
    if type(value) is dict:
        if len(value) > DEFAULT_BOUNDS.nodes:
            raise ValuesError(f"more than {DEFAULT_BOUNDS.nodes} items")
        pairs = [_collect(child, library, depth + 1) for child in value.values()]
        plain = dict(zip(value, (item for item, _ in pairs), strict=True))
        return plain, [i for _, infos in pairs for i in infos]
    item, info = library.collect(value)
    return item, [info] if info else []


def _with_arrays(plain: Any, packed: Any) -> Any:
    """Return `plain` with its arrays replaced, in reading order, by the packed copies."""
    if isinstance(plain, np.ndarray):
        return next(packed)
    if isinstance(plain, np.generic):
        return next(packed)[()]
    if type(plain) in (list, tuple):
        return type(plain)([_with_arrays(child, packed) for child in plain])
    if type(plain) is dict:
        return {key: _with_arrays(child, packed) for key, child in plain.items()}
    return plain
