"""Define fixtures and options for all tests."""

import os
import shutil
import signal

import pytest

# A background shell job ignores Ctrl-C, and processes started by tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="run the tests marked full, too")


def pytest_collection_modifyitems(config, items):
    if any(item.get_closest_marker("gpu") for item in items):
        _skip_without_a_gpu(items)
    if not config.getoption("--full"):
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --full"))


@pytest.fixture(scope="session")
def chromium():
    """Start the browser once for all tests, because Playwright refuses a second one per process."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = ["--no-sandbox"] if os.getuid() == 0 else []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def submissions(tmp_path):
    """Write {"ann/ex01.py": source} into a new folder and return the folder."""

    def submissions(files, name="submissions"):
        root = tmp_path / name
        for path, content in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return submissions


def _skip_without_a_gpu(items):
    from learncnn.grader.runner.devices import cuda_present

    if cuda_present():
        return
    for item in items:
        if item.get_closest_marker("gpu"):
            item.add_marker(pytest.mark.skip(reason="no CUDA device that this torch can use"))
