"""Open the study page of a real `learncnn serve` in a real browser."""

import os
import re
import subprocess
import sys
from collections import namedtuple
from contextlib import contextmanager

import pytest

from ...pages.conftest import TOO_WIDE, UNSOUND, inaccessible

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S+")
#: A running server: the address that it printed, and the folder of its workspace.
Served = namedtuple("Served", "address folder")


@contextmanager
def serving(folder, *words):
    """Serve a new workspace in a folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LEARNCNN_"))}
    environment |= {"LANG": "C.UTF-8", "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "learncnn"]
    study = folder / "study"
    subprocess.run([*command, "start", study, *words], env=environment, check=True, timeout=60)
    process = subprocess.Popen(
        [*command, "serve", "--no-browser"],
        cwd=study,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = ""
        while (found := ADDRESS.search(printed)) is None:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        yield Served(found[0], study)
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start one server for the tests of a module, each of which uses its own exercise."""
    with serving(tmp_path_factory.mktemp("serve")) as served:
        yield served


@pytest.fixture
def browse(chromium, server):
    """Open a page of the server: browse("/e/ex01", dark=True) → the page.

    Console messages and requests to any other server fail the test; a test may remove expected
    messages from `browse.said`.
    """
    root = server.address[: server.address.index("/", len("http://"))]
    opened, said, asked = [], [], []

    def browse(path, *, width=1280, dark=False, script=True, still=False):
        context = chromium.new_context(
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.address)
        if script:
            with page.expect_response("**/api/events"):
                page.goto(root + path)
        else:
            page.goto(root + path)
        return page

    browse.said = said
    yield browse
    for context in opened:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith((root, "data:", "blob:"))] == []


PASTE = """(element, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const paste = { clipboardData, bubbles: true, cancelable: true, composed: true };
  element.dispatchEvent(new ClipboardEvent("paste", paste));
}"""


def write(page, text):
    """Replace the content of the editor by pasting a text."""
    editor = page.locator(".cm-content")
    editor.click()
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    editor.evaluate(PASTE, text)


def report(page):
    """Wait for the running check and return the text of the report."""
    page.locator('#report[aria-busy="false"]').wait_for(timeout=300_000)
    return page.locator("#report").inner_text()


def faults(page):
    """Return the accessibility and layout problems of a page, in light and dark, at every width."""
    # Figures that move are named by `aria-label`, which axe-core looks for, not by a title.
    unsound = set(page.evaluate(UNSOUND)) - {"a picture without a name"}
    found = [f"unsound: {value}" for value in unsound] + inaccessible(page)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"wider than {width}: {value}" for value in page.evaluate(TOO_WIDE)]
    return found
