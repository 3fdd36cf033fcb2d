"""Stubs are in one language throughout, whichever it is."""

import re

import pytest

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.stubs import stub_source
from learncnn.grader.i18n.texts import language, use_language

TODO = re.compile(r"# TODO.*")
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _same_language_after():
    before = language()
    yield
    use_language(before)


@pytest.mark.parametrize("info", load_catalog().exercises.values(), ids=lambda info: info.id)
def test_todo_lines_are_of_the_stubs_language(info):
    use_language("en")
    english = TODO.findall(stub_source(info, "numpy"))
    use_language("zh")
    chinese = TODO.findall(stub_source(info, "numpy"))
    assert len(chinese) == len(english) > 0
    assert all(line.startswith("# TODO：") and CHINESE.search(line) for line in chinese), chinese
    assert not any(CHINESE.search(line) for line in english), english


@pytest.mark.parametrize("info", load_catalog().exercises.values(), ids=lambda info: info.id)
def test_a_chinese_stub_is_python_without_placeholders(info):
    use_language("zh")
    source = stub_source(info, info.libraries[0])
    assert "$" not in source
    compile(source, "stub.py", "exec")


@pytest.mark.parametrize("spoken", ["en", "zh"])
@pytest.mark.parametrize("info", load_catalog().exercises.values(), ids=lambda info: info.id)
def test_no_rule_is_left_without_its_text(info, spoken):
    use_language(spoken)
    lines = [line.strip() for line in stub_source(info, "numpy").split("\n")]
    assert "-" not in lines
