"""Every exception of learncnn, and the messages that they carry.

    LearncnnError                a message meant for a person; cli.py alone makes it an exit code
    ├── UsageError               a name, option or setting that does not exist or does not fit
    │   └── ContainerError       a folder or archive as a whole cannot be read
    ├── WorkspaceError           the student's folder
    ├── SubmissionError          a student's file
    │   ├── SlowFileError        … took too long to read
    │   └── EmptySubmission      … holds no code
    ├── KeyUnavailable           no answer key can be had
    ├── GradebookError           the gradebook
    ├── ItemError                a quiz item
    ├── FigureError              a figure block of a lesson
    ├── CheckRefused             `learncnn.check` in a notebook: a sentence without a traceback
    └── GraderFault              the grader itself failed
        ├── DamagedKey           a key file is not what it says it is
        ├── CannotWrap           bubblewrap cannot be used
        ├── RecordsRefused       another machine answers what no honest one does
        └── SandboxKilled        a submission's process was killed from outside, twice

    Exception                    caught within learncnn, never shown as they are
    ├── Ambiguous, ExpressionError, FileConflict, KilledAtStart, Lost, RefusedInput, RunStopped
    └── Stop, Untranslatable, ZygoteLost

The sandbox's own (FrameError, ValuesError, Unsupported, Overdue) are declared in `sandbox/`: in a
worker it is a package by itself, without the rest of learncnn.

An error carries a message, which is a key and values instead of a sentence:
`UsageError("batch", "source", source=4)` has the key `batch.source`. `str()` gives the sentence in
English; `i18n.texts.worded` gives it in the language in use. This module imports nothing:
every command waits for it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` itself would be loaded before a check's worker is started
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Message:
    """A sentence that is not worded yet: a key, and the values that its template is filled with.

    `Message("batch", "source", source=4)` is the sentence `source` of batch.toml. `Message("text")`
    is the text itself in every language: a fault for engineers, or a library's own words. Values
    are plain data (see `_plain`), so a message can be pickled, compared and written as JSON.
    """

    __slots__ = ("key", "text", "values")

    #: `family.key`, or "" for a text.
    key: str
    text: str
    values: dict[str, Any]

    def __init__(self, family: object = "", key: str = "", /, **values: object) -> None:
        self.key = f"{family}.{key}" if key else ""
        self.text = "" if key else str(family)
        self.values = {name: _plain(value) for name, value in values.items()}

    def __str__(self) -> str:
        """Return the sentence in English, or key and values where it cannot be had."""
        if not self.key:
            return self.text
        return _wording[0](self) if _wording else f"{self.key} {self.values}"

    def __repr__(self) -> str:
        if not self.key:
            return f"Message({self.text!r})"
        family, _, key = self.key.partition(".")
        filled = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"Message({family!r}, {key!r}{filled})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return (self.key, self.text, self.values) == (other.key, other.text, other.values)

    def __hash__(self) -> int:
        return hash((self.key, self.text, *self.values))

    def __bool__(self) -> bool:
        """Return whether there is anything to say."""
        return bool(self.key or self.text)


#: What stands between names and terms in the language that a list is worded in.
COMMA = Message("lists", "comma")
#: The same between parts that may hold commas themselves.
SEMICOLON = Message("lists", "semicolon")
#: The same between clauses and equations.
CLAUSE = Message("lists", "clause")


class Messages:
    """Several messages or texts as one value, joined by `between` when they are worded.

    An error lists names with `Messages(names)`; a sentence that is worded at once, with
    `i18n.texts.listed`.
    """

    __slots__ = ("between", "parts")

    parts: tuple[Any, ...]
    between: Any

    def __init__(self, parts: Iterable[object], between: object = COMMA) -> None:
        self.parts = tuple(map(_plain, parts))
        self.between = _plain(between)

    def __str__(self) -> str:
        return str(self.between).join(map(str, self.parts))

    def __repr__(self) -> str:
        return f"Messages({self.parts!r}, {self.between!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Messages):
            return NotImplemented
        return (self.parts, self.between) == (other.parts, other.between)

    def __hash__(self) -> int:
        return hash((self.parts, self.between))


#: What has nothing to say, and is false.
NO_MESSAGE = Message()
#: The function that words a message in English, once `i18n` has been imported.
_wording: list[Callable[[Message], str]] = []


def use_wording(function: Callable[[Message], str]) -> None:
    """Choose the function that words a message in English for `str()`."""
    _wording[:] = [function]


def _plain(value: object) -> object:
    """Return a value as data that outlives its process: other objects become their text.

    An exception as a value would keep its frames alive and need not survive pickling.
    """
    if isinstance(value, LearncnnError):
        return value.message
    if value is None or isinstance(value, (bool, Message, Messages)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    for kind in (int, float):  # numpy's numbers and enumerations lose their own type
        if isinstance(value, kind):
            return kind(value)
    return str(value)


def _restored(kind: type[LearncnnError], args: tuple[object, ...]) -> LearncnnError:
    """Make an unpickled error; pickle restores its attributes afterwards."""
    return kind.__new__(kind, *args)


class LearncnnError(Exception):
    """Base of all errors with a message meant for a person: it names the thing and the way out.

    `UsageError("batch", "source", source=4)` carries a key and values, `GraderFault("text")` a
    text, and `UsageError(error)`, or `UsageError(message)`, says the same as another.
    """

    message: Message

    def __init__(self, family: object = "", key: str = "", /, **values: object) -> None:
        if isinstance(family, LearncnnError):
            self.message = family.message
        elif isinstance(family, Message):
            self.message = family
        else:
            self.message = Message(family, key, **values)
        super().__init__(self.message.key or self.message.text)

    @property
    def key(self) -> str:
        """The key of the sentence, `family.key`; "" where the message is a text."""
        return self.message.key

    @property
    def values(self) -> dict[str, Any]:
        """What the sentence is filled with."""
        return self.message.values

    def __str__(self) -> str:
        return str(self.message)

    def __repr__(self) -> str:
        return f"{type(self).__name__}{repr(self.message).removeprefix('Message')}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args), self.__dict__


class UsageError(LearncnnError):
    """A name, option or setting that does not exist or does not fit."""


class ContainerError(UsageError):
    """A container as a whole cannot be read."""


class WorkspaceError(LearncnnError):
    """The workspace is missing, from a newer version, or cannot be written."""


class SubmissionError(LearncnnError):
    """A student's file cannot be read as a submission."""


