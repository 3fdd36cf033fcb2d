"""Turns of phrase that readers stumble over are refused in code, texts and documents."""

import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Written by others, or made by a program, or the very thing that a test is about.
LEFT_OUT = (
    "benchmarks/homework/",
    "tests/attacks/submissions/",
    "tests/fuzz/",
    "tests/test_prose.py",
)
#: Sentences that may stay: file, and a part of the line.
ALLOWED = {
    ("exercises/catalog.toml", "Where the maximum was"),
    ("exercises/taxonomy.toml", "Where the data come from"),
}
REFUSED = re.compile(
    r"^Where (a|an|the) [^,]*$|\bSo many\b|\bof ours\b|\b[Nn]obody\b|\b[Ww]hoever\b|\bfor good\b|"
    r"\bas ever\b|\bhas it\?|\b(is|are) no (place|name|way)\b"
)


def tracked(*endings):
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [n for n in names if n.endswith(endings) and not n.startswith(LEFT_OUT)]


def prose_of(name):
    """Comments and texts of a module, lines of a document."""
    text = (ROOT / name).read_text("utf-8")
    if not name.endswith(".py"):
        yield from (re.sub(r"^[a-z_.]+ = ", "", line).strip(' ">-') for line in text.splitlines())
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("#: ")
        elif token.type == tokenize.STRING and " " in token.string:
            yield from (line.strip(" \"'") for line in token.string.splitlines())


@pytest.mark.parametrize("name", tracked(".py", ".md", ".toml", ".j2"))
def test_prose_has_none_of_the_phrases_that_readers_stumble_over(name):
    if not (ROOT / name).exists():
        pytest.skip("deleted")
    found = [
        line
        for line in prose_of(name)
        if REFUSED.search(line) and not any(name == file and part in line for file, part in ALLOWED)
    ]
    assert found == []
