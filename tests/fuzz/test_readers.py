"""Test readers of untrusted bytes on damaged input; see fuzz.py for longer runs."""

import re
import subprocess
import sys
import tracemalloc
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learncnn.grader.i18n.texts import use_language

from .targets import FINDINGS, TARGETS, findings

#: Seeds are damaged in few places, so that most of a reader is reached.
SETTINGS = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
#: What bytes of a format mean is often a number, a quote or a bracket.
TELLING = [
    b"", b"\0", b"\xff", b"\xff" * 4, b"\x7f\xff\xff\xff", b"-1", b"9" * 40, b"1e999", b"NaN",
    b"null", b"[]", b"{}", b"[" * 3000, b'"', b"../", b"/", b"\\", b"\x1b[2J", b"\xe2\x80\xae",
    b"=1", b"\r", b"PK\x05\x06", b"x" * 3000, b"\xe2\x9e\x8b",
]  # fmt: skip
MEMORY = 64 << 20
#: Readers that the fuzzer is guided through without `--full`; preparing it takes ten seconds each.
GUIDED = {"frames", "zip"}
#: The fuzzer's limit is on its peak, which begins with its parent's: hundreds of tests ran here.
SMALL_PARENT = ["sh", "-c", '"$@"; exit $?', "sh"]


@pytest.fixture(autouse=True)
def _english():
    use_language("en")


@st.composite
def damaged(draw, seeds):
    """A seed with a few pieces replaced, moved or left out."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 4, 8, 40, 600])))
        piece = draw(st.sampled_from(TELLING) | st.binary(max_size=8) | st.just(data[start:end]))
        place = draw(st.sampled_from([start, end, len(data) - len(piece)]))
        if place == start:
            data = data[:start] + piece + data[end:]
        else:
            data = data[:place] + piece + data[place:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_input_is_refused_or_read_within_bounds(name):
    target = TARGETS[name]
    seeds = target.seeds()
    for seed in seeds:  # what is loaded once is not counted
        target.run(seed)

    @SETTINGS
    @given(damaged(seeds) | st.binary(max_size=200))
    def run(data: bytes) -> None:
        tracemalloc.start()
        try:
            target.run(data)
            assert tracemalloc.get_traced_memory()[1] < MEMORY
        finally:
            tracemalloc.stop()

    run()


@pytest.mark.parametrize("name", [path.name for path in FINDINGS.iterdir()])
def test_what_once_broke_a_reader_breaks_it_no_more(name):
    found = findings(name)
    assert found
    for data in found:
        TARGETS[name].run(data)


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed")
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in GUIDED else pytest.mark.full) for name in TARGETS],
)
def test_the_guided_fuzzer_runs_and_leaves_nothing(name, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    program = Path(__file__).with_name("fuzz.py")
    command = [*SMALL_PARENT, sys.executable, program, name, "-runs=300", "-seed=1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert re.search(r"Done \d+ runs", done.stderr)
    assert list(tmp_path.rglob("*")) == [tmp_path / "tmp"]
