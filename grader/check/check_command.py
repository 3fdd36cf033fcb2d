"""Run the `check` command: print, remember and write the results, and return the exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..course.catalog import title_of
from ..course.name_resolution import kind_of
from ..errors import GraderFault, SubmissionError, UsageError
from ..i18n.texts import family_texts, listed, say, worded
from ..student.overview import open_prerequisites, progress_of
from ..terminal.app import App
from .checking import Checked, Checker, CheckSettings, Target, exit_code, remember, targets_of

if TYPE_CHECKING:
    from ..grading.report import Report


class CheckRequest(NamedTuple):
    """The command's options as typed by the user."""

    names: tuple[str, ...] = ()
    everything: bool = False
    exercise: str | None = None
    as_json: bool = False
    junit: str | None = None
    html: str | None = None
    seed: str | None = None
    timeout: float | None = None
    device: str = "auto"
    stop: bool = False
    verbose: bool = False
    case: int | None = None
    show_input: bool = False


def run_check(app: App, request: CheckRequest) -> int:
    """Check, print and remember. Raises LearncnnError if a single file cannot be graded."""
    _refuse_around_a_case(request)
    workspace = app.found if _names_file_only(request) else app.workspace
    if request.html:
        from ..render.pages import need

        need()
    targets = targets_of(request.names, request.exercise, request.everything, workspace)
    if not request.names and not request.everything and targets[0].path:
        app.note(say("checking", "last_saved", file=targets[0].path.name))
    app.note(*_two_files(targets))
    settings = CheckSettings(request.seed, request.timeout, request.device, request.case)
    if request.case is not None:
        if len(targets) > 1:
            raise UsageError("checking", "case_alone")
        return _run_case(app, request, targets[0], settings)
    with Checker(settings, _load_rest) as checker:
        results: list[Checked] = []
        if len(targets) == 1 and not request.everything and not _document(request):
            results.append(checker.check(targets[0]))
            _show(app, request, targets[0], results[0])
        else:
            for target, checked in zip(
                targets, checker.each(targets, stop=request.stop), strict=False
            ):
                results.append(checked)
                _show(app, request, target, checked)
    if len(results) < len(targets) and not request.as_json:
        app.note(say("check", "stopped"))
    if request.everything and not request.as_json:
        _summary(app, request, results)
    if request.as_json:
        _print_json(app, results, single=len(targets) == 1 and not request.everything)
    if request.junit:
        from .check_junit import junit_xml

        _write(request.junit, junit_xml(results))
    if request.html:
        from .check_page import check_page

        _write(request.html, check_page(results))
        app.note(say("page", "written", path=request.html))
    return _exit_code(results)


def _refuse_around_a_case(request: CheckRequest) -> None:
    """Raise UsageError if an option cannot be combined with `--case`, or needs it."""
    if request.case is None:
        if request.show_input:
            raise UsageError("checking", "input_needs_case")
    elif request.everything or request.junit or request.html:
        raise UsageError("checking", "case_alone")


def _run_case(app: App, request: CheckRequest, target: Target, settings: CheckSettings) -> int:
    """Run one case and show it with its output, without counting an attempt."""
    from ..render.input_code import input_code
    from ..render.one_case import case_json, one_case_lines

    with Checker(settings) as checker:
        checked = checker.check(target)
    report, case, number = checked.report, checked.case, settings.case
    assert report is not None
    assert case is not None
    assert number is not None
    code = input_code(case, report.provenance) if request.show_input else ""
    if request.as_json:
        import json

        document = case_json(report, case, number, code)
        app.out([json.dumps(document, ensure_ascii=False, indent=1)])
    else:
        from ..render.report_screen import Screen

        screen = Screen(app.width, app.paint, True)
        app.out(one_case_lines(report, checked.info, screen, case, number, code))
    return exit_code([report.state])


def _two_files(targets: Sequence[Target]) -> list[str]:
    """Print which file counts for each exercise that has both a script and a notebook."""
    noted = dict.fromkeys(
        note
        for target in targets
        if target.workspace is not None and target.path is not None
        for note in target.workspace.note_on(target.info)
    )
    return list(noted)


