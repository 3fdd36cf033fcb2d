"""Extend click with bilingual help, commands attached by name, and one place for exit codes.

Help texts are keys of grader/i18n/text/help.toml and are looked up only when help is shown.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from ..errors import LearncnnError, UsageError
from .streams import open_streams

#: Exception that newer versions of click raise to show the help of a group without a command.
HELP_PAGE = getattr(click.exceptions, "NoArgsIsHelpError", ())

ChooseLanguage = Callable[[Mapping[str, Any]], object]


class Context(click.Context):
    """A click context whose help page is in the language in use."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return the formatter of a help page."""
        from .usage import Formatter

        return Formatter(width=self.terminal_width, max_width=self.max_content_width)


class Number(click.FloatRange):
    """A number within bounds; refuses `nan`."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number. Raises BadParameter."""
        number: float = super().convert(value, param, ctx)
        if number != number:
            self.fail(str(value), param, ctx)
        return number


class HelpOption(click.Option):
    """An option whose help is a key of text/help.toml."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the names and the translated help."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        from ..i18n.texts import say

        return record[0], record[1].replace(self.help, say("help", f"option.{self.help}"))


class Spoken(click.Command):
    """Base of commands and groups: shows click's own texts in the language in use."""

    context_class = Context

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, one line each."""
        from ..i18n.texts import say

        records = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if isinstance(parameter, HelpOption) and record is not None:
                records.append(record)
            elif isinstance(parameter, click.Option) and record is not None:
                # click's own `--help` or `--version`; before click 8.4, the order of names varies.
                name = max(parameter.opts, key=len).lstrip("-")
                records.append((record[0], say("usage", name)))
        with formatter.section("Options"):
            formatter.write_dl(records)


class Command(Spoken):
    """A command whose help is the sentence `command.NAME`."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the sentence for the list of commands."""
        return _about(self.name)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sentence below the usage."""
        formatter.write_paragraph()
        with formatter.indentation():
            group = ctx.parent.command.name if ctx.parent else None
            formatter.write_text(_about(self.name, group))


class Group(Spoken, click.Group):
    """A group that imports some of its commands only when they are used."""

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Names of commands, with the modules that define them.
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of own commands, then of lazy ones, in the order of definition."""
        return [*self.commands, *(name for name in self.lazy if name not in self.commands)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return an own command, or import a lazy one from its module."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        found = getattr(import_module(self.lazy[cmd_name]), cmd_name.replace("-", "_"))
        assert isinstance(found, click.Command)
        return found

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the sentence for the list of commands."""
        return _about(self.name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, one line each, without importing them."""
        rows = [(name, _about(name, self.name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sentence about the group."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_about(self.name))


class MainGroup(Group):
    """The outermost group: turns errors into messages and exit codes."""

    #: Called after every command, to clean up what was started before it.
    after: Callable[[], None] = staticmethod(lambda: None)
    #: Called with the parsed options before help or a usage error is shown.
    choose_language: ChooseLanguage = staticmethod(lambda params: None)
    exit_codes: Callable[[LearncnnError], int] = staticmethod(lambda error: 1)

    def get_help(self, ctx: click.Context) -> str:
        """Return the help page in the chosen language."""
        self.choose_language(ctx.params)
        return super().get_help(ctx)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit with its code, or report an error and exit with that code."""
        given = args[0] if args else extra.pop("args", None)
        words: list[str] = list(sys.argv[1:] if given is None else given)
        extra["standalone_mode"] = False
        open_streams()
        try:
            code = super().main(words, *args[1:], **extra)
        except click.ClickException as error:
            code = error.exit_code
            if isinstance(error, HELP_PAGE):
                error.show()
            else:
                self._report_usage(words, error)
        except (click.Abort, KeyboardInterrupt):
            code = 130
        except BrokenPipeError:
            _drop_stdout()
            code = 1
        except LearncnnError as error:
            code = self.exit_codes(error)
            _report(words, error, code)
        except Exception as error:  # a fault of the grader, never of the student's code
            code = self.exit_codes(LearncnnError())
            _report(words, error, code)
        finally:
            self.after()
        sys.exit(code if isinstance(code, int) else 0)

    def _report_usage(self, words: Sequence[str], error: click.ClickException) -> None:
        from .usage import usage_sentence

        context = getattr(error, "ctx", None)
        self.choose_language(context.find_root().params if context else {})
        _report(words, UsageError(usage_sentence(error)), error.exit_code)


def _report(words: Sequence[str], error: Exception, code: int) -> None:
    """Print an error to standard error in one line, and with `--json` as a document.

    LEARNCNN_DEBUG, or `-v` for a fault of the grader (code 5), adds the traceback.
    """
    from ..i18n.texts import say, worded

    known = isinstance(error, LearncnnError)
    message = worded(error) if known else f"{type(error).__name__}: {error}"
    _to_stdout("")
    if os.environ.get("LEARNCNN_DEBUG") or (code == 5 and {"-v", "--verbose"} & set(words)):
        import traceback

        traceback.print_exception(error)
    if "--json" in words:
        import json

        _to_stdout(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False) + "\n")
    if code == 5:
        message = say("help", "fault", message=message)
    sys.stderr.write(f"learncnn: {message}\n")


def _to_stdout(text: str) -> None:
    """Write to standard output; ignore an error, which may be the one being reported."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        _drop_stdout()


def _drop_stdout() -> None:
    """Redirect standard output to the null device, so that flushing at exit cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _about(name: str | None, group: str | None = None) -> str:
    """Return the sentence about a command; its key is `GROUP_NAME` for a subgroup's command."""
    from ..i18n.texts import say

    key = name if group in (None, "learncnn") else f"{group}_{name}"
    return say("help", f"command.{key}")
