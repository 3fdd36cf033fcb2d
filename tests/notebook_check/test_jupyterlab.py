"""Test the report in JupyterLab in Chromium: its look, and that it affects nothing around it."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from .conftest import FLIPPED, PATIENCE

TOKEN = "0123456789abcdef"
pytestmark = pytest.mark.full


def cell(number, source):
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab in a folder with a notebook: lab(sources) → the notebook's address."""
    running = []

    def start(sources, lang="en"):
        notebook = {
            "cells": [cell(number, source) for number, source in enumerate(sources, 1)],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (tmp_path / "ex01_cross_correlation.ipynb").write_text(json.dumps(notebook))
        own = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
        own |= {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "LEARNCNN_LANG": lang}
        port = 18000 + os.getpid() % 1000
        words = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--port-retries=0"]
        words += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={tmp_path}"]
        words += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words],
            cwd=tmp_path,
            env=os.environ | own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(server)
        base = f"http://127.0.0.1:{port}"
        for _ in range(PATIENCE * 2):
            try:
                urllib.request.urlopen(f"{base}/api?token={TOKEN}").close()
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, "JupyterLab has ended"
                time.sleep(0.5)
        return f"{base}/lab/tree/ex01_cross_correlation.ipynb?token={TOKEN}&reset"

    yield start
    for server in running:
        server.terminate()
        server.wait(60)


@pytest.fixture
def show(chromium):
    """Open a notebook and run all of its cells: show(address) → the page."""
    opened = []

    def show(address):
        context = chromium.new_context(viewport={"width": 1200, "height": 1500})
        opened.append(context)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=PATIENCE * 1000)
        page.get_by_text("| Idle").wait_for(timeout=PATIENCE * 1000)
        page.evaluate("() => window.jupyterapp.commands.execute('runmenu:run-all')")
        page.wait_for_selector(".learncnn-report", timeout=PATIENCE * 1000)
        return page

    yield show
    for context in opened:
        context.close()


def dark(page):
    """Choose the dark theme."""
    page.evaluate(
        "() => window.jupyterapp.commands.execute("
        "'apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.wait_for_selector('body[data-jp-theme-light="false"]', state="attached")


def looks(page):
    """Return how all that is not part of a report looks: its box, fonts and colours."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.jp-Cell *, .jp-Toolbar *')]
            .filter(e => !e.closest('.learncnn-report, .jp-OutputArea'))
            .map(e => { const s = getComputedStyle(e);
                return [e.tagName, s.color, s.font, s.margin, s.padding, s.background]; })"""
    )


def settled(page):
    """Return how it looks once JupyterLab, which fills its toolbars late, changes nothing more."""
    before, now = None, looks(page)
    while now != before:
        page.wait_for_timeout(500)
        before, now = now, looks(page)
    return now


def test_a_report_is_shown_and_changes_nothing_around_it(lab, show):
    page = show(lab(["from learncnn import check", FLIPPED, "check(corr2d)", "1 + 1"]))
    report = page.locator(".learncnn-report")
    assert "rotated by 180°" in report.inner_text()
    assert report.locator("script").count() == 0
    with_report = settled(page)
    page.evaluate("() => document.querySelector('.learncnn-report').remove()")
    assert settled(page) == with_report


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_has_no_fault_in_either_theme(lab, show, lang):
    api = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = show(lab(["from learncnn import check", FLIPPED, "check(corr2d)"], lang))
    for theme in ("light", "dark"):
        if theme == "dark":
            dark(page)
        found = api.Axe().run(page, context=".learncnn-report")
        assert found.violations_count == 0, found.generate_report()


def test_the_pictures_of_a_lesson_are_shown(lab, show, tmp_path):
    address = lab(["from learncnn import check", FLIPPED, "check(corr2d)"])
    name = "ex01_cross_correlation.ipynb"
    (tmp_path / name).unlink()
    words = ["notebook", "ex01", "-o", str(tmp_path / name)]
    subprocess.run([sys.executable, "-m", "learncnn", *words], check=True, capture_output=True)
    page = show(address)
    images = page.locator(".jp-RenderedMarkdown img")
    assert images.count() > 0
    assert all(images.nth(at).evaluate("e => e.naturalWidth") > 0 for at in range(images.count()))
