"""Test that a figure as one picture is complete and self-contained."""

import base64
from xml.etree import ElementTree as ET

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.lesson_catalog import load_lessons
from learncnn.grader.figures.blocks import LessonFigure
from learncnn.grader.figures.svg_sheet import WIDTH, figure_uri
from learncnn.grader.lessons.lesson import lesson_parts

LESSONS = [*load_lessons().values(), *load_catalog().exercises.values()]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("info", LESSONS, ids=lambda info: info.id)
def test_every_figure_of_a_lesson_fits_into_its_picture(info):
    for part in lesson_parts(info):
        if not isinstance(part, LessonFigure):
            continue
        kind, _, picture = figure_uri(part.drawing, part.caption).partition(";base64,")
        assert kind == "data:image/svg+xml"
        sheet = ET.fromstring(base64.b64decode(picture))
        width, height = float(sheet.get("width")), float(sheet.get("height"))
        assert 0 < width <= WIDTH + 1
        assert sheet.find(f"{SVG}title").text
        for panel in sheet.findall(f"{SVG}svg"):
            assert 0 <= float(panel.get("x")) <= width - float(panel.get("width"))
            assert 0 <= float(panel.get("y")) <= height - float(panel.get("height"))
        for text in sheet.findall(f"{SVG}text"):
            assert 0 < float(text.get("y")) < height
        assert all(
            link.startswith("data:image/png;base64,")
            for element in sheet.iter()
            if (link := element.get("href")) is not None
        )
