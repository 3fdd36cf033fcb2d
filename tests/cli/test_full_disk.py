"""Test that on a full disk a file is complete, unchanged or absent."""

import ast
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import learncnn.grader
from learncnn.grader.files.writing import opened_aside, write_aside, write_new

GRADER = Path(learncnn.grader.__file__).parent
STAMP = re.compile(r"\d{8}-\d{6}(-\d)?")
PAGE = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MiB that is really full when it is; where only root may have one, skipped."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs root, to mount a small disk")
    yield disk
    os.chdir(tmp_path)
    subprocess.run(["umount", str(disk)], check=True)


def leave_free(disk, pages):
    """Fill a disk until that many pages are free."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    status = os.statvfs(disk)
    size = status.f_bavail * status.f_frsize - pages * PAGE
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def contents(root):
    """Files below a folder, by their path in it."""
    paths = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


#: Commands and the pages that they need at most.
COMMANDS = {
    "start": (("start", "."), 8),
    "notebook": (("notebook", "ex02"), 4),
    "reset": (("reset", "--all"), 6),
    "submit": (("submit",), 3),
    "check": (("check", "ex01", "--junit", "report.xml", "--html", "report.html"), 14),
    "bank": (("bank", "export", "gift", "-o", "bank.gift"), 60),
}


def workspace_in(folder, name, cli, correct):
    """A workspace in which every command has something to do."""
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    if name != "start":
        assert cli("start", ".").exit_code == 0
        (folder / "ex01_slide.py").write_text(correct)


def steady(files):
    """The same with what differs from run to run made alike: dates, seconds, stamps of backups."""
    return {STAMP.sub("", name): len(content) // 64 for name, content in files.items()}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_leaves_no_torn_file(name, cli, correct, small_disk, tmp_path, monkeypatch):
    words, most = COMMANDS[name]
    workspace_in(tmp_path / "reference", name, cli, correct)
    assert cli(*words).exit_code == 0
    after = steady(contents(tmp_path / "reference"))
    said = []
    for pages in range(0, most, max(1, most // 8)):
        root = small_disk / "study"
        shutil.rmtree(root, ignore_errors=True)
        (small_disk / "filler").unlink(missing_ok=True)
        workspace_in(root, name, cli, correct)
        before = steady(contents(root))
        leave_free(small_disk, pages)
        result = cli(*words)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        if result.exit_code:
            said.append(" ".join(result.stderr.split()))
        for file, size in steady(contents(root)).items():
            assert size in (before.get(file), after.get(file)), (file, pages)
    assert said
    assert all("No space left on device" in each for each in said)


def run_with_file_limit(tmp_path, limit, code):
    """Run Python code in a process whose files may not grow beyond `limit` bytes."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        check=False,
    )


@pytest.mark.parametrize("call", ["write_aside", "write_new"])
def test_a_write_that_fails_leaves_nothing(tmp_path, call):
    done = run_with_file_limit(
        tmp_path,
        1000,
        "from pathlib import Path; from learncnn.grader.files import writing\n"
        f"try: writing.{call}(Path('new.py'), 'x' * 2000)\n"
        "except OSError as error: print(error.filename)",
    )
    assert done.stdout == "new.py\n"
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    (tmp_path / "old.py").write_text("mine")
    run_with_file_limit(
        tmp_path,
        1000,
        "from pathlib import Path; from learncnn.grader.files.writing import write_aside\n"
        "write_aside(Path('old.py'), 'x' * 2000)",
    )
    assert contents(tmp_path) == {"old.py": b"mine"}


@pytest.mark.parametrize("code", ["key.save", "seed"])
def test_a_key_and_a_seed_are_whole_or_not_there(tmp_path, course, code):
    key = str(course / "ex01_slide" / "practice-numpy.npz")
    program = {
        "key.save": "from learncnn.grader.answer_key.store import *; "
        f"save_key(load_key(Path({key!r})), Path('new.npz'))",
        "seed": "from learncnn.grader.gradebook.seed import *; make_seed(Path('new.txt'))",
    }[code]
    done = run_with_file_limit(tmp_path, 20, program)
    assert done.returncode
    assert "File too large" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_new_file_overwrites_none(tmp_path):
    path = tmp_path / "ex01.py"
    assert write_new(path, "mine")
    assert not write_new(path, "other")
    assert contents(tmp_path) == {"ex01.py": b"mine"}


