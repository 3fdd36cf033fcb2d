"""Open real pages in a real browser: Debian's chromium, driven by Playwright."""

import os
import subprocess
import sys

import pytest

import learncnn.grader.i18n.texts as texts

PHONE = 360


@pytest.fixture(autouse=True)
def _settled():
    texts.use_language("en")
    yield
    texts.use_language("en")


@pytest.fixture
def look(chromium):
    """Open a file: look(path, width=360, dark=True) → a page that records problems.

    `page.said` are console messages and dialogs, `page.asked` all requests except the first.
    """
    opened = []

    def look(path, *, width=1100, dark=False, printed=False, script=True):
        context = chromium.new_context(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        opened.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: page.asked.append(request.url))
        if printed:
            page.emulate_media(media="print")
        page.goto(path.as_uri())
        assert page.asked.pop(0) == path.as_uri()
        return page

    yield look
    for context in opened:
        context.close()


def command_in(folder):
    """Return a function that runs the command line in a process of its own, in a folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LEARNCNN_"))}
    environment |= {"LANG": "C.UTF-8", "XDG_CACHE_HOME": str(folder / "cache")}

    def learncnn(*words):
        return subprocess.run(
            [sys.executable, "-m", "learncnn", *map(str, words)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return learncnn


@pytest.fixture
def learncnn(tmp_path):
    """Return a function that runs the command line in a new folder."""
    return command_in(tmp_path)


#: Elements that make the page wider than the window.
TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter(e =>
    e.getBoundingClientRect().right > window.innerWidth && !e.closest(".scroll")
  ).map(e => e.outerHTML.slice(0, 120))"""

#: Texts whose contrast to their background is below the minimum of WCAG 2.1.
TOO_FAINT = """() => {
  const numbers = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = numbers(c).map(v => (v /= 255) <= 0.03928 ? v / 12.92 :
    ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; const n = numbers(c);
    if (n.length < 4 || n[3] > 0) return c; } };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest("title") || !e.getClientRects().length) continue;
    const style = getComputedStyle(e);
    let ground = behind(e), ink = style.color;
    if (e instanceof SVGElement) {
      ink = style.fill;
      const cell = e.previousElementSibling;
      const rect = [...e.parentElement.querySelectorAll("rect.cell")].find(r => {
        const x = +e.getAttribute("x") - r.getAttribute("x");
        const y = +e.getAttribute("y") - r.getAttribute("y");
        return x > 0 && x < r.getAttribute("width") && y > 0 && y < r.getAttribute("height"); });
      if (rect) ground = getComputedStyle(rect).fill;
    }
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push([e.outerHTML.slice(0, 100), ink, ground, ratio.toFixed(2)]);
  }
  return found;
}"""

#: Headings that skip a level, tables without headers, pictures without names.
UNSOUND = """() => {
  const found = [];
  if (!document.documentElement.lang) found.push("no language");
  let before = 0;
  for (const h of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
    const level = +h.tagName[1];
    if (level > before + 1 || (level === 1 && before)) found.push("heading " + h.textContent);
    before = level;
  }
  for (const t of document.querySelectorAll("table:not([role=presentation])")) {
    if (!t.caption) found.push("a table without a caption");
    if (!t.querySelector("th")) found.push("a table without headers");
  }
  for (const th of document.querySelectorAll("th"))
    if (!th.scope) found.push("a header without a scope: " + th.textContent);
  for (const svg of document.querySelectorAll("svg"))
    if (!svg.closest("[aria-hidden]") && !svg.querySelector("title")?.textContent)
      found.push("a picture without a name");
  for (const e of document.querySelectorAll(".scroll"))
    if (e.tabIndex !== 0 || !e.getAttribute("aria-label")) found.push("a region without a name");
  return found;
}"""


def problems(page):
    """Return all problems of a page: structure, accessibility, legibility."""
    found = [f"unsound: {value}" for value in page.evaluate(UNSOUND)]
    return found + inaccessible(page) + unreadable(page)


def inaccessible(page):
    """Return the violations found by axe-core, in light and dark, with all details unfolded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.evaluate("() => document.querySelectorAll('details').forEach(e => e.open = true)")
    found = []
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        for fault in axe.run(page).response["violations"]:
            found.append((fault["id"], f"dark={dark}", [n["html"][:100] for n in fault["nodes"]]))
    return found


def unreadable(page):
    """Return faint and overflowing elements, console messages and requests of a page."""
    found = []
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        found += [f"too faint, dark={dark}: {value}" for value in page.evaluate(TOO_FAINT)]
    for width in (1100, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"wider than {width}: {value}" for value in page.evaluate(TOO_WIDE)]
    return found + page.said + page.asked
