"""Run attacks, and look for what they leave behind."""

from __future__ import annotations

import os
import re
import shutil
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from learncnn.grader.answer_key.build import build_key
from learncnn.grader.answer_key.find import load_exercise, practice_key
from learncnn.grader.answer_key.key import AnswerKey
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.grading.report import Report
from learncnn.grader.i18n.tomlio import load_toml
from learncnn.grader.quiz.items.item_answers import item_answers
from learncnn.grader.runner.job import Limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.sandbox.layers import libc
from learncnn.grader.sandbox.protocol.settings import LAYERS
from learncnn.grader.submissions.submission import Submission

from .practice_table import table_source

HERE = Path(__file__).parent
PRELUDE = (HERE / "prelude.py").read_text("utf-8")
#: Names of files that attacks try to leave and of the package that they try to steal; this run's.
MARKER = f"learncnn-attack-marker-{os.getpid()}"
CANARY = f"learncnn_canary_{os.getpid()}"
LIMITS = {
    "numpy": Limits(case_seconds=0.5, load_seconds=1.0, memory_mb=256),
    "torch": Limits(case_seconds=5.0, load_seconds=10.0, memory_mb=1024),
}
#: Seed under which memorised answers are graded.
FRESH = "attack"
#: Maximum length of a report, in bytes, whatever was printed.
REPORT_BYTES = 1 << 20
#: Maximum time and memory that an attack may cost the grader, unless its line allows more. Most
#: attacks cost a second and no memory; one that takes longer than this hangs.
SECONDS = 30.0
MEMORY_MIB = 32
_VERDICTS = {"raised": "ERROR", "timeout": "TIMEOUT", "memory": "LIMIT", "crashed": "CRASH"}
PR_SET_CHILD_SUBREAPER = 36
RIGHT = PRELUDE + "\ndef corr2d(X, K):\n    return right(X, K)\n"


@dataclass(frozen=True)
class Attack:
    """One line of the manifest with its submission."""

    id: str
    tries: str
    accept: frozenset[str]
    breach_without: tuple[str, ...] = ()
    framework: str = "numpy"
    exercise: str = "ex01"
    memory_mib: int = MEMORY_MIB
    #: How it answers without computing, as named by `author check`; it is graded under a seed that
    #: it does not know.
    effortless: str = ""

    @property
    def seed(self) -> str:
        """Return the seed under which it is graded; empty for the public key."""
        return FRESH if self.effortless else ""

    @property
    def source(self) -> str:
        """Return the submission, without the prelude."""
        return (HERE / "submissions" / f"{self.id}.py").read_text("utf-8")


def attacks() -> list[Attack]:
    """Return the attacks of the manifest."""
    document = load_toml(HERE / "manifest.toml")
    return [
        Attack(
            id,
            row["tries"],
            frozenset(row["accept"]),
            tuple(row.get("breach_without", ())),
            row.get("framework", "numpy"),
            row.get("exercise", "ex01"),
            row.get("memory_mib", MEMORY_MIB),
            row.get("effortless", ""),
        )
        for id, row in document.items()
    ]


def verdicts_of(report: Report) -> set[str]:
    """Return every kind of failure in a report, in the manifest's words, or PASS."""
    if report.load_error is not None:
        return {_VERDICTS.get(report.load_error.kind, "WRONG")}
    if report.state == "forbidden":
        return {"FORBIDDEN"}
    failed = {verdict.status for verdict in report.verdicts if not verdict.passed}
    return {_VERDICTS.get(status, "WRONG") for status in failed} or {"PASS"}


@cache
def key_of(exercise: str, framework: str, seed: str = "") -> AnswerKey:
    """Return the public key, or one drawn from `seed`."""
    info = load_catalog().resolve(exercise)
    if not seed:
        return practice_key(info, framework)
    made = load_exercise(info).with_items(item_answers)
    return build_key(
        made, framework=framework, seed=seed, driver_source=info.driver_source, pairs=False
    )


