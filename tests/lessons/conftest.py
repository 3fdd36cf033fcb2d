"""Run the tests of lessons in both languages."""

import pytest

from learncnn.grader.i18n.texts import use_language


@pytest.fixture(params=["en", "zh"])
def lang(request):
    use_language(request.param)
    yield request.param
    use_language("en")
