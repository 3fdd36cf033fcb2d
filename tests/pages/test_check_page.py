"""Test the page of `check --html` in a browser, as a student sees it."""

import socket

import pytest

from .conftest import problems

SHIFTED = """import numpy as np

def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape[0] - h + 1, X.shape[1] - w + 1
    if H < 1 or W < 1:
        raise ValueError("too large")
    out = sum(X[i:i + H, j:j + W] * K[i, j] for i in range(h) for j in range(w))
    out[0] += 1
    return out
"""
RIGHT = SHIFTED.replace("    out[0] += 1\n", "")
FLIPPED = RIGHT.replace("* K[i, j]", "* K[h - 1 - i, w - 1 - j]")
INJECTION = "<script>document.title='taken'</script><img src=x onerror=alert(1)>\\u202e"
HOSTILE = f"""
class Bad(Exception):
    pass
Bad.__name__ = Bad.__qualname__ = "{INJECTION}"
def corr2d(X, K):
    print("{INJECTION}")
    raise Bad("{INJECTION}")  # <script>alert(2)</script>
"""


@pytest.fixture
def checked(learncnn, tmp_path):
    """Check a source and write the page: (path, exit code)."""

    def checked(source, *words, name="ex01.py"):
        file = tmp_path / name
        file.write_text(source)
        run = learncnn(*words, "check", file, "--exercise", "ex01", "--html", "page.html")
        assert "Traceback" not in run.stderr
        return tmp_path / "page.html", run.returncode

    return checked


@pytest.mark.parametrize(
    ("source", "lang"),
    [
        (SHIFTED, "zh"),
        (FLIPPED, "en"),
        (RIGHT, "en"),
        ("def corr2d(:", "zh"),
        ("x = 1", "en"),
        (HOSTILE, "en"),
    ],
)
def test_a_page_is_sound_on_every_screen(checked, look, source, lang):
    path, _ = checked(source, "--lang", lang)
    page = look(path)
    assert problems(page) == []
    assert page.locator("html").get_attribute("lang")[:2] == lang


def test_the_failing_case_is_drawn_with_window_difference_and_marks(checked, look):
    path, code = checked(SHIFTED)
    page = look(path)
    assert code == 1
    captions = page.locator("figcaption").all_inner_texts()
    assert captions == ["X", "K", "yours", "expected", "yours − expected"]
    image, _, yours, expected, difference = page.locator("svg").all()
    assert image.locator("rect.window").count() == 1
    assert yours.locator("rect.wrong").count() == expected.locator("rect.right").count() > 0
    wrong = yours.locator("rect.wrong").count()
    assert difference.locator("text.wrong").all_text_contents() == ["+1"] * wrong
    assert yours.locator("path.corner").count() == wrong
    assert yours.locator("rect.first").count() == 1
    assert "No known mistake explains every case." in page.inner_text("main")


def test_a_diagnosis_is_named_with_its_sentence_and_the_next_step(checked, look):
    path, _ = checked(FLIPPED)
    text = look(path).inner_text("main")
    assert "FLIP" in text
    assert "(proved on" in text
    assert "learncnn hint ex01" in text


def test_what_a_hostile_submission_says_stays_text(checked, look):
    path, _ = checked(HOSTILE, name="<b>ex01.py")
    page = look(path)
    assert page.title() == "ex01 Cross-correlation"
    assert page.locator("img, script").count() == 0
    assert "<script>document.title='taken'</script>" in page.inner_text("pre")
    assert "\u202e" not in path.read_text("utf-8")
    assert (page.said, page.asked) == ([], [])


def test_even_markup_that_got_in_could_do_nothing(checked, look):
    """The page's policy holds by itself: no script, no style, no request."""
    path, _ = checked(RIGHT)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        image = f"<img src='http://127.0.0.1:{server.getsockname()[1]}/x'>"
        evil = f"<script>document.title='taken'</script><style>body{{display:none}}</style>{image}"
        path.write_text(path.read_text("utf-8").replace("<main>", f"<main>{evil}"), "utf-8")
        page = look(path)
        assert page.title() == "ex01 Cross-correlation"
        assert page.locator("main").is_visible()
        assert sum("Content Security Policy" in said for said in page.said) == 3
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_page_prints_in_black_on_white_even_at_night(checked, look):
    path, _ = checked(SHIFTED)
    page = look(path, dark=True, printed=True)
    style = "getComputedStyle(document.body)"
    assert page.evaluate(f"{style}.backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"{style}.color") == "rgb(0, 0, 0)"


def test_several_exercises_and_files_that_cannot_be_read_share_a_page(learncnn, tmp_path, look):
    (tmp_path / "ex01.py").write_text(RIGHT)
    (tmp_path / "ex03.py").write_bytes(b"\xff\xfe\x00")
    run = learncnn("check", "ex01.py", "ex03.py", "--html", "page.html")
    assert run.returncode == 3
    page = look(tmp_path / "page.html")
    assert [h[:4] for h in page.locator("h2").all_inner_texts()] == ["ex01", "ex03"]
    assert problems(page) == []


def test_the_page_says_nothing_of_the_screen_away(learncnn, tmp_path):
    (tmp_path / "ex01.py").write_text(RIGHT)
    plain = learncnn("check", "ex01.py").stdout
    run = learncnn("check", "ex01.py", "--html", "page.html")
    assert plain.split("  0.")[0] == run.stdout.split("  0.")[0]
    assert "page.html" in run.stderr
    assert learncnn("check", "ex01.py", "--html", "/dev/stdout").stdout.count("<!doctype html>")


def test_a_page_that_cannot_be_written_is_said(learncnn, tmp_path):
    (tmp_path / "ex01.py").write_text(RIGHT)
    run = learncnn("check", "ex01.py", "--html", tmp_path / "none" / "page.html")
    assert (run.returncode, "cannot be written" in run.stderr) == (2, True)


def test_without_the_template_package_the_way_out_is_said(monkeypatch, tmp_path):
    from importlib import util

    from click.testing import CliRunner

    from learncnn.cli import main

    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "jinja2" else real(name))
    (tmp_path / "ex01.py").write_text(RIGHT)
    words = ["check", str(tmp_path / "ex01.py"), "--html", str(tmp_path / "page.html")]
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, "learncnn[html]" in result.stderr) == (2, True)


def test_a_proved_mistake_is_worked_out_beside_the_right_number(checked, look):
    path, _ = checked(FLIPPED)
    page = look(path)
    right, wrong = page.locator("learncnn-mistake .side").all()
    assert "0·0 + 1·1 + 3·2 + 4·3 =\N{NO-BREAK SPACE}19" in right.inner_text()
    assert "the kernel turned by 180°" in wrong.inner_text()
    assert "0·3 + 1·2 + 3·1 + 4·0 =\N{NO-BREAK SPACE}5" in wrong.inner_text()
    assert wrong.locator("svg.kernel text").all_text_contents() == ["3", "2", "1", "0"]
    assert page.locator("rect.window").count() == 2
    assert page.locator("button").count() == 0
