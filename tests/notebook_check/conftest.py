"""Provide a real kernel, driven as JupyterLab drives it, including cell ids."""

import os
import sys
from dataclasses import dataclass, field

import pytest
from jupyter_client.manager import KernelManager

from ..batch.conftest import FLIPPED, RIGHT

#: Maximum time of a cell, in seconds, on a loaded machine.
PATIENCE = 120


@dataclass
class Ran:
    """The result of one run of a cell."""

    status: str = ""
    #: The kernel's number of the run.
    number: int = 0
    #: The MIME bundles that were displayed, with plain text and HTML.
    shown: list = field(default_factory=list)
    printed: str = ""
    #: The text of the error or traceback.
    error: str = ""

    @property
    def text(self):
        return "\n".join(bundle["text/plain"] for bundle in self.shown)

    @property
    def html(self):
        return "\n".join(bundle.get("text/html", "") for bundle in self.shown)


class Kernel:
    """A kernel in a folder; `run` runs a cell and waits for it."""

    def __init__(self, folder, **environment):
        dropped = ("LEARNCNN_LANG", "LC_ALL", "LC_MESSAGES", "JPY_SESSION_NAME")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        # Use the Python that runs these tests, whichever kernels are installed.
        self.manager = KernelManager()
        self.manager.kernel_spec.argv = [
            *(sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher"),
            *("-f", "{connection_file}"),
        ]
        self.manager.start_kernel(
            cwd=str(folder),
            env=kept | {"LANG": "C.UTF-8", "IPYTHONDIR": str(folder / ".ipython")} | environment,
        )
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def start(self, source, cell=""):
        """Start to run a cell; return the id of the message."""
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": False}
        metadata = {"cellId": cell} if cell else {}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def finish(self, started):
        """Wait until a cell has ended, and return its result."""
        ran = Ran()
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != started:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind in ("display_data", "execute_result"):
                ran.shown.append(content["data"])
            elif kind == "stream":
                ran.printed += content["text"]
            elif kind == "error":
                ran.error = "\n".join(content["traceback"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == started:
                ran.status = reply["content"]["status"]
                ran.number = reply["content"].get("execution_count", 0)
                return ran

    def run(self, source, cell=""):
        """Run a cell; `cell` is its id."""
        return self.finish(self.start(source, cell))

    def interrupt(self):
        """Interrupt the kernel, as the stop button does."""
        self.manager.interrupt_kernel()

    def value(self, expression):
        """Return the value of an expression in the kernel as text, without counting a cell."""
        asked = self.client.execute(
            "", silent=True, store_history=False, user_expressions={"v": expression}
        )
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == asked:
                return reply["content"]["user_expressions"]["v"]["data"]["text/plain"]

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)


@pytest.fixture(scope="session")
def running_kernel(tmp_path_factory):
    kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    yield kernel
    kernel.close()


@pytest.fixture
def kernel(running_kernel, tmp_path):
    """Reset the kernel, move it to a new folder that is not a workspace, and import `check`."""
    running_kernel.run("%reset -f")
    running_kernel.run(
        f"import os\nos.chdir({str(tmp_path)!r})\nos.environ.pop('JPY_SESSION_NAME', None)\n"
        "from learncnn import check"
    )
    return running_kernel


__all__ = ["FLIPPED", "RIGHT", "Kernel"]
