"""Start, check, grade and quiz with an installed learncnn, as its users do: by its command alone.

`short_set.py FOLDER`, run by the Python to try, works in FOLDER, prints one line and exits with 1
at the first command that does not do what it should. Where torch is missing, what needs it is left
out. Every shown solution is checked as it is shown, and with torch those for tensors as well.
"""

import json
import os
import subprocess
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Exercises whose keys are made anew: making all would take two minutes.
FRESH = "ex08,ex13"
#: Maximum number of characters shown of what a command printed.
SHOWN = 2000
COMMAND = os.path.join(sysconfig.get_path("scripts"), "learncnn")


def learncnn(folder, *words, codes=(0,), given=""):
    """Run a command and return what it printed; end if it exits with another code than `codes`."""
    done = subprocess.run(
        [COMMAND, *words], cwd=folder, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode not in codes:
        sys.exit(
            f"learncnn {' '.join(words)}: exit code {done.returncode}\n"
            f"{done.stdout[-SHOWN:]}{done.stderr[-SHOWN:]}"
        )
    return done.stdout


def installed(name):
    """The version of a distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def write_solutions(study, *, torch):
    """Put the shown solutions where the stubs were, and return how many can be run here."""
    count = 0
    for stub in sorted(study.glob("ex??_*.py")):
        codes = (0,) if torch else (0, 2)  # 2: it needs torch
        source = learncnn(study, "solution", stub.name[:4], "--give-up", codes=codes)
        if not source:
            stub.unlink()
            continue
        stub.write_text(source, "utf-8")
        count += 1
    return count


def check(study):
    """Check all files, and return how many passed."""
    files = sorted(path.name for path in study.glob("ex??_*.py"))
    # A check waits 2 s for a case, which a machine that does two things at once may need.
    command = ("check", "--json", "--timeout", "30", *files)
    reports = json.loads(learncnn(study, *command, codes=(0, 1, 3)))["reports"]
    for report in reports:
        if report["state"] != "passed" or report["score"] != report["max_score"]:
            failed = [v for v in report["verdicts"] if v["status"] != "passed"]
            shown = {key: report[key] for key in ("exercise", "state", "score", "load_error")}
            sys.exit(f"a shown solution does not pass: {shown}\n{failed[:1]}")
    return len(reports)


def check_without_sandbox(study):
    """Check the same solutions in plain children, as on Windows and macOS."""
    os.environ["LEARNCNN_PLAIN"] = "1"
    try:
        return check(study)
    finally:
        del os.environ["LEARNCNN_PLAIN"]


def check_with_torch(folder):
    """Check the solutions that a workspace for torch is shown."""
    learncnn(folder, "start", "--framework", "torch", "torch")
    write_solutions(folder / "torch", torch=True)
    return check(folder / "torch")


def grade(folder, study):
    """Grade a class of one, some of it with keys made here from the references."""
    student = folder / "class" / "ann"
    student.mkdir(parents=True)
    for path in study.glob("ex??_*.py"):
        (student / path.name).write_bytes(path.read_bytes())
    book = ("--gradebook", "book.sqlite")
    learncnn(folder, "grade", "--practice", "class", *book)
    private = ("--private-seed", "seed.txt", "--exercises", FRESH, "--course", "private")
    learncnn(folder, "grade", "class", *private, *book)
    for course in ([], ["--course", "private"]):
        shown = learncnn(folder, "gradebook", "show", *course, *book)
        if "ann" not in shown:
            sys.exit(f"the gradebook has no ann:\n{shown}")


def quiz(study):
    """Answer wrongly, and then as the explanations say."""
    command = ("quiz", "ex01", "--seed", "short set", "--json")
    paper = json.loads(learncnn(study, *command, codes=(0, 1)))["paper"]

    def answered(answers):
        document = json.dumps({"paper": paper, "answers": answers})
        return json.loads(learncnn(study, *command, codes=(0, 1), given=document))["results"]

    told = answered([{"id": question["id"], "answer": "1"} for question in paper])
    right = answered([{"id": result["id"], "answer": result["answer"]} for result in told])
    if not right or not all(result["right"] for result in right):
        sys.exit(f"right answers are refused: {right}")


def main(folder):
    torch = installed("torch")
    learncnn(folder, "start", "study")
    study = folder / "study"
    count = write_solutions(study, torch=torch)
    passed = f"{check(study)} of {count}, without a sandbox {check_without_sandbox(study)}"
    grade(folder, study)
    if torch:
        passed += f", with tensors {check_with_torch(folder)} of {count}"
    quiz(study)
    names = ("numpy", "array-api-compat", "torch")
    versions = ", ".join(f"{name} {installed(name)}" for name in names if installed(name))
    print(f"Python {sys.version.split()[0]}, {versions}: passed {passed}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
