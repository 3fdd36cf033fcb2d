"""Run the parts of the GPU check, and tabulate their results."""

from __future__ import annotations

import datetime
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock, local

from gpu_corpus import Handed, right_submissions, wrong_submissions
from gpu_device import Device, Part, Row
from gpu_hostile import ATTACKS, HONEST, Hostile, source_of
from gpu_numbers import exercises, key_on, references, tolerances

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.gpu_cases import grade_large, large_cases
from learncnn.grader.grading.grading import grade
from learncnn.grader.grading.planning import plan
from learncnn.grader.grading.report import Report
from learncnn.grader.runner.prestart import default_limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission

TESTS = Path(__file__).resolve().parent.parent / "tests"
#: Maximum number of wrong results that the table names for each part.
SHOWN = 8
#: Maximum share of the remaining time for the right submissions.
SHARE = 0.6


def marked_tests(device: Device, row: Row) -> None:
    """Run the tests marked `gpu`."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "-p", "no:cacheprovider", "-rfEs"]
    done = subprocess.run(
        [*command, str(TESTS / "device")],
        capture_output=True,
        text=True,
        cwd=TESTS.parent,
        timeout=max(30.0, device.time_left),
        check=False,
    )
    last = (done.stdout.strip().splitlines() or [done.stderr[-300:]])[-1]
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", last)}
    row.checked = counts.get("passed", 0) + counts.get("failed", 0)
    row.seen.append(last)
    row.wrong += [line for line in done.stdout.splitlines() if re.match("FAILED|ERROR", line)]
    if not row.checked and not row.wrong:
        row.wrong.append("no test ran")


def right(device: Device, row: Row) -> None:
    """Check that right solutions of every torch exercise get the same verdicts as on the CPU."""
    _submissions(device, row, list(right_submissions()), SHARE * device.time_left)


def wrong(device: Device, row: Row) -> None:
    """Check that wrong solutions get the same verdicts as on the CPU."""
    _submissions(device, row, list(wrong_submissions()), device.time_left)


def _submissions(device: Device, row: Row, handed: list[Handed], seconds: float) -> None:
    """Compare the verdicts on CPU and device for as many submissions as `seconds` allow."""
    random.shuffle(handed)  # so that each run leaves out others for lack of time
    end = device.time_left - seconds
    with _runners("cpu", device.name) as runners:

        def judge(each: Handed) -> list[Report] | None:
            if device.time_left < end:
                return None
            info = load_catalog().resolve(each.exercise)
            submission = Submission(each.source, f"{each.exercise}.py")
            planned = plan(submission, info, key_on(info, "cpu"))
            return [
                grade(submission, info, key_on(info, name), runner, ahead=True, planned=planned)[0]
                for name, runner in runners()
            ]

        with ThreadPoolExecutor(device.jobs) as pool:
            for each, reports in zip(handed, pool.map(judge, handed), strict=True):
                if reports is not None:
                    before, after = map(_verdicts, reports)
                    row.check(before == after, f"{each.name}: {_first_change(before, after)}")
    if left := len(handed) - row.checked:
        row.seen.append(f"{left} left out for lack of time")


def _verdicts(report: Report) -> dict[str, object]:
    """Return the parts of a report that must not depend on the device."""
    found: dict[str, object] = {"state": report.state, "codes": report.codes}
    found |= {verdict.case: verdict.status for verdict in report.verdicts}
    return found


def _first_change(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            return f"{name} is {before.get(name)} on the processor, {after.get(name)} here"
    return ""


def large(device: Device, row: Row) -> None:
    """Check the model answers on the large cases, and time them beside torch's operators."""
    limits = default_limits("torch", "cuda")
    with Runner(("torch",), device=device.name, limits=limits) as runner:
        for info in exercises():
            cases = large_cases(info, device.name)
            if not cases:
                continue
            shown = next(each for each in right_submissions() if each.exercise == info.id)
            submission = Submission(shown.source, f"{info.id}.py")
            report, _ = grade(submission, info, key_on(info, device.name), runner)
            for result in grade_large(report, submission, info, cases, runner)[1]:
                verdict, name = result.verdict, f"{info.id} {result.verdict.title}"
                row.check(verdict.passed, f"{name}: {verdict.status}")
                times = (result.seconds, result.operator_seconds)
                shown_times = " ms, torch ".join(f"{1000 * each:.3g}" for each in times)
                row.seen.append(f"{name}: {shown_times} ms")


def hostile(device: Device, row: Row) -> None:
    """Check that attacks in the GPU's sandbox fail, and do not affect the next submission."""
    info = load_catalog().resolve("ex01")
    key = key_on(info, device.name)
    limits = default_limits("torch", device.name)._replace(
        case_seconds=2.0, second_try=False, losses_in_a_row=1
    )
    with Runner(("torch",), device=device.name, limits=limits) as runner:

        def state(source: str) -> Report:
            return grade(Submission(source, "ex01.py"), info, key, runner, ahead=True)[0]

        honest = state(HONEST)
        layers = honest.provenance.layers
        row.check(honest.state == "passed", f"an honest submission is {honest.state}")
        row.seen.append(f"layers: {' '.join(layers)}")
        for attack in ATTACKS:
            if device.time_left <= 0:
                row.seen.append("the rest left out for lack of time")
                return
            _attack(row, attack, state(source_of(attack)), state(HONEST))


def _attack(row: Row, attack: Hostile, report: Report, after: Report) -> None:
    layers = report.provenance.layers
    breached = report.state == "passed"
    if breached and attack.layer and not any(name.startswith(attack.layer) for name in layers):
        row.seen.append(f"open without {attack.layer}: {attack.name}")
        breached = False
    row.check(not breached, f"breach: {attack.name}")
    row.check(after.state == "passed", f"after {attack.name} an honest one is {after.state}")


#: Parts in the order in which they are run; those that use all remaining time come last.
PARTS: Mapping[str, Part] = {
    "marked tests": marked_tests,
    "hostile submissions": hostile,
    "references": references,
    "tolerances": tolerances,
    "large cases": large,
    "right submissions": right,
    "wrong submissions": wrong,
}


def table(device: Device, rows: Sequence[Row]) -> str:
    """Return the results of all parts as Markdown."""
    today = datetime.date.today().isoformat()
    where = f"No GPU: {device.missing}." if device.missing else f"{device.description}, {today}."
    lines = [where, "", "| part | checked | wrong | seconds | seen |", "|---|---|---|---|---|"]
    for row in rows:
        if row.skipped:
            lines.append(f"| {row.part} | skipped | | | {row.skipped} |")
            continue
        notes = [*(f"WRONG: {each}" for each in row.wrong[:SHOWN]), *row.seen]
        said = "<br>".join(note.replace("|", "\\|").replace("\n", " ") for note in notes)
        lines.append(
            f"| {row.part} | {row.checked} | {len(row.wrong)} | {row.seconds:.0f} | {said} |"
        )
    return "\n".join(lines)


@contextmanager
def _runners(*names: str) -> Iterator[Callable[[], list[tuple[str, Runner]]]]:
    """Yield a function that returns the calling thread's runners by device; close them all."""
    own, lock = local(), Lock()
    with ExitStack() as opened:

        def runners() -> list[tuple[str, Runner]]:
            if not hasattr(own, "runners"):
                own.runners = []
                for name in names:
                    runner = Runner(("torch",), device=name, limits=default_limits("torch", name))
                    own.runners.append((name, runner))
                    with lock:
                        opened.callback(runner.close)
            return list(own.runners)

        yield runners
