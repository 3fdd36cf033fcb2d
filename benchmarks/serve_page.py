"""Measure the study page in Chromium: the first page, and a click until its verdict is painted.

python benchmarks/serve_page.py [--repetitions 20] [--record]

Needs Debian's chromium and playwright.
"""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import Result, Target, compile_once, milliseconds, show
from playwright.sync_api import Browser, sync_playwright
from startup import SOLUTIONS

import learncnn

LEARNCNN = [sys.executable, "-m", "learncnn"]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S+")
STATIC = Path(learncnn.__file__).parent / "grader" / "serve" / "static"
#: Script that clicks Check and returns the milliseconds until the report is painted.
CLICK = """() => new Promise((resolve) => {
  const report = document.getElementById("report");
  const painted = () => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now() - started);
    port2.postMessage(null);
  });
  new MutationObserver((_, observer) => {
    if (report.getAttribute("aria-busy") !== "false") return;
    observer.disconnect();
    painted();
  }).observe(report, { attributes: true, childList: true });
  const started = performance.now();
  document.querySelector("[data-do=check]").click();
})"""


def measure(repetitions: int = 20) -> Result:
    """Time first pages, and clicks in turn with checks on the command line."""
    compile_once()
    program = shutil.which("chromium") or "chromium"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        study = Path(folder) / "study"
        subprocess.run([*LEARNCNN, "start", str(study)], check=True, capture_output=True)
        (study / "ex01_cross_correlation.py").write_text(SOLUTIONS["numpy"])
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        checks, clicks, pages = [], [], []
        with _page(browser, study) as (page, _):
            for _ in range(repetitions + 1):
                checks.append(_seconds_of_check(study))
                clicks.append(page.evaluate(CLICK) / 1000)
        for _ in range(max(2, repetitions // 4)):
            with _page(browser, study) as (_, seconds):
                pages.append(seconds)
        browser.close()
    # The first repetition of each filled caches and is left out.
    check, click, page = (statistics.median(each[1:]) for each in (checks, clicks, pages))
    packed = sum(
        len(gzip.compress((STATIC / name).read_bytes()))
        for name in ("app.js", "app.css", "theme.js")
    )
    figures = [
        ("check ex01, cold", milliseconds(check)),
        ("learncnn serve → first page loaded", milliseconds(page)),
        ("click → verdict painted (hoped for: 120 ms)", milliseconds(click)),
        ("scripts and styles, packed", f"{packed / 1000:.0f} kB"),
    ]
    ratios = {
        "serve: start → first page / cold check": page / check,
        "serve: click → verdict painted / cold check": click / check,
    }
    return Result(
        "The study page in Chromium",
        figures,
        ratios,
        dict(zip(ratios, (Target(2), Target(1.3)), strict=True)),
    )


def _seconds_of_check(study: Path) -> float:
    started = time.perf_counter()
    subprocess.run([*LEARNCNN, "check", "ex01"], cwd=study, capture_output=True, check=False)
    return time.perf_counter() - started


@contextmanager
def _page(browser: Browser, study: Path) -> Iterator[tuple[object, float]]:
    """Start a server and open ex01; yield the page, and the seconds until the first page loaded."""
    page = browser.new_page()  # a tab of a browser that runs: opening it is the browser's work
    started = time.perf_counter()
    command = [*LEARNCNN, "serve", "--no-browser"]
    server = subprocess.Popen(
        command, cwd=study, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        address = ADDRESS.search(server.stdout.readline())[0]
        page.goto(address)
        seconds = time.perf_counter() - started
        page.goto(f"{address[: address.index('/?')]}/e/ex01")
        yield page, seconds
        page.close()
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