def test_a_new_file_overwrites_none_where_there_are_no_links(tmp_path, monkeypatch):
    path = tmp_path / "ex01.py"

    def refuse(source, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert write_new(path, "mine")
    assert not write_new(path, "other")
    assert contents(tmp_path) == {"ex01.py": b"mine"}


def test_a_link_to_nothing_is_no_new_file(tmp_path):
    (tmp_path / "ex01.py").symlink_to("nowhere.py")
    assert not write_new(tmp_path / "ex01.py", "stub")


def test_a_link_is_followed_and_permissions_are_kept(tmp_path):
    (tmp_path / "grades.csv").write_text("old")
    (tmp_path / "grades.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("grades.csv")
    write_aside(tmp_path / "link.csv", "new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "grades.csv").read_text() == "new"
    assert (tmp_path / "grades.csv").stat().st_mode & 0o777 == 0o640


def test_the_longest_name_can_be_written(tmp_path):
    path = tmp_path / ("n" * 255)
    write_aside(path, "long")
    assert path.read_text() == "long"


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    code = "from pathlib import Path; from learncnn.grader.files.writing import write_aside\n"
    code += "print('first', flush=True); write_aside(Path('/dev/stdout'), 'report')"
    for kind in (subprocess.PIPE, (tmp_path / "out").open("wb")):
        subprocess.run([sys.executable, "-c", code], stdout=kind, check=True)
    assert (tmp_path / "out").read_text() == "first\nreport"
    assert Path("/dev/stdout").is_symlink()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize(
    "words",
    [
        ("bank", "export", "gift"),
        ("show", "ex01"),
        ("list",),
        ("list", "--json"),
        ("bank", "export", "gift", "-o", "/dev/full"),
        ("check", "ex99", "--json"),
    ],
    ids=" ".join,
)
def test_a_full_output_is_said(command, words, tmp_path):
    with open("/dev/full", "w") as full:
        done = command(*words, cwd=tmp_path, stdout=full)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr or "ex99" in done.stderr


def test_an_error_in_the_block_leaves_the_old_file(tmp_path):
    (tmp_path / "deck").write_bytes(b"old")
    with pytest.raises(TypeError), opened_aside(tmp_path / "deck") as file:
        file.writelines([b"half", None])
    assert contents(tmp_path) == {"deck": b"old"}


OTHER_WRITERS = {
    "files/writing.py": "the one piece",
    "release/kit.py": "a folder that is renamed as a whole",
    "release/autograder.py": "the same",
    "release/wheel.py": "the same",
    "author/answer_checks.py": "a temporary folder",
    "author/stub_checks.py": "the same",
    "check/saved_files.py": "a probe for events",
    "student/handing_in.py": "a zip in memory",
    "answer_key/store.py": "a zip in a file opened aside",
    "instructor/feedback_packing.py": "the same",
    "quiz/export/qti.py": "the same",
    "terminal/streams.py": "the null device",
    "pytest_plugin/classroom_result.py": "outputs of a step are appended to the runner's file",
}
WRITES = {"write_text", "write_bytes", "copy2", "copyfile", "NamedTemporaryFile"}
MODES = set("wax+")


def writes_of(tree):
    """Lines of a module that open a file to write to."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if (name in WRITES and owner != "formatter") or (
            name in ("open", "ZipFile")
            and any(
                isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and 0 < len(value.value) < 4
                and MODES & set(value.value)
                for value in (*node.args[:2], *(k.value for k in node.keywords if k.arg == "mode"))
            )
        ):
            yield node.lineno


def test_every_file_is_written_by_one_piece():
    found = []
    for path in sorted(GRADER.rglob("*.py")):
        name = path.relative_to(GRADER).as_posix()
        if name not in OTHER_WRITERS:
            found += [f"{name}:{line}" for line in writes_of(ast.parse(path.read_text("utf-8")))]
    assert not found, f"write with grader/files/writing.py: {found}"
