"""Fuzz one reader of untrusted input, guided by coverage: `python tests/fuzz/fuzz.py zip`.

Needs atheris, which has wheels for Linux on x86-64: pip install "learncnn[fuzz]". Words after the
target's name are passed to libFuzzer:
    python tests/fuzz/fuzz.py zip -max_total_time=3600 -rss_limit_mb=1024
An input that breaks a promise is written to the current folder as crash-…; put it into
tests/fuzz/findings/<target>/ with the fix, where the tests keep trying it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))


def main(words: list[str]) -> None:
    """Fuzz the target named by the first word, starting from its seeds and findings."""
    with atheris.instrument_imports(include=["learncnn", "nbformat", "tarfile", "zipfile"]):
        from targets import TARGETS, findings

        if not words or words[0] not in TARGETS:
            sys.exit(f"usage: fuzz.py {{{','.join(TARGETS)}}} [libFuzzer's options and corpora]")
        name, options = words[0], words[1:]
        target = TARGETS[name]
        seeds = [*target.seeds(), *findings(name)]
        for seed in seeds:  # late imports are instrumented as well
            target.run(seed)
    with tempfile.TemporaryDirectory(prefix=f"learncnn-corpus-{name}-") as corpus:
        for number, seed in enumerate(seeds):
            Path(corpus, f"seed{number}").write_bytes(seed)
        if child := os.fork():  # libFuzzer ends its process without returning to Python
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        limits = ["-timeout=20", "-rss_limit_mb=1024", "-max_len=65536"]
        atheris.Setup([sys.argv[0], *limits, *options, corpus], target.run)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
