"""Define the plugin's options, and import the rest only if one of them is given.

Every run of pytest imports this module, so without `--learncnn` neither the grader nor numpy is
imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

#: Minimum version of pytest: the first with `pytest_collect_directory`, which avoids imports.
_OLDEST = (8, 0)


class _Help(str):
    """The help of an option: `%` and the key of its text, looked up when help is shown."""

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
    """Register the hooks that collect and check, if an option asks for it.

    Raises pytest.UsageError if pytest is too old or an option is invalid.
    """
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
