"""Link the commands that a sentence names to the pages that do the same."""

from __future__ import annotations

from markupsafe import Markup, escape

from ..i18n.texts import say

#: The path of the page for a command, and the key of the link's text.
PAGES = {"learncnn review": ("/review", "quiz.review"), "learncnn quiz": ("/", "map.title")}


def linked(sentence: str) -> Markup:
    """Return a sentence as HTML with a link in place of each command that has a page."""
    html = str(escape(sentence))
    for command, (path, key) in PAGES.items():
        html = html.replace(
            command, f'<a class="whole" href="{path}">{escape(say("serve", key))}</a>'
        )
    return Markup(html)
