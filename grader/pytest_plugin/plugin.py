"""Define only pytest's options, because every run of pytest imports this module.

Without `--learncnn` neither the grader nor numpy is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

#: The oldest pytest with hooks for folders, so that it imports no file of a student.
_OLDEST = (8, 0)


class _Help(str):
    """The help of an option: `%` and the key of its text, which is read when help is shown."""

    def __mod__(self, _: object) -> str:
        from ..i18n.texts import language_of_locale, say, use_language

        use_language(language_of_locale())
        return say("pytest", f"option.{self[1:]}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--learncnn` and `--learncnn-classroom`."""
    group = parser.getgroup("learncnn")
    group.addoption("--learncnn", action="store_true", help=_Help("%learncnn"))
    group.addoption("--learncnn-classroom", metavar="EX,EX", help=_Help("%classroom"))


def pytest_configure(config: Any) -> None:
    """Register what collects and checks, if it is asked for. Raises pytest.UsageError."""
    if not (config.getoption("--learncnn") or config.getoption("--learncnn-classroom")):
        return
    import pytest

    if pytest.version_tuple < _OLDEST:
        from ..errors import UsageError
        from ..i18n.texts import language_of_locale, use_language, worded

        use_language(language_of_locale())
        oldest = ".".join(map(str, _OLDEST))
        too_old = UsageError("pytest", "too_old", oldest=oldest, version=pytest.__version__)
        raise pytest.UsageError(worded(too_old))
    from .collecting import register

    register(config)
