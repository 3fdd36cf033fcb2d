"""Check submissions: find the files, start the worker, find the key, grade, remember.

The worker is started before this process imports numpy, so that both load in parallel.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..course.catalog import ExerciseInfo, load_catalog
from ..course.name_resolution import ExerciseNames, kind_of
from ..errors import (
    GraderFault,
    KeyUnavailable,
    LearncnnError,
    Message,
    SandboxKilled,
    UsageError,
    WorkspaceError,
)
from ..i18n.texts import say
from ..runner.devices import cuda_present, torch_installed
from ..runner.prestart import CASE_PRINTS, check_limits, take
from ..submissions.framework import framework_of
from ..submissions.submission import (
    MAX_NOTEBOOK_BYTES,
    Submission,
    parse_submission,
    read_submission,
)
from ..workspace.workspace import Workspace, find_workspace, saved_at

if TYPE_CHECKING:
    from ..answer_key.key import AnswerKey, Case
    from ..grading.gpu_cases import Large, LargeResult
    from ..grading.report import Report
    from ..runner.runner import Runner
    from ..runner.wake_pipe import WakePipe

STDIN = "-"
LOAD_SECONDS = 10.0


class Target(NamedTuple):
    """One submission to check; `path` is None for standard input."""

    info: ExerciseInfo
    path: Path | None
    #: The workspace whose progress it counts for.
    workspace: Workspace | None
    framework: str | None
    #: A submission that has already been read: the cells of a running notebook.
    submission: Submission | None = None
    #: Functions for which a separate report is requested.
    functions: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Return whether the file is the workspace's own file for this exercise."""
        if self.workspace is None or self.path is None:
            return False
        own = self.workspace.file_of(self.info)
        return os.path.realpath(self.path) == os.path.realpath(own)


class CheckSettings(NamedTuple):
    """The options of a check."""

    seed: str | None = None
    timeout: float | None = None
    device: str = "auto"
    #: The number of the only case to run, as shown on screens.
    case: int | None = None


class Checked(NamedTuple):
    """The result for one exercise: a report, or why there is none."""

    info: ExerciseInfo
    report: Report | None = None
    seconds: float = 0.0
    error: LearncnnError | None = None
    #: On a GPU: the results of the large cases, or why there are none.
    large: tuple[LargeResult, ...] = ()
    notes: tuple[str, ...] = ()
    #: The only case that was run, if one was requested by its number.
    case: Case | None = None
    #: The report on the requested functions only.
    part: Report | None = None


def targets_of(
    names: Sequence[str], exercise: str | None, everything: bool, workspace: Workspace | None
) -> list[Target]:
    """Return the targets of the arguments. Raises UsageError, or WorkspaceError without one."""
    if everything:
        if names or exercise:
            raise UsageError("checking", "all_alone")
        return [_in_workspace(info, workspace) for info in load_catalog().exercises.values()]
    if exercise and len(names) != 1:
        raise UsageError("checking", "one_file")
    if not names:
        return [_last_saved(workspace)]
    return [_target(name, exercise, workspace) for name in names]


def _target(name: str, exercise: str | None, workspace: Workspace | None) -> Target:
    catalog = load_catalog()
    if name == STDIN:
        if not exercise:
            raise UsageError("checking", "stdin_needs")
        return Target(
            catalog.resolve(exercise), None, None, workspace.framework if workspace else None
        )
    if exercise:
        return _file(Path(name), catalog.resolve(exercise), workspace)
    if kind_of(Path(name).name) or os.sep in name or "/" in name:
        return _named_file(Path(name), workspace)
    try:
        info = catalog.resolve(name)
    except UsageError:
        if os.path.lexists(name):
            return _named_file(Path(name), workspace)
        raise
    return _in_workspace(info, workspace)


def _named_file(path: Path, workspace: Workspace | None) -> Target:
    found = ExerciseNames(load_catalog().exercises).of_file(path.as_posix())
    if found is None:
        if not os.path.isfile(path):
            read_submission(path)
        from ..i18n.shell import pasted

        raise UsageError("checking", "which_exercise", path=path, file=pasted(path))
    return _file(path, found[0], workspace)


def _file(path: Path, info: ExerciseInfo, workspace: Workspace | None) -> Target:
    if workspace is None or workspace.root not in Path(os.path.realpath(path)).parents:
        workspace = find_workspace(path.parent)
    return Target(info, path, workspace, workspace.framework if workspace else None)


def _in_workspace(info: ExerciseInfo, workspace: Workspace | None) -> Target:
    if workspace is None:
        raise WorkspaceError("workspace", "none")
    return Target(info, workspace.file_of(info), workspace, workspace.framework)


def _last_saved(workspace: Workspace | None) -> Target:
    """Return the exercise whose file was saved last, among begun ones if there are any.

    Begun ones are preferred because after `git clone` or `unzip` a stub may be the newest file.
    """
    from ..workspace.begun import Stage, stage_of_file

    found = [_in_workspace(info, workspace) for info in load_catalog().exercises.values()]
    found.sort(key=lambda target: saved_at(target.path or Path()), reverse=True)
    for target in found:
        if target.path and stage_of_file(target.path, target.info) > Stage.UNTOUCHED:
            return target
    return found[0]


