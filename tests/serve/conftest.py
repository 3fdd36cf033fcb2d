"""Start a real `learncnn serve` in a process of its own, and send requests like a browser."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import namedtuple
from contextlib import contextmanager, suppress

import httpx
import pytest

from learncnn.grader.answer_key.model_answers import model_answers
from learncnn.grader.course.catalog import load_catalog

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S+")
SECONDS = 60
#: A running server: the address that it printed, its workspace, its process.
Served = namedtuple("Served", "address folder process")


def model_answer(exercise):
    """Return the source of a model answer, which passes."""
    info = load_catalog().exercises[exercise]
    return model_answers(info, "numpy").plain


RIGHT = model_answer("ex01")
FLIPPED = RIGHT.replace("* K)", "* K[::-1, ::-1])")
ENDLESS = "def flip(K):\n    while True:\n        pass\n"


def environment(folder):
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LEARNCNN_"))}
    return usual | {"LANG": "C.UTF-8", "XDG_CACHE_HOME": str(folder / "cache")}


@contextmanager
def serving(folder, *words):
    """Serve a new workspace in a folder; `words` are further arguments of `start`."""
    command = [sys.executable, "-m", "learncnn"]
    study = folder / "study"
    started = {"env": environment(folder), "check": True, "timeout": SECONDS}
    subprocess.run([*command, "start", study, *words], **started)
    process = subprocess.Popen(
        [*command, "serve", "--no-browser"],
        cwd=study,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = ""
        while (found := ADDRESS.search(printed)) is None:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        yield Served(found[0], study, process)
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


class Visitor:
    """A browser with the cookie of one server."""

    def __init__(self, served):
        self.folder = served.folder
        self.root = served.address[: served.address.index("/", len("http://"))]
        self.client = httpx.Client(
            base_url=self.root,
            headers={"Origin": self.root, "X-Learncnn": "1"},
            timeout=SECONDS,
        )
        assert self.client.get(served.address).status_code == 303

    def get(self, path, **settings):
        return self.client.get(path, **settings)

    def post(self, path, content=None, **settings):
        return self.client.post(path, json=content or {}, **settings)

    def put(self, path, content, **settings):
        return self.client.put(path, json=content, **settings)

    def path(self, exercise):
        """Return the file of an exercise."""
        return next(self.folder.glob(f"{exercise}_*.py"))

    def hash(self, exercise):
        return self.get(f"/api/e/{exercise}/file").json()["hash"]

    def start(self, exercise, text):
        """Save a text and start a check; return the number of the check."""
        content = {"text": text, "base": self.hash(exercise)}
        answer = self.post(f"/api/e/{exercise}/check", content)
        assert answer.status_code == 202, answer.text
        return answer.json()["check"]

    def result(self, check):
        """Wait for a check and return its result."""
        return until(lambda: self._over(check))

    def check(self, exercise, text):
        return self.result(self.start(exercise, text))

    def _over(self, check):
        answer = self.get(f"/api/checks/{check}")
        return answer.json() if answer.status_code == 200 else None

    @contextmanager
    def listening(self):
        """Give a list to which each event is appended when it arrives: (kind, data)."""
        heard, open_ = [], threading.Event()

        def listen():
            with self.client.stream("GET", "/api/events") as stream:
                kind = ""
                for line in stream.iter_lines():
                    open_.set()
                    if line.startswith("event: "):
                        kind = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        heard.append((kind, json.loads(line.removeprefix("data: "))))

        thread = threading.Thread(target=lambda: _quietly(listen), daemon=True)
        thread.start()
        assert open_.wait(SECONDS)
        yield heard


def _quietly(listen):
    with suppress(httpx.HTTPError):  # the server has ended
        listen()


def until(find):
    """Call `find` until it returns a true value, and return that."""
    deadline = time.monotonic() + SECONDS
    while not (found := find()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)
    return found


def events(heard, kind, **values):
    """Return the data of the events of a kind that contain the given values."""
    return [data for each, data in list(heard) if each == kind and values.items() <= data.items()]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start one server for the tests of a module, each of which uses its own exercise."""
    with serving(tmp_path_factory.mktemp("serve")) as served:
        yield served


@pytest.fixture(scope="module")
def visitor(server):
    visitor = Visitor(server)
    yield visitor
    visitor.client.close()