def _load_rest() -> None:
    """Import the modules that judge and show, while the submission runs."""
    from ..course import exercise_texts  # noqa: F401
    from ..grading import failures, grading  # noqa: F401
    from ..render import check_lines  # noqa: F401
    from ..workspace import progress  # noqa: F401

    family_texts("check")


def _names_file_only(request: CheckRequest) -> bool:
    """Return whether no workspace is needed, so that a broken one does not matter."""
    return bool(request.names) and all(
        n == "-" or kind_of(os.path.basename(n)) for n in request.names
    )


def _show(app: App, request: CheckRequest, target: Target, checked: Checked) -> None:
    """Remember one result, and draw it unless a document was requested."""
    report = checked.report
    if report is None:
        app.note(f"{checked.info.id}: {worded(checked.error)}")
        return
    attempt = 0
    if not request.everything and report.state != "passed":
        app.note(*_prerequisites(target))
    if report.state != "not_started":
        attempt, notes = remember(target, report)
        app.note(*notes)
    if not request.as_json and not (request.everything and not _worth_a_screen(report)):
        from ..render.check_lines import check_lines
        from ..render.report_screen import Screen

        screen = Screen(app.width, app.paint, request.verbose)
        lines = check_lines(report, checked.info, screen, attempt=attempt, seconds=checked.seconds)
        app.out([*lines, ""] if request.everything else lines)
        if checked.large:
            from ..render.gpu_times import large_lines

            app.out(large_lines(checked.large, report.provenance.device, screen))
    app.note(*checked.notes)


def _prerequisites(target: Target) -> list[str]:
    """Print that an exercise builds on others that are not passed yet."""
    if not target.counts or target.workspace is None:
        return []
    still_open = open_prerequisites(target.info, progress_of(target.workspace))
    if not still_open:
        return []
    return [say("checking", "builds_on", id=target.info.id, ids=listed(still_open))]


def _worth_a_screen(report: Report) -> bool:
    """Return whether `--all` shows a report in full, which it does for begun and failing ones."""
    return report.state not in ("passed", "not_started")


def _summary(app: App, request: CheckRequest, results: Sequence[Checked]) -> None:
    from ..render.check_lines import summary_lines
    from ..render.report_screen import Screen

    rows = {}
    for checked in results:
        report = checked.report
        verdicts = report.verdicts if report else ()
        counts = f"{sum(v.passed for v in verdicts)}/{len(verdicts)}" if verdicts else ""
        state = report.state if report else "not_loaded"
        rows[checked.info.id] = (state, title_of(checked.info), counts)
    passed = sum(row[0] == "passed" for row in rows.values())
    heading = say("check", "summary", passed=passed, total=len(rows))
    app.out(summary_lines(rows, Screen(app.width, app.paint), heading))


def _print_json(app: App, results: Sequence[Checked], *, single: bool) -> None:
    import json

    document: Any
    if single and results[0].report is not None:
        document = results[0].report.to_json()
    else:
        document = {
            "reports": [c.report.to_json() for c in results if c.report is not None],
            "errors": [
                {"exercise": c.info.id, "error": worded(c.error)}
                for c in results
                if c.error is not None
            ],
        }
    app.out([json.dumps(document, ensure_ascii=False, indent=1)])


def _document(request: CheckRequest) -> bool:
    """Return whether a document must be written even if the submission cannot be read."""
    return bool(request.junit or request.html)


def _write(name: str, text: str) -> None:
    """Write a document, importing its writer only if needed. Raises UsageError."""
    from pathlib import Path

    from ..files.writing import write_document

    write_document(Path(name), text)


def _exit_code(results: Sequence[Checked]) -> int:
    states = [c.report.state if c.report else _state_of(c) for c in results]
    return exit_code(states)


def _state_of(checked: Checked) -> str:
    if isinstance(checked.error, GraderFault):
        return "fault"
    return "not_loaded" if isinstance(checked.error, SubmissionError) else "usage"
