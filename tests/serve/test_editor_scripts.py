"""What the editor's scripts compute, run by node on hundreds of random texts."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

import learncnn

SOURCES = Path(learncnn.__file__).resolve().parent / "web" / "src"
RUN = """
const { %(name)s } = await import(%(path)s);
let input = "";
for await (const part of process.stdin) input += part;
console.log(JSON.stringify(JSON.parse(input).map((arguments_) => %(name)s(...arguments_))));
"""


def answers(path, name, calls):
    """Call an exported function of a module once for each list of arguments."""
    if shutil.which("node") is None or not SOURCES.exists():
        pytest.skip("node and a checkout are needed")
    code = RUN % {"name": name, "path": json.dumps((SOURCES / path).as_uri())}
    done = subprocess.run(
        ["node", "--input-type=module", "-e", code],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def pairs(alphabet, count=400, length=12):
    """Pairs of short texts that have much in common."""
    draw = random.Random("editor")
    return [
        ["".join(draw.choices(alphabet, k=draw.randrange(length))) for _ in "ab"]
        for _ in range(count)
    ]


def test_a_change_makes_one_text_of_the_other_and_touches_only_what_differs():
    texts = pairs("ab\n")
    for (before, after), change in zip(
        texts, answers("editor/replacing.js", "changeBetween", texts), strict=True
    ):
        start, end, insert = change["from"], change["to"], change["insert"]
        assert before[:start] + insert + before[end:] == after
        gone = before[start:end]
        if gone and insert:
            assert gone[0] != insert[0]
            assert gone[-1] != insert[-1]
        assert (before == after) == (not gone and not insert)


def test_lines_that_are_not_marked_are_the_longest_common_ones():
    texts = pairs("abc\n", length=16)
    for (one, other), sides in zip(
        texts, answers("study/lines.js", "compareLines", texts), strict=True
    ):
        for text, side in zip((one, other), sides, strict=True):
            assert "\n".join(line["text"] for line in side) == text
        common = [[line["text"] for line in side if not line["differs"]] for side in sides]
        assert common[0] == common[1]
        assert len(common[0]) == longest(one.split("\n"), other.split("\n"))


def longest(a, b):
    """The length of the longest common subsequence."""
    before = [0] * (len(b) + 1)
    for x in a:
        row = [0]
        for j, y in enumerate(b):
            row.append(before[j] + 1 if x == y else max(before[j + 1], row[j]))
        before = row
    return before[-1]
