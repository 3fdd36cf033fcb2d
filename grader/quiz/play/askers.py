"""Ask questions: by single keys on a terminal, by lines of text elsewhere."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from ...errors import Stop
from ...i18n.texts import say
from ...terminal.layout import clean, wrapped
from ..items.item import DONT_KNOW, LETTERS
from ..items.variants import Variant
from .asking import Answered
from .screen import Page, ask_line, choice_lines, judgement_lines, question_lines

if TYPE_CHECKING:
    from ..answers.parse import Refused

_SURE = {"s": True, "y": True, "sure": True, "yes": True, "有": True, "有把握": True, "是": True}
_NOT_SURE = {"n": False, "no": False, "not sure": False, "没": False, "没把握": False, "否": False}
_TAPS = {**_SURE, **_NOT_SURE}


class Lines:
    """Asks by lines of text: the answer, then an optional confidence."""

    def __init__(self, page: Page, *, confidence: bool = True, title: str = "") -> None:
        self.page = page
        self.confidence = confidence
        #: Title shown above each question on a cleared screen.
        self.title = title
        #: A line that was already read and will be used as the next answer.
        self._pending: str | None = None

    def ask(self, variant: Variant, number: int, total: int) -> str:
        """Show the question and read an answer."""
        self.show([*question_lines(variant, number, total, self.page), ""])
        self.prompt(ask_line(variant))
        return self.line("> ")

    def refuse(self, variant: Variant, refused: Refused) -> str:
        """Say why this is not an answer, and read another."""
        self.prompt(clean(refused.message()))
        return self.line("> ")

    def sure(self) -> bool | None:
        """Ask how sure the answer is; return None if that is not answered.

        Any other line is used as the answer to the next question.
        """
        if not self.confidence:
            return None
        self.prompt(say("quiz", "sure"))
        text = self.line("? ")
        tapped = text.strip().lower()
        if tapped and tapped not in _TAPS:
            self._pending = text
        return _TAPS.get(tapped)

    def confirm(self, given: str) -> bool:
        """Return whether to keep an answer as it was understood; always true for lines."""
        return True

    def explain(self, answered: Answered, *, last: bool) -> None:
        """Show the verdict and every explanation."""
        self.show([*judgement_lines(answered.variant, answered.judgement, self.page), ""])

    def line(self, prompt: str) -> str:
        """Read one line of input. Raises Stop at the end of the input."""
        sys.stdout.write(prompt)
        sys.stdout.flush()
        if self._pending is not None:
            text, self._pending = self._pending, None
            sys.stdout.write(f"{text}\n")
            return text
        text = sys.stdin.readline() if sys.stdin else ""
        if not (sys.stdin and sys.stdin.isatty()):
            sys.stdout.write("\n" if not text else text.rstrip("\n") + "\n")
        if not text:
            raise Stop
        return text.rstrip("\n")

    def prompt(self, text: str) -> None:
        """Print a sentence, wrapped to the width of the page."""
        self.show(wrapped(text, self.page.width))

    def show(self, lines: list[str]) -> None:
        """Print lines to standard output."""
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()


class Keys(Lines):
    """Asks on a terminal: one question per screen, by single keys where they suffice."""

    def ask(self, variant: Variant, number: int, total: int) -> str:
        """Show the question on a cleared screen and read an answer. Raises Stop."""
        sys.stdout.write("\x1b[2J\x1b[H")
        if self.title:
            self.show([self.title, ""])
        self.show([*question_lines(variant, number, total, self.page), ""])
        return self._answer(variant)

    def _answer(self, variant: Variant) -> str:
        letters = LETTERS[: len(variant.choices)]
        if variant.item.kind == "choice":
            self.prompt(say("quiz", "keys.choice"))
            return self._typed(self.key(letters + "?q\x04"))
        if variant.item.kind == "multiple":
            self.prompt(say("quiz", "keys.multiple"))
            return self._marked(variant, letters)
        self.prompt(ask_line(variant))
        typed = self.line("> ")
        if typed.strip() == "q" and "q" not in variant.item.variables:
            raise Stop
        return typed

    def _typed(self, key: str) -> str:
        if key in "q\x04":
            raise Stop
        self.show([f"> {key}"])
        return key

    def sure(self) -> bool | None:
        """Ask how sure the answer is, by one key; return None for Enter."""
        if not self.confidence:
            return None
        self.prompt(say("quiz", "sure"))
        key = self.key("sny\r\n\x04")
        return None if key in "\r\n\x04" else key in "sy"

    def _marked(self, variant: Variant, letters: str) -> str:
        marked: set[int] = set()
        self.show(["", *choice_lines(variant, self.page, ())])
        while True:
            key = self.key(letters + "\r\n?q\x04")
            if key in "?q\x04":
                return self._typed(key)
            if key in "\r\n" and marked:
                return " ".join(letters[n] for n in sorted(marked))
            if key in letters:
                marked ^= {letters.index(key)}
                lines = choice_lines(variant, self.page, sorted(marked))
                sys.stdout.write(f"\x1b[{len(lines)}A\x1b[J")  # overwrite the lines shown before
                self.show(lines)

    def refuse(self, variant: Variant, refused: Refused) -> str:
        """Say why this is not an answer, and read another."""
        self.prompt(clean(refused.message()))
        return self._answer(variant)

    def confirm(self, given: str) -> bool:
        """Show the answer as it was understood; return False to answer again. Raises Stop."""
        shown = say("quiz", "dont_know") if given == DONT_KNOW else given
        self.prompt(say("exam", "confirm", given=shown))
        key = self.key("\r\n eq\x04")
        if key in "q\x04":
            raise Stop
        return key != "e"

    def explain(self, answered: Answered, *, last: bool) -> None:
        """Show the verdict and every explanation, then wait for a key. Raises Stop."""
        super().explain(answered, last=last)
        if not last:
            self.show([self.page.paint(say("quiz", "continue"), "dim")])
            if self.key("\r\n q\x04") in "q\x04":
                raise Stop

    def key(self, wanted: str) -> str:
        """Read the next key that is in `wanted`, ignoring the case of letters. Raises Stop."""
        from ...terminal.keypress import read_key, single_keys

        with single_keys():
            while True:
                try:
                    pressed = read_key(0)
                except EOFError:
                    raise Stop from None
                for key in (pressed, pressed.upper(), pressed.lower()):
                    if key and key in wanted:
                        return key


def asker_for(page: Page, *, confidence: bool = True, title: str = "") -> Lines:
    """Return `Keys` if input and output are a capable terminal, otherwise `Lines`."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # invalid bytes are then refused
    if (
        sys.stdin
        and sys.stdin.isatty()
        and sys.stdout.isatty()
        and os.environ.get("TERM") != "dumb"
    ):
        return Keys(page, confidence=confidence, title=title)
    return Lines(page, confidence=confidence, title=title)