class Checker(AbstractContextManager["Checker"]):
    """Checks targets, with one worker per array library."""

    def __init__(
        self,
        settings: CheckSettings,
        meanwhile: Callable[[], object] | None = None,
        stop: WakePipe | None = None,
    ) -> None:
        """`meanwhile` is called while a worker answers the first calls of its first submission.

        `stop` lets another thread end a check, which then raises RunStopped; the workers stay.
        Raises UsageError if the device does not exist.
        """
        if settings.device == "cuda" and not cuda_present():
            raise UsageError("checking", "no_cuda")
        self.settings = settings
        self._meanwhile = meanwhile
        self._stop = stop
        self._runners: dict[tuple[str, str], Runner] = {}
        self._keys: dict[tuple[str, str, str], AnswerKey] = {}
        self._larger: dict[str, tuple[Large, ...]] = {}

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self) -> None:
        """Prepare a child for the next check."""
        for runner in self._runners.values():
            runner.prepare()

    def close(self) -> None:
        """End the workers."""
        for runner in self._runners.values():
            runner.close()
        self._runners.clear()

    def check(self, target: Target, *, more: bool = False) -> Checked:
        """Grade one target, with `more` to come. Raises LearncnnError if not about its code.

        SandboxKilled is raised if its process was killed from outside, twice.
        """
        submission = None
        framework = target.framework
        if framework is None:
            submission = _read(target)
            framework = framework_of(submission.source)
        framework = target.info.framework(framework)
        device = self._device(framework)
        runner = self.runner(framework, device)
        submission = submission or _read(target)
        known = (target.info.id, framework, device)
        if known not in self._keys:
            self._keys[known] = self._key(target.info, framework, device)
        key = self._keys[known]
        ahead = more or device != "cpu" or bool(target.info.timed)
        try:
            checked = self._graded(submission, target, key, runner, ahead)
        except SandboxKilled as error:
            from ..grading.ungraded import explained

            raise explained(error, runner.limits.memory_mb) from error
        if checked.case is not None or checked.report is None or checked.report.state != "passed":
            return checked
        if device == "cpu" and not target.info.timed:
            return checked
        try:
            if device == "cpu":
                return _with_speed(checked, submission, runner)
            return self._with_large(checked, submission, key, runner)
        except SandboxKilled:  # the report stays passed
            return checked._replace(notes=(*checked.notes, say("checking", "more_killed")))

    def check_saved(self, info: ExerciseInfo, workspace: Workspace) -> tuple[Target, Checked]:
        """Check a workspace's file of an exercise."""
        file = workspace.file_of(info)
        target = Target(info, file, workspace, workspace.framework)
        try:
            return target, self.check(target)
        except LearncnnError as error:
            return target, Checked(info, error=error)

    def _graded(
        self,
        submission: Submission,
        target: Target,
        key: AnswerKey,
        runner: Runner,
        ahead: bool,
    ) -> Checked:
        """Grade all cases, or the requested one. Raises UsageError if that does not exist."""
        from ..grading.planning import plan_in_order

        info = target.info
        if self.settings.case is not None:
            from ..grading.grading import grade_case

            case = _numbered(key, info, self.settings.case)
            report, run = grade_case(submission, info, key, runner, case)
            return Checked(info, report, run.seconds, case=case)
        planned = plan_in_order(submission, info, key)
        run = runner.run(planned.job, ahead=ahead)
        from ..grading.grading import judge_functions, judge_run  # loaded while it ran

        checked = Checked(info, judge_run(submission, info, key, planned, run), run.seconds)
        if not target.functions:
            return checked
        part = judge_functions(submission, info, key, planned, run, target.functions)
        return checked._replace(part=part)

    def each(self, targets: Sequence[Target], *, stop: bool) -> Iterator[Checked]:
        """Check many targets; an error in one does not stop the others.

        Raises GraderFault, also if the machine kills several in a row.
        """
        from ..runner.killed import Streak

        streak = Streak()
        for number, target in enumerate(targets, 1):
            try:
                checked = self.check(target, more=number < len(targets))
                streak.graded()
            except SandboxKilled as killed:
                checked = Checked(target.info, error=killed)
            except GraderFault:
                raise
            except LearncnnError as problem:
                checked = Checked(target.info, error=problem)
            yield checked
            error = checked.error
            if (
                isinstance(error, SandboxKilled)
                and error.everywhere
                and streak.lost(target.info.id)
            ):
                from ..grading.ungraded import run_ended

                raise run_ended(error.message)
            report = checked.report
            if stop and (report is None or report.state not in ("passed", "not_started")):
                return

    def runner(self, framework: str, device: str = "cpu") -> Runner:
        """Return the warm worker of a framework. Raises UsageError if torch is missing."""
        if (framework, device) not in self._runners:
            if framework == "torch" and not torch_installed():
                raise UsageError("checking", "no_torch")
            limits = check_limits(framework, device)
            if self.settings.timeout is not None:
                seconds = self.settings.timeout
                limits = limits._replace(
                    case_seconds=seconds, load_seconds=max(LOAD_SECONDS, seconds)
                )
            if self.settings.case is not None:
                limits = limits._replace(stdout_bytes=CASE_PRINTS)
            begun = take(framework, device, limits) if self._stop is None else None
            if begun is None:
                from ..runner.runner import Runner

                begun = Runner((framework,), device=device, limits=limits, stop=self._stop)
            begun.meanwhile = self._meanwhile
            self._runners[framework, device] = begun
        return self._runners[framework, device]

    def _device(self, framework: str) -> str:
        wanted = self.settings.device
        if framework != "torch":
            if wanted == "cuda":
                raise UsageError("checking", "cuda_needs_torch")
            return "cpu"
        return wanted if wanted != "auto" else "cuda" if cuda_present() else "cpu"

    def _with_large(
        self, checked: Checked, submission: Submission, key: AnswerKey, runner: Runner
    ) -> Checked:
        """Add the large cases to a report that passed all others."""
        from ..grading.gpu_cases import grade_large, large_cases

        info = checked.info
        if info.id not in self._larger:
            try:
                self._larger[info.id] = large_cases(info, key.identity.device)
            except KeyUnavailable:
                return checked._replace(notes=(say("checking", "no_large", id=info.id),))
        assert checked.report is not None
        larger = self._larger[info.id]
        report, results = grade_large(checked.report, submission, info, larger, runner)
        return checked._replace(report=report, large=results)

    def _key(self, info: ExerciseInfo, framework: str, device: str) -> AnswerKey:
        from ..answer_key.find import fresh_key, practice_key
        from ..answer_key.key import on_device

        if self.settings.seed is not None:
            from ..quiz.items.item_answers import item_answers

            seed = self.settings.seed
            return fresh_key(info, framework, seed=seed, device=device, answers_of=item_answers)
        try:
            return on_device(practice_key(info, framework), device)
        except KeyUnavailable as error:  # a broken installation, not the student's fault
            raise GraderFault(error) from error


