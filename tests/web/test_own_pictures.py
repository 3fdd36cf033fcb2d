"""A picture of one's own goes through a figure, or through one's own function."""

import base64
import json
import struct
import zlib

import pytest

from .conftest import block

MAPS = """kind = "feature-maps"
image = "scene"
filters = [{ name = "edges", kernel = [[-1, 1]] }]"""
FIRST = "() => document.querySelector('image').getAttribute('href')"


def png(height, width, grey):
    """A picture of one grey, bright in its left half."""
    half = width // 2
    row = b"\0" + bytes([255] * half + [grey] * (width - half))

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * height))
    return b"\x89PNG\r\n\x1a\n" + content + chunk(b"IEND", b"")


def give(page, event, content, kind="image/png"):
    """Drop or paste a file on the figure."""
    page.evaluate(
        """([event, content, type]) => {
          const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], 'file', { type }));
          const how = { bubbles: true, cancelable: true };
          const made = event === 'drop' ? new DragEvent(event, { ...how, dataTransfer: transfer })
            : new ClipboardEvent(event, { ...how, clipboardData: transfer });
          document.querySelector('figure').dispatchEvent(made); }""",
        [event, base64.b64encode(content).decode(), kind],
    )


@pytest.mark.parametrize("way", ["drop", "paste", "choose"])
def test_a_picture_of_one_s_own_goes_through_the_kernel_of_the_figure(move, way):
    page = move(block(MAPS))
    before = page.evaluate(FIRST)
    if way == "choose":
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="A picture of your own").click()
        file = {"name": "mine.png", "mimeType": "image/png", "buffer": png(64, 128, 55)}
        chooser.value.set_files(file)
    else:
        give(page, way, png(64, 128, 55))
    page.wait_for_function(f"before => ({FIRST})() !== before", arg=before)
    # The middle square: columns 32 to 95, so its left half is bright and the edge lies at 31.
    picture = page.locator("[data-picture]")
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 1 + 31.5 * 2, box["y"] + 20)
    assert page.locator(".move-note").inner_text() == "255·(−1) + 55·1 = −200 → ReLU → 0"
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate(FIRST) == before


def test_a_file_that_is_no_picture_is_refused_in_a_sentence(move):
    page = move(block(MAPS))
    give(page, "drop", b"no picture at all")
    note = page.locator(".move-note", has_text="not a picture that the browser can read")
    note.wait_for()


def test_one_s_own_function_gets_the_picture_and_its_maps_are_shown(move):
    plane = [[float(i * j) for j in range(62)] for i in range(62)]
    page = move(block(MAPS), answers={"/api/e/ex05/picture": (200, {"maps": [plane, plane]})})
    page.get_by_role("button", name="Through my function").click()
    page.locator(".title", has_text="your function").first.wait_for()
    assert page.locator(".title", has_text="your function").count() == 2
    ((_, headers, sent),) = page.asked
    assert headers["x-learncnn"] == "1"
    assert sent["kind"] == "picture"
    assert len(sent["pixels"]) == 64 * 64
    assert all(type(n) is int and 0 <= n <= 255 for n in sent["pixels"])


def test_what_one_s_own_function_does_wrong_is_said(move):
    answers = {"/api/e/ex05/picture": (422, {"error": "corr2d raised a ValueError."})}
    page = move(block(MAPS), answers=answers)
    page.get_by_role("button", name="Through my function").click()
    page.locator(".move-note", has_text="corr2d raised a ValueError.").wait_for()
    assert json.dumps(page.asked[0][2]["kind"]) == '"picture"'
    assert move.said.pop().startswith("Failed to load resource")
