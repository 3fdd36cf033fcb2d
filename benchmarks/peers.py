"""Compare learncnn with nbgrader, otter-grader, check50, pytest and unittest on one assignment.

python benchmarks/peers.py [--peers DIR] [--submissions 50] [--repetitions 5] [--record]

The peers, as these tools are called here, have a virtual environment of their own. It is in DIR,
and is installed from PyPI if missing (some 400 MB). Every tool judges the same cases of ex01 on
the same right submissions, and every verdict is verified. No peer isolates the code that it runs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assignment import (
    NAME,
    Environment,
    count_of_cases,
    for_check50,
    for_nbgrader,
    for_otter,
    for_scripts,
)
from gradebook import grade_right, sources, write_class
from harness import Result, Target, milliseconds, show, time_calls

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.tasks import GradingSettings

PACKAGES = ("nbgrader", "otter-grader", "check50", "pytest", "numpy", "ipykernel")
OURS = "learncnn, workers running"
COMMAND = "learncnn grade, from its start to SQLite"
#: Number of submissions that nbgrader grades in one call, because it starts once for all of them.
TOGETHER = 5
#: Target ratios of a tool's time per submission to that of `OURS`.
TARGETS = {
    "unittest, a process each": Target(30, above=True),
    "check50": Target(50, above=True),
    "nbgrader autograde": Target(200, above=True),
    "otter run": Target(1000, above=True),
}


@dataclass(frozen=True)
class Tool:
    """A grader; `call` judges `count` submissions, and raises unless all pass."""

    name: str
    call: Callable[[], None]
    count: int = 1


def environment(folder: Path, home: Path) -> Environment:
    """Return environment variables with the peers first on PATH, without the user's settings."""
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    path = os.pathsep.join([str(folder / "bin"), os.environ.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "HOME": str(home)}


@contextmanager
def peers_in(folder: Path | None) -> Iterator[Path]:
    """Yield the folder of the peers' environment, installed from PyPI if it is missing.

    If `folder` is None, it is a temporary one.
    """
    if folder is None:
        with tempfile.TemporaryDirectory() as made, peers_in(Path(made) / "peers") as found:
            yield found
        return
    if not (folder / "bin" / "python").exists():
        install(folder)
    yield folder.absolute()


def install(folder: Path) -> None:
    """Create a virtual environment and install the peers in it."""
    print(f"Installing {', '.join(PACKAGES)} into {folder} …", file=sys.stderr)
    venv.create(folder, with_pip=True)
    command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES]
    subprocess.run(command, check=True)


def run(words: Sequence[str | Path], cwd: Path, env: Environment) -> None:
    """Run a tool. Raises RuntimeError with the end of its output if it fails."""
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stdout[-1000:]}{done.stderr[-1000:]}")


def script_tools(folder: Path, texts: Sequence[str], env: Environment) -> Iterator[Tool]:
    """Yield pytest, if it is installed, and unittest, with a process for each submission."""
    places = itertools.cycle(for_scripts(folder, texts))
    pytest = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_pytest.py"]
    if shutil.which("pytest", path=env["PATH"]):
        yield Tool("pytest, a process each", lambda: run(pytest, next(places), env))
    unittest = ["python", "-m", "unittest", "-q", "test_unittest"]
    yield Tool("unittest, a process each", lambda: run(unittest, next(places), env))


def check50_tool(folder: Path, texts: Sequence[str], env: Environment) -> Tool:
    """Return check50, run locally with `--dev`."""
    problem = for_check50(folder / "problem")
    places = itertools.cycle(for_scripts(folder / "handed", texts))

    def call() -> None:
        out = folder / "result.json"
        words = ["check50", "--dev", problem, "-o", "json", "--output-file", out]
        run(words, next(places), env)
        passed = [check["passed"] for check in json.loads(out.read_text())["results"]]
        if passed != [True] * (count_of_cases() + 1):
            raise RuntimeError(f"check50: {passed}")

    return Tool("check50", call)


