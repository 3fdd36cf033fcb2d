"""A zygote's rehearsal leaves no trace."""

import subprocess
import sys

PREPARED = """
import linecache, sys
from learncnn.grader.sandbox import rehearsal
from learncnn.grader.sandbox.protocol.settings import WorkerSettings
settings = WorkerSettings(
    path=(), libraries=("numpy",), device="cpu", layers=(), warm="full", memory_mb=1,
    stdout_bytes=1 << 16, answer_bytes=1 << 20, cpu_seconds=1, parent=0,
)
"""


def said(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PREPARED + program], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_call_of_the_rehearsal_is_answered():
    heard = said("""
sent = []
class Listening(rehearsal.Channel):
    def send(self, data):
        super().send(data)
        sent.append(data)
rehearsal.Channel = Listening
rehearsal.rehearse(settings)
print(b"".join(sent).decode("latin-1"))
""")
    assert heard.count('"kind":"load"') == rehearsal_rounds()
    assert heard.count('"outcome":"value"') == 2 * rehearsal_rounds()
    assert heard.count('"type":"ValueError"') == rehearsal_rounds()
    assert heard.count('"kind":"done"') == rehearsal_rounds()


def rehearsal_rounds() -> int:
    return int(said("print(rehearsal.ROUNDS)"))


def test_nothing_of_the_rehearsal_is_left():
    assert said("""
before = sys.stdout, sys.stderr, set(linecache.cache)
rehearsal.rehearse(settings)
after = sys.stdout, sys.stderr, set(linecache.cache)
files = [getattr(module, "__file__", "") for module in sys.modules.values()]
print(before == after, rehearsal.FILENAME in files)
""").endswith("True False\n")
