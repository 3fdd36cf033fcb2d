"""Translate click's own texts: the headings of a help page, and usage errors."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ..i18n.texts import listed, say
from .layout import indented, padded, width_of, wrapped


class Formatter(click.HelpFormatter):
    """Formatter of a help page that also wraps Chinese text, by its width in columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line with its translated prefix."""
        super().write_usage(prog, args, say("usage", "usage") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write the translated heading `Options` or `Commands`."""
        self.write(" " * self.current_indent + say("usage", heading.lower()) + "\n")

    def write_text(self, text: str) -> None:
        """Write a paragraph, wrapped."""
        self._write_lines(wrapped(text, self.width - self.current_indent))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms with their meanings beside them, or below if the term is long."""
        rows = list(rows)
        column = min(max(width_of(term) for term, _ in rows), col_max) + col_spacing
        for term, meaning in rows:
            lines = wrapped(meaning, max(self.width - column - self.current_indent, 10))
            first = [padded(term, column) + lines.pop(0)] if width_of(term) < column else [term]
            self._write_lines([*first, *indented(lines, column)])

    def _write_lines(self, lines: list[str]) -> None:
        self.write("".join(f"{line}\n" for line in indented(lines, self.current_indent)))


def usage_sentence(error: click.ClickException) -> str:
    """Return the sentence of a usage error, with the command that shows the help."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    said = _problem(error)
    return said + say("usage", "see", command=context.command_path) if context else said


def _problem(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return say("usage", "no_option", name=error.option_name) + _near(error)
    if name := getattr(error, "command_name", None):  # NoSuchCommand of newer versions of click
        return say("usage", "no_command", name=name) + _near(error)
    if isinstance(error, click.MissingParameter):
        return say("usage", "missing", name=_name(error))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return say("usage", "bad_value", name=_name(error), problem=_wanted(error))
    return error.format_message()


def _near(error: click.ClickException) -> str:
    names = say("usage", "or").join(getattr(error, "possibilities", None) or ())
    return say("usage", "near", names=names) if names else ""


def _name(error: click.BadParameter) -> str:
    """Return the option or argument as typed, or the environment variable that set it."""
    parameter, context = error.param, error.ctx
    assert parameter is not None
    source = context.get_parameter_source(parameter.name or "") if context else None
    if source is click.core.ParameterSource.ENVIRONMENT:
        return str(parameter.envvar)
    return parameter.get_error_hint(context).strip("'")


def _wanted(error: click.BadParameter) -> str:
    """Return what a value has to be; click's own message if there is no translation."""
    assert error.param is not None
    wanted = error.param.type
    if isinstance(wanted, click.Choice):
        return say("usage", "one_of", values=listed(wanted.choices))
    if isinstance(wanted, (click.IntRange, click.FloatRange)):
        kind = "whole" if isinstance(wanted, click.IntRange) else "number"
        if wanted.max is None:
            return say("usage", f"{kind}_least", low=wanted.min)
        return say("usage", kind, low=wanted.min, high=wanted.max)
    return error.message
