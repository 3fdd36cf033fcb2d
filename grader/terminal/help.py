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

#: What newer versions of click raise instead of showing the help of a group without a command.
HELP_PAGE = getattr(click.exceptions, "NoArgsIsHelpError", ())

ChooseLanguage = Callable[[Mapping[str, Any]], object]


class Context(click.Context):
    """A call, whose help page is in the language in use."""

    def make_formatter(self) -> click.HelpFormatter:
        """What lays out a help page."""
        from .usage import Formatter

        return Formatter(width=self.terminal_width, max_width=self.max_content_width)


class Number(click.FloatRange):
    """A number within bounds; `nan` is within none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number. Raises BadParameter."""
        number: float = super().convert(value, param, ctx)
        if number != number:
            self.fail(str(value), param, ctx)
        return number


class HelpOption(click.Option):
    """An option whose help is a key."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The names and the translated help."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        from ..i18n.texts import say

        return record[0], record[1].replace(self.help, say("help", f"option.{self.help}"))


class Spoken(click.Command):
    """What commands and groups share: click's own words in the language in use."""

    context_class = Context

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """All options with a line each."""
        from ..i18n.texts import say

        records = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if isinstance(parameter, HelpOption) and record is not None:
                records.append(record)
            elif isinstance(parameter, click.Option) and record is not None:
                # `--help` or `--version`, which are click's own; before 8.4 in any order.
                name = max(parameter.opts, key=len).lstrip("-")
                records.append((record[0], say("usage", name)))
        with formatter.section("Options"):
            formatter.write_dl(records)


class Command(Spoken):
    """A command whose help is the sentence `command.NAME`."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The one line of the list of commands."""
        return _about(self.name)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The same line under the usage."""
        formatter.write_paragraph()
        with formatter.indentation():
            group = ctx.parent.command.name if ctx.parent else None
            formatter.write_text(_about(self.name, group))


class Group(Spoken, click.Group):
    """A group that imports some of its commands only when they are used."""

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Command → module that defines it.
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are written."""
        return [*self.commands, *(name for name in self.lazy if name not in self.commands)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Our own command, or one of another module."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        found = getattr(import_module(self.lazy[cmd_name]), cmd_name.replace("-", "_"))
        assert isinstance(found, click.Command)
        return found

    def get_short_help_str(self, limit: int = 45) -> str:
        """The one line of the list of commands."""
        return _about(self.name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """All commands with a line each; no command is imported for it."""
        rows = [(name, _about(name, self.name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the group is for."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_about(self.name))


class MainGroup(Group):
    """The outermost group: turns errors into messages and exit codes."""

    #: Ends what was begun before.
    after: Callable[[], None] = staticmethod(lambda: None)
    #: Chooses the language before help is shown.
    choose_language: ChooseLanguage = staticmethod(lambda params: None)
    exit_codes: Callable[[LearncnnError], int] = staticmethod(lambda error: 1)

    def get_help(self, ctx: click.Context) -> str:
        """Help in the language asked for."""
        self.choose_language(ctx.params)
        return super().get_help(ctx)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and exit with the code of what happened."""
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
        except Exception as error:  # ours, never the student's
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
    """One clear line; with -v or LEARNCNN_DEBUG the traceback too; with --json a document."""
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
    """Write to standard output, which may be what the error is about: full, or gone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        _drop_stdout()


def _drop_stdout() -> None:
    """Send what is still buffered nowhere, so that it is not tried again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _about(name: str | None, group: str | None = None) -> str:
    """The sentence about a command; those of a group besides `learncnn` under the group's name."""
    from ..i18n.texts import say

    key = name if group in (None, "learncnn") else f"{group}_{name}"
    return say("help", f"command.{key}")