class SlowFileError(SubmissionError):
    """A student's file took too long to read; it is left out, and may be tried again."""


class EmptySubmission(SubmissionError):
    """A student's file holds no code."""


class KeyUnavailable(LearncnnError):
    """No answer key can be had: no practice key, or the solutions are not installed."""


class GradebookError(LearncnnError):
    """The gradebook is missing, foreign, of another version, locked, full or out of reach."""


class NoGradebook(GradebookError):
    """There is no gradebook, or no such course in it."""


class ItemError(LearncnnError):
    """A quiz item that cannot be used; the message names file, item and line."""


class FigureError(LearncnnError):
    """A figure block of a lesson that cannot be drawn; the message names the block."""


class CheckRefused(LearncnnError):
    """`learncnn.check` cannot check what it was given; its text is worded already."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython prints in place of a traceback."""
        return [str(self)]


class GraderFault(LearncnnError):
    """The grader itself failed; never blamed on the student."""


class DamagedKey(GraderFault):
    """A key file that is not what it says it is."""


class CannotWrap(GraderFault):
    """Workers cannot be wrapped; `why` is `missing`, `fails` or `device`."""

    def __init__(self, why: str, reason: str = "") -> None:
        super().__init__("batch", f"wrap_{why}", reason=reason)
        self.why = why
        self.reason = reason


class RecordsRefused(GraderFault):
    """What another machine sent is no answer to what it was asked; it is not to be believed."""


class SandboxKilled(GraderFault):
    """A submission whose process was killed from outside, twice: it has no verdict.

    `how` is the signal, `everywhere` whether a program of the grader's own was killed in its place
    as well, so that the machine is to blame, `memory` whether the kernel ended processes for lack
    of memory meanwhile.
    """

    def __init__(
        self,
        family: object = "",
        key: str = "",
        /,
        *,
        how: str = "",
        everywhere: bool = True,
        memory: bool = False,
        **values: object,
    ) -> None:
        super().__init__(family, key, how=how, **values)
        self.how = str(self.values.get("how", how))
        self.everywhere = everywhere
        self.memory = memory


class Ambiguous(Exception):
    """More than one student answers to a label; `ids` are theirs, sorted."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = sorted(ids)
        super().__init__(", ".join(self.ids))


class RunStopped(Exception):
    """The program that asked for a run has stopped it from another thread."""


class ExpressionError(Exception):
    """An expression that cannot be read or evaluated. Never reaches a learner as it is."""


class FileConflict(Exception):
    """A file is not the one that was edited; `found` is what it is now, a `FileText`."""

    def __init__(self, found: Any) -> None:
        super().__init__(found.name)
        self.found = found


class KilledAtStart(Exception):
    """A process was killed from outside before it had seen a submission."""


class Lost(Exception):
    """No further message will come: `kind` is an outcome's kind."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


class RefusedInput(Exception):
    """Input that is no answer; `key` names the sentence that says why."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Stop(Exception):
    """The person wants no more questions, or the input has ended."""


class Untranslatable(Exception):
    """What Moodle's formulas cannot say: matrices, conditions, comparisons."""


class ZygoteLost(Exception):
    """The zygote went away; it can be started again. `killed` if it was killed from outside."""

    def __init__(self, reason: str, *, killed: bool) -> None:
        super().__init__(reason)
        self.killed = killed