def nbgrader_tool(folder: Path, texts: Sequence[str], env: Environment) -> Tool:
    """Return nbgrader, which grades all students of a course in one call."""
    folder.mkdir()
    for_nbgrader(folder, texts, env)

    def call() -> None:
        run(["nbgrader", "autograde", NAME, "--force"], folder, env)
        with sqlite3.connect(folder / "gradebook.db") as database:
            (points,) = database.execute("select sum(auto_score) from grade").fetchone()
        if points != count_of_cases() * len(texts):
            raise RuntimeError(f"nbgrader: {points} points")

    return Tool("nbgrader autograde", call, len(texts))


def otter_tool(folder: Path, texts: Sequence[str], env: Environment) -> Tool:
    """Return otter-grader, run without a container."""
    folder.mkdir()
    notebooks = itertools.cycle(for_otter(folder, texts, env))

    def call() -> None:
        notebook = next(notebooks)
        words = ["otter", "run", "-a", "autograder.zip", "-o", notebook.parent, notebook]
        run(words, folder, env)
        tests = json.loads((notebook.parent / "results.json").read_text())["tests"]
        if sum(test.get("score", 0) for test in tests) != count_of_cases():
            raise RuntimeError("otter: not all points")

    return Tool("otter run", call)


def our_tools(folder: Path, count: int, stack: ExitStack) -> Iterator[Tool]:
    """Yield learncnn with running workers, and as a command; both with every sandbox layer."""
    texts = sources("numpy", count)
    pool = stack.enter_context(Pool(GradingSettings(), reduce=None))

    yield Tool(OURS, lambda: grade_right(pool, "numpy", texts), count)
    root = write_class(folder / "class", "numpy", count)
    place = folder / "gradebook.sqlite"

    def command() -> None:
        place.unlink(missing_ok=True)
        words = [
            sys.executable,
            "-m",
            "learncnn",
            "grade",
            "--practice",
            root,
            "--gradebook",
            place,
        ]
        run(words, folder, dict(os.environ))

    yield Tool(COMMAND, command, count)


def tools(
    folder: Path, peers: Path | None, submissions: int, together: int, stack: ExitStack
) -> Iterator[Tool]:
    """Yield learncnn, and all peers that are installed."""
    env = environment(peers or Path(sys.prefix), folder)
    texts = sources("numpy", submissions)
    yield from our_tools(folder, submissions, stack)
    yield from script_tools(folder / "scripts", texts, env)
    if shutil.which("check50", path=env["PATH"]):
        yield check50_tool(folder / "check50", texts, env)
    if shutil.which("nbgrader", path=env["PATH"]):
        yield nbgrader_tool(folder / "nbgrader", texts[:together], env)
    if shutil.which("otter", path=env["PATH"]):
        yield otter_tool(folder / "otter", texts, env)


def measure(
    peers: Path | None = None,
    submissions: int = 50,
    repetitions: int = 5,
    together: int = TOGETHER,
) -> Result:
    """Measure the time per submission of every tool, in turn.

    Without `peers`, the tools of this environment are compared, at least unittest.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        found = list(tools(Path(folder), peers, submissions, together, stack))
        timings = time_calls({tool.name: tool.call for tool in found}, repetitions)
    each = {tool.name: timings[tool.name].median / tool.count for tool in found}
    figures = [
        (f"{name} ({tool.count} in a call)", milliseconds(each[name]))
        for name, tool in zip(each, found, strict=True)
    ]
    names = {name: f"{name} / {OURS}" for name in each if name != OURS}
    ratios = {title: each[name] / each[OURS] for name, title in names.items()}
    targets = {title: TARGETS[name] for name, title in names.items() if name in TARGETS}
    return Result("Seconds for a submission, beside other graders", figures, ratios, targets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, metavar="DIR", help="the peers' environment")
    parser.add_argument("--submissions", type=int, default=50)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    with peers_in(options.peers) as folder:
        result = measure(folder, options.submissions, options.repetitions)
    show(result, keep=options.record)


if __name__ == "__main__":
    main()
