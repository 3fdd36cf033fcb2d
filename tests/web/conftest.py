"""Open interactive figures in a real browser, on a page with the study page's policy."""

import json
from pathlib import Path

import pytest

import learncnn.grader.figures as figures
import learncnn.grader.i18n.texts as texts
from learncnn.grader.figures.blocks import figures_in
from learncnn.grader.figures.page_texts import page_texts
from learncnn.grader.figures.svg_drawing import figure_html

SOURCES = Path(__file__).parents[2] / "web" / "src"
STYLES = {
    "/lesson.css": Path(figures.__file__).parents[1] / "lessons" / "lesson.css",
    "/figures.css": Path(figures.__file__).parent / "figures.css",
}
KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
ROOT = "http://figures.test"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
    )
)


@pytest.fixture(autouse=True)
def _settled():
    texts.use_language("en")
    yield
    texts.use_language("en")


def block(source):
    """Return a figure of a lesson from the TOML of its block."""
    (figure,) = figures_in(f'```figure\ncaption = "What it shows."\n{source}\n```\n')
    return figure


def page_of(drawn, *, moving=True, language="en"):
    """Return a page with these figures; without `moving` the script gets no sentences."""
    body = "".join(f"<section>{figure_html(figure)}</section>" for figure in drawn)
    sentences = json.dumps(page_texts()) if moving else "{}"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Figures</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/lesson.css"><link rel="stylesheet" href="/figures.css">'
        '<link rel="stylesheet" href="/figures/moving.css">'
        f'<script type="application/json" id="texts">{sentences}</script>'
        '<script type="module" src="/figures/index.js"></script>'
        f'<body><main data-exercise="ex05"><h1>Figures</h1>{body}</main></body></html>'
    )


@pytest.fixture
def move(chromium):
    """Open a page of figures: move(block("…"), width=390, dark=True) → the page.

    Any error on the page, or violation of its policy, fails the test. `answers` maps paths to the
    server's answer to a POST: a status and JSON.
    """
    opened, said = [], []

    def move(*drawn, width=900, dark=False, still=False, script=True, answers=None, **how):
        context = chromium.new_context(
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        opened.append(context)
        page = context.new_page()
        page.asked = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        content = page_of(drawn, **how)

        def answer(route):
            path = route.request.url.removeprefix(ROOT)
            if answers and path in answers:
                page.asked.append((path, route.request.headers, route.request.post_data_json))
                status, body = answers[path]
                return route.fulfill(status=status, json=body)
            if path == "/":
                headers = {"Content-Security-Policy": POLICY}
                return route.fulfill(body=content, content_type="text/html", headers=headers)
            file = STYLES.get(path, SOURCES / path.lstrip("/"))
            return route.fulfill(body=file.read_text("utf-8"), content_type=KINDS[file.suffix])

        page.route("**/*", answer)
        page.goto(f"{ROOT}/")
        if script and how.get("moving", True):
            page.locator(".move-controls").first.wait_for(state="attached")
        return page

    move.said = said
    yield move
    for context in opened:
        context.close()
    assert said == []
