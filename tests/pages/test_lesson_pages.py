"""`show EX --html` of every exercise in a browser."""

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.lesson_catalog import load_lessons
from learncnn.grader.i18n.texts import use_language
from learncnn.grader.lessons.lesson import lesson_html

from .conftest import unreadable


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lessons_are_readable_on_every_screen(look, tmp_path, lang):
    use_language(lang)
    found = {}
    for info in (*load_lessons().values(), *load_catalog().exercises.values()):
        path = tmp_path / f"{info.id}.html"
        path.write_text(lesson_html(info), "utf-8")
        page = look(path)
        assert page.locator("html").get_attribute("lang") == lang
        found |= {info.id: problems} if (problems := unreadable(page)) else {}
        page.context.close()
    assert found == {}