def _with_speed(checked: Checked, submission: Submission, runner: Runner) -> Checked:
    """Add a note on how much faster than a plain loop the submission is."""
    from ..grading.speedup import SHAPES, times_as_fast

    function = checked.info.timed
    times = times_as_fast(submission, checked.info, runner)
    if times is None:
        return checked
    said = say("checking", "times_as_fast", function=function, times=f"{times:.3g}", shapes=SHAPES)
    return checked._replace(notes=(*checked.notes, said))


def _numbered(key: AnswerKey, info: ExerciseInfo, number: int) -> Case:
    """Return the case with a number, counted from 1 in the key's order. Raises UsageError."""
    if number > len(key.cases):
        raise UsageError("checking", "no_case", id=info.id, number=number, of=len(key.cases))
    return key.cases[number - 1]


def exercise_at(path: Path, workspace: Workspace) -> ExerciseInfo | None:
    """Return the exercise whose counting file in a workspace is this one."""
    real = os.path.realpath(path)
    for info in load_catalog().exercises.values():
        if os.path.realpath(workspace.file_of(info)) == real:
            return info
    return None


def exit_code(states: Sequence[str]) -> int:
    """Return the worst exit code of several states of reports."""
    codes = {"passed": 0, "not_loaded": 3, "limit": 4, "fault": 5}
    return max((codes.get(state, 1) for state in states), default=0)


def remember(target: Target, report: Report) -> tuple[int, list[Message]]:
    """Count the attempt; return its number (0 if none is counted) and notes."""
    if not target.counts or target.workspace is None:
        return 0, []
    passed = report.state == "passed"
    return remember_attempt(target.workspace, report.exercise, passed=passed, codes=report.codes)


def remember_attempt(
    workspace: Workspace, exercise: str, *, passed: bool, codes: tuple[str, ...]
) -> tuple[int, list[Message]]:
    """Count one check of a workspace's own file; return its number (0 if unsaved) and notes."""
    from datetime import date

    from ..workspace.progress import after_check, load_progress, save_progress

    progress = load_progress(workspace)
    today = date.today().isoformat()
    entry = after_check(progress.of(exercise), passed=passed, codes=codes, today=today)
    note = save_progress(workspace, progress.with_entry(exercise, entry))
    return (0 if note else entry.attempts), [*progress.notes, *([note] if note else [])]


def _read(target: Target) -> Submission:
    if target.submission is not None:
        return target.submission
    if target.path is not None:
        return read_submission(target.path)
    content = sys.stdin.buffer.read(MAX_NOTEBOOK_BYTES + 1) if sys.stdin else b""
    notebook = content.lstrip()[:1] == b"{"
    return parse_submission(content, f"{target.info.folder}{'.ipynb' if notebook else '.py'}")