class Arena:
    """Runners by framework and layers, with canaries planted where attacks look for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Workers of other tests of this process.
        self._others = children()
        self._runners: dict[tuple[str, frozenset[str]], Runner] = {}

    def runner(self, framework: str, without: str = "") -> Runner:
        layers = frozenset(LAYERS) - {without}
        if (framework, layers) not in self._runners:
            libraries = ("numpy",) if framework == "numpy" else ("numpy", "torch")
            self._runners[framework, layers] = Runner(
                libraries, layers=layers, limits=LIMITS[framework], warm="full"
            )
        return self._runners[framework, layers]

    def run(self, attack: Attack, without: str = "") -> Report:
        """Grade the attack like any submission."""
        known = {"PLANTED": str(self.folder), "CANARY": CANARY, "MARKER": MARKER}
        told = "".join(f"{name} = {value!r}\n" for name, value in known.items())
        if attack.effortless == "table":
            told += table_source(key_of(attack.exercise, attack.framework))
        source = f"{PRELUDE}\n{told}\n{attack.source}"
        return self.grade(source, attack.exercise, attack.framework, without, attack.seed)

    def grade(
        self, source: str, exercise: str, framework: str, without: str = "", seed: str = ""
    ) -> Report:
        info = load_catalog().resolve(exercise)
        key = key_of(exercise, framework, seed)
        submission = Submission(source, "attack.py")
        return grade(submission, info, key, self.runner(framework, without))[0]

    def settled(self) -> tuple[int, list[tuple[str, str, str]]]:
        """Return the processes and descriptors, once every runner has only its next child.

        On a busy machine a zygote closes its copies of a child's descriptors some time after the
        child exists, so they must stay the same for a while.
        """
        for runner in self._runners.values():
            runner.prepare()
        wanted = 2 * len(self._runners)
        seen: list[tuple[int, list[tuple[str, str, str]]]] = []
        for _ in range(600):
            zygotes = children() - self._others
            count = len(living(self._others))
            seen.append((count, descriptors("self", *map(str, sorted(zygotes)))))
            if count == wanted and seen[-4:].count(seen[-1]) == 4:
                break
            time.sleep(0.05)
        return seen[-1]

    def close(self) -> None:
        for runner in self._runners.values():
            runner.close()


@contextmanager
def opened_arena() -> Iterator[Arena]:
    """Open an arena with a planted reference, also in site-packages if that is writable."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    os.environ["LEARNCNN_SECRET"] = "attack-canary"
    reference = RIGHT.encode()
    site = Path(sysconfig.get_path("purelib")) / CANARY
    folder = Path(tempfile.mkdtemp(prefix="learncnn-planted-"))
    folder.chmod(0o755)
    for name in ("reference.py", "ex01.py"):
        (folder / name).write_bytes(reference)
    (folder / "link").symlink_to("nowhere")
    in_site = os.access(site.parent, os.W_OK)
    if in_site:
        site.mkdir(exist_ok=True)
        (site / "__init__.py").write_bytes(b"")
        (site / "reference.py").write_bytes(reference)
    arena = Arena(folder)
    try:
        yield arena
    finally:
        arena.close()
        os.environ.pop("LEARNCNN_SECRET")
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0)
        shutil.rmtree(folder)
        if in_site:
            shutil.rmtree(site)


class Cost:
    """Measures the seconds and peak memory (MiB) of this process within a `with` block."""

    seconds = 0.0
    memory_mib = 0

    def __enter__(self) -> Cost:
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        self._started, self._before = time.monotonic(), _resident("VmRSS")
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._started
        self.memory_mib = (_resident("VmHWM") - self._before) >> 10


def _resident(field: str) -> int:
    """Return an amount of memory by its name in proc(5), in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def descriptors(*processes: str) -> list[tuple[str, str, str]]:
    """Return the readable open descriptors of processes, with flags and offset.

    Descriptors of processes and of a zygote's ruleset are left out. For this process, offsets and
    O_NONBLOCK are ignored, because the test runner's files and children's sockets change them.
    """
    found = []
    for process in processes:
        folder = Path("/proc", process)
        with suppress(OSError):  # an ordinary user cannot inspect a zygote
            for entry in (folder / "fd").iterdir():
                with suppress(OSError):  # the descriptor of the listing itself
                    name = re.sub(r"\d+", "", os.readlink(entry))
                    info = (folder / "fdinfo" / entry.name).read_text().splitlines()
                    at, flags = (line.split()[1] for line in info[:2])
                    if process == "self":
                        at, flags = "", oct(int(flags, 8) & ~os.O_NONBLOCK)
                    found.append((name, flags, at))
    return sorted(each for each in found if not re.search("pidfd|landlock", each[0]))


def living(others: frozenset[int] = frozenset()) -> set[int]:
    """Return the processes below this one, including daemons, whose subreaper it is.

    `others` and the processes below them are left out.
    """
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        for child in _children(waiting.pop()):
            if child in others:
                continue
            waiting.append(child)
            if not _ended(child):
                found.add(child)
    return found


def children() -> frozenset[int]:
    """Return the child processes of this process."""
    return frozenset(_children(os.getpid()))


def _children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has ended
        return []


def _ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def markers() -> list[Path]:
    """Return the files that attacks have left."""
    places = ["/tmp", "/dev/shm", "/var/tmp", str(Path.home()), os.getcwd(), "/", "/run"]
    return [path for place in places if (path := Path(place, MARKER)).exists()]
