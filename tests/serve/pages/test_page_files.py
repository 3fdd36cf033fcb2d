"""The file of the workspace is the truth: other editors, conflicts, drafts."""

from .conftest import report, write

TYPED = "mine = 1\n"
SAVED = "theirs = 2\n"


def file_of(server, id):
    (file,) = server.folder.glob(f"{id}_*.py")
    return file


def test_a_save_from_another_editor_is_shown_and_checked_at_once(browse, server):
    page = browse("/e/ex02")
    file_of(server, "ex02").write_text("def corr2d(:\n", "utf-8")
    page.locator(".cm-line", has_text="def corr2d(:").wait_for()
    page.locator(".cm-lint-marker-error").wait_for()
    assert report(page)
    assert page.locator(".saved").inner_text() == "Saved"


def test_a_conflict_shows_both_versions_and_what_was_typed_wins_if_chosen(browse, server):
    page, file = browse("/e/ex04"), file_of(server, "ex04")
    write(page, TYPED)
    file.write_text(SAVED, "utf-8")
    sides = page.locator(".conflict pre")
    sides.first.wait_for()
    assert [TYPED.strip() in sides.nth(0).inner_text(), SAVED.strip() in sides.nth(1).inner_text()]
    assert page.locator(".conflict mark").all_inner_texts() == [TYPED.strip(), SAVED.strip()]
    assert file.read_text("utf-8") == SAVED
    page.get_by_role("button", name="Keep what is in the editor").click()
    page.locator(".conflict").wait_for(state="hidden")
    assert file.read_text("utf-8") == TYPED
    (backup,) = (server.folder / "backups").iterdir()
    assert backup.read_text("utf-8") == SAVED


def test_the_file_on_disk_is_taken_if_chosen_and_undo_brings_back_what_was_typed(browse, server):
    page, file = browse("/e/ex05"), file_of(server, "ex05")
    write(page, TYPED)
    file.write_text(SAVED, "utf-8")
    page.get_by_role("button", name="Take the file on disk").click()
    page.locator(".cm-line", has_text="theirs").wait_for()
    page.locator(".cm-content").press("ControlOrMeta+z")
    page.locator(".cm-line", has_text="mine").wait_for()
    assert file.read_text("utf-8") == SAVED


def test_a_check_in_a_conflict_writes_nothing(browse, server):
    page, file = browse("/e/ex06"), file_of(server, "ex06")
    write(page, TYPED)
    file.write_text(SAVED, "utf-8")
    page.locator(".conflict mark").first.wait_for()
    page.locator(".cm-content").press("ControlOrMeta+Enter")
    report(page)
    assert file.read_text("utf-8") == SAVED


def test_keys_go_on_into_the_editor_when_a_conflict_appears(browse, server):
    page, file = browse("/e/ex11"), file_of(server, "ex11")
    write(page, TYPED)
    file.write_text(SAVED, "utf-8")
    page.locator(".conflict mark").first.wait_for()
    page.keyboard.type("more = 3")
    assert "more = 3" in page.locator(".cm-content").inner_text()


def test_what_was_typed_and_not_saved_is_there_after_a_reload(browse, server):
    page = browse("/e/ex13")
    stub = file_of(server, "ex13").read_text("utf-8")
    write(page, TYPED)
    page.reload()
    page.locator(".cm-line", has_text="mine = 1").wait_for()
    assert page.locator(".saved").inner_text() == "Not saved yet"
    assert file_of(server, "ex13").read_text("utf-8") == stub


def test_two_tabs_of_one_browser_show_the_same(browse, server):
    page = browse("/e/ex14")
    other = page.context.new_page()
    other.goto(page.url)
    write(other, TYPED)
    other.locator("[data-do=check]").click()
    page.locator(".cm-line", has_text="mine = 1").wait_for()
    assert report(page) == report(other)


def test_many_tabs_share_one_connection(browse):
    page = browse("/e/ex17")
    asked = []
    for _ in range(8):
        tab = page.context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page.url)
        tab.locator(".cm-content").wait_for()
    tab.locator("[data-do=check]").click()
    assert report(tab)
    assert not any(url.endswith("/api/events") for url in asked)
