"""How moving figures look and are read: first like the server's, then by everyone, on a phone."""

from pathlib import Path

import pytest

from learncnn.exercises import __path__ as exercises
from learncnn.grader.figures.blocks import figures_in
from learncnn.grader.figures.kinds import KINDS
from learncnn.grader.i18n import texts

from ..pages.conftest import TOO_FAINT, TOO_WIDE, inaccessible
from .conftest import block

#: What each section's panels and sentences consist of, without what is not seen.
SEEN = """() => [...document.querySelectorAll('section')].map(section => {
  const shapes = [...section.querySelectorAll('.panels svg, .panels svg *')]
    .filter(e => !['g', 'title'].includes(e.tagName)).map(e => {
      const shown = [...e.attributes].filter(({name}) =>
        !/^(aria-|role|data-|tabindex|href)/.test(name)).map(a => a.name + '=' + a.value);
      const text = e.tagName === 'text' ? e.textContent : '';
      return [e.tagName, ...shown.sort(), text].join(' '); });
  const words = [...section.querySelectorAll('.title, .panels small, .sign, .worked')]
    .map(e => e.innerHTML);
  return [...shapes, ...words]; })"""


def lessons(language):
    """Every figure of every lesson, and one of each kind that no lesson has."""
    texts.use_language(language)
    files = sorted(Path(exercises[0]).glob(f"*/lesson.{language}.md"))
    return [figure for file in files for figure in figures_in(file.read_text("utf-8"))]


MORE = [
    'kind = "padding-stride"\nsize = [5, 6]\nkernel = [2, 3]\npadding = [0, 1]\nstride = 2',
    'kind = "im2col"\ninput = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]\nkernel = [[[1]], [[-1]]]',
    'kind = "channels"\ninput = "ones(2, 3, 3)"\nkernel = "arange(3, 2, 2, 2)"\n'
    "bias = [1, 0, -0.5]\nfilter = 2\npadding = 1\nat = [2, 1]",
    'kind = "curves"\ntraining = "accuracy"\nrates = [0.1, 0.3]\nepochs = 4',
    'kind = "curves"\nseries = [{ name = "a", values = [3, 1, 2] }]\naxis = "step"',
    'kind = "window"\ninput = "ones(4, 4)"\nkernel = [[0.5, -0.25]]\nbias = 1.5\nstride = 2',
    'kind = "pooling"\ninput = "arange(3, 3)"\nmode = "avg"\nkernel_size = 2\npadding = 1\n'
    "count_include_pad = false",
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_figure_looks_first_as_the_server_drew_it(move, language):
    drawn = [*lessons(language), *map(block, MORE)]
    assert {figure.kind for figure in drawn} == set(KINDS)
    still = move(*drawn, moving=False, language=language).evaluate(SEEN)
    moving = move(*drawn, language=language).evaluate(SEEN)
    for before, after, figure in zip(still, moving, drawn, strict=True):
        assert before == after, figure.data


def test_pictures_are_the_server_s_pixel_by_pixel(move):
    (feature_maps,) = [f for f in lessons("en") if f.kind == "feature-maps"][:1]
    pixels = """() => Promise.all([...document.querySelectorAll('image')].map(async image => {
      const shown = new Image();
      shown.src = image.getAttribute('href');
      await shown.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [shown.width, shown.height];
      const context = canvas.getContext('2d');
      context.drawImage(shown, 0, 0);
      return [...context.getImageData(0, 0, shown.width, shown.height).data]; }))"""
    drawn = [feature_maps, block('kind = "patterns"')]
    before = move(*drawn, moving=False).evaluate(pixels)
    after = move(*drawn).evaluate(pixels)
    assert len(before) == len(after) == 27
    for one, other in zip(before, after, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 1


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.full)])
def test_everyone_can_use_the_figures_on_a_phone_too(move, language):
    page = move(*lessons(language), language=language)
    assert inaccessible(page) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no fading between
        assert page.evaluate(TOO_FAINT) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate(TOO_WIDE) == []


def test_numbers_stay_readable_on_a_phone(move):
    page = move(*lessons("en"), width=390)
    heights = """() => [...document.querySelectorAll('svg text:not(.unit)')].map(e => [
      e.textContent, parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a])"""
    small = [(text, size) for text, size in page.evaluate(heights) if size < 7.5]
    assert small == []


def test_nothing_jumps_below_a_figure_while_it_plays(move):
    page = move(*[f for f in lessons("en") if f.kind in ("network", "window")], width=600)
    places = "() => [...document.querySelectorAll('figcaption')].map(e => e.offsetTop)"
    before = page.evaluate(places)
    for _ in range(4):
        for button in page.get_by_role("button", name="One step on").all():
            button.click()
        assert page.evaluate(places) == before


def test_without_a_script_a_figure_is_the_server_s(move):
    page = move(block('kind = "window"\ninput = "arange(3, 3)"\nkernel = [[1]]'), script=False)
    assert page.locator("svg").count() == 3
    assert page.locator("button").count() == 0
