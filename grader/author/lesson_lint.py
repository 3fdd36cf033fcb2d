"""Lint the typography and terms of texts for students: lessons, and sentences of TOML files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from ..course.catalog import EXERCISES
from ..i18n.tomlio import load_toml, parse_toml

GLOSSARY = EXERCISES / "glossary.toml"
#: Character that replaces a code span in the surrounding text.
CODE = "\ue000"

_HAN = "\u3400-\u9fff"
_LATIN = f"A-Za-z0-9\u0370-\u03ff°%²³⁰-⁹₀-₉{CODE}"
_STOPS = "，。：；？！（）、《》"
_FULL = f"{_STOPS}“”"
#: Patterns that no Chinese text may contain, each with its message.
_EVERYWHERE = (
    (
        f"[{_HAN}][{_LATIN}\\[]|[{_LATIN}\\])][{_HAN}]",
        "needs a space between Chinese and Latin",
    ),
    (f"[{_HAN}] [{_HAN}]", "has a space between Chinese characters"),
    (f"(?<! ) [{_FULL}]|[{_FULL}] (?! )", "has a space beside full-width punctuation"),
    (f"[{_HAN}][,:;?!]|[{_HAN}]\\.(?!\\d)", "has half-width punctuation"),
    (f"[,:;?!] *[{_HAN}]", "has half-width punctuation"),
    (f"[{_HAN}]\\(|[{_HAN}] \\([a-zA-Z]{{4,}}\\)", "has half-width brackets"),
    (f"\\([^()]*[{_HAN}][^()]*\\)", "has half-width brackets"),
)
#: Further patterns for lessons, where code is marked as such.
_IN_LESSONS = (
    *_EVERYWHERE,
    (f"[{_HAN}{_LATIN}{_FULL}] {{2,}}(?=[{_HAN}{_LATIN}])", "has two spaces in a row"),
    (f"{CODE}[,:;?!]", "has half-width punctuation"),
    (r"[\"']", "has straight quotation marks"),
    (r"\.\.\.", "needs …… for an ellipsis"),
)
#: Further patterns for TOML sentences, where code may be unmarked and two spaces separate columns.
_IN_SENTENCES = (
    *_EVERYWHERE,
    (r"[,:;?!]$", "ends in half-width punctuation"),
    (f"[{_HAN}][\"']|[\"'][{_HAN}]", "has straight quotation marks"),
    (f"[{_HAN}]\\.\\.\\.|\\.\\.\\.[{_HAN}]", "needs …… for an ellipsis"),
    (f"\\*[{_HAN}]|[{_HAN}]\\*", "has a * for stress"),
)
#: Patterns for lines of code, whose comments and strings may be Chinese.
_IN_CODE = ((f"[{_HAN}][,:;?!]|[,:;] *[{_HAN}]", "has half-width punctuation"),)


class Block(NamedTuple):
    """One paragraph, heading, list item or table cell: its first line and its text."""

    line: int
    text: str


class Term(NamedTuple):
    """A term of the glossary."""

    en: str
    zh: str
    once: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    #: English words that no text uses for it, and phrases in which they mean something else.
    refused_en: tuple[str, ...] = ()
    allowed_en: tuple[str, ...] = ()


class Prose(NamedTuple):
    """A lesson in parts: its text blocks, its lines of code, and lines with breaks or italics."""

    blocks: tuple[Block, ...]
    code: tuple[Block, ...]
    #: Lines of the paragraphs with a line break, and of those with italics.
    broken: tuple[int, ...]
    italic: tuple[int, ...]


@cache
def glossary() -> tuple[Term, ...]:
    """Return the terms of the course. Raises LearncnnError if the glossary cannot be read."""
    return tuple(
        Term(
            t["en"],
            t["zh"],
            *(tuple(t.get(name, ())) for name in ("once", "refused", "refused_en", "allowed_en")),
        )
        for t in load_toml(GLOSSARY)["term"]
    )


def prose_problems(text: str, language: str) -> Iterator[str]:
    """Yield what is wrong with the Markdown `text` of a lesson, each with its line."""
    prose = read_prose(text)
    for block in prose.blocks:
        if "*" in block.text:
            yield f"line {block.line}: a * that stresses nothing"
        if language == "en" and (
            found := re.search(f"[{_HAN}{_STOPS}]+", _without_terms(block.text))
        ):
            yield f"line {block.line}: {found[0]!r} in an English text"
    if language != "zh":
        for block in (*prose.blocks, *prose.code):
            yield from (f"line {block.line}: {p}" for p in _english_term_problems(block.text))
        return
    yield from (f"line {number}: a line break within a paragraph" for number in prose.broken)
    yield from (f"line {number}: italics" for number in prose.italic)
    for blocks, patterns in ((prose.blocks, _IN_LESSONS), (prose.code, _IN_CODE)):
        for block in blocks:
            yield from (f"line {block.line}: {p}" for p in _typography(block.text, patterns))
    yield from _term_problems(prose)


def sentence_problems(text: str, language: str, placeholder: str = CODE) -> Iterator[str]:
    """Yield what is wrong with a sentence of a TOML file.

    `placeholder` is the character that replaces placeholders such as `{n}`. One that is neither
    Chinese nor Latin needs no space beside it, for values that may be either.
    """
    plain = re.sub(r"\{[^{}]*\}", placeholder, re.sub(r"`[^`]*`", CODE, text))
    if language == "en":
        if found := re.search(f"[{_HAN}{_STOPS}]+", _without_terms(plain)):
            yield f"{found[0]!r} in an English text"
        yield from _english_term_problems(plain)
    elif re.search(f"[{_HAN}]", plain):
        yield from _typography(plain, _IN_SENTENCES)
        for term in glossary():
            for variant in (*term.once, *term.refused):
                if variant in plain and not variant.isascii():
                    yield f"{variant}, where the glossary has {term.zh}"


def read_prose(text: str) -> Prose:
    """Split the Markdown of a lesson into its parts."""
    from markdown_it import MarkdownIt

    blocks: list[Block] = []
    code: list[Block] = []
    broken: list[int] = []
    italic: list[int] = []
    line = 1
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        line = token.map[0] + 1 if token.map else line
        if token.type in ("fence", "code_block"):
            begin = line + (token.type == "fence")
            if token.info.strip() == "figure":
                blocks.append(Block(line, str(parse_toml(token.content).get("caption", ""))))
            else:
                code += [Block(begin + i, t) for i, t in enumerate(token.content.splitlines())]
        elif token.type == "html_block":
            blocks += [Block(line, t) for t in re.findall(r">([^<>\n]+)<", token.content)]
        elif token.type == "inline":
            children = token.children or []
            blocks.append(Block(line, "".join(map(_words, children))))
            broken += [line for child in children if child.type in ("softbreak", "hardbreak")]
            italic += [line for child in children if child.type == "em_open"]
    return Prose(tuple(blocks), tuple(code), tuple(broken), tuple(italic))


def word_count(text: str) -> int:
    """Return the number of words in the prose of a lesson; a Chinese character counts as one."""
    plain = "\n".join(block.text for block in read_prose(text).blocks)
    return len(re.findall(rf"[{_HAN}]|[A-Za-z0-9{CODE}][^\s{_HAN}]*", plain))


def _words(token: Any) -> str:
    """Return the visible text of an inline token, with `CODE` for a code span."""
    if token.type == "code_inline":
        return CODE
    if token.type == "softbreak":
        return "\n"
    return token.content if token.type == "text" else ""


def _without_terms(text: str) -> str:
    """Return the text without the Chinese terms that an English lesson may quote."""
    for term in sorted((z for t in glossary() for z in (t.zh, *t.once)), key=len, reverse=True):
        text = text.replace(term, "")
    return text


def _term_problems(prose: Prose) -> Iterator[str]:
    """Yield refused variants, in code as well, and synonyms that occur more than once."""
    said: dict[str, int] = {}
    for block in (*prose.blocks, *prose.code):
        for term in glossary():
            for variant in term.refused:
                if variant in block.text:
                    yield f"line {block.line}: {variant}, where the glossary has {term.zh}"
            for synonym in term.once:
                said[synonym] = said.get(synonym, 0) + block.text.count(synonym)
    for term in glossary():
        for synonym in term.once:
            if said.get(synonym, 0) > 1:
                yield f"{synonym} {said[synonym]} times; once, then {term.zh}"


def _english_term_problems(text: str) -> Iterator[str]:
    """Yield English words that the glossary refuses."""
    text = " ".join(text.split())  # a phrase may be broken over two lines
    for term in glossary():
        plain = text
        for phrase in term.allowed_en:
            plain = re.sub(rf"\b{phrase}s?\b", "", plain, flags=re.IGNORECASE)
        for word in term.refused_en:
            if re.search(rf"\b{word}s?\b", plain, re.IGNORECASE):
                yield f"{word}, where the glossary has {term.en.partition(' (')[0]}"


def _typography(text: str, patterns: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for pattern, problem in patterns:
        if found := re.search(pattern, text, re.MULTILINE):
            yield f"{_around(text, found)!r} {problem}"


def _around(text: str, found: re.Match[str]) -> str:
    """Return a match with up to four characters on either side."""
    return text[max(0, found.start() - 4) : found.end() + 4].replace(CODE, "`…`")
