"""Run a private PostgreSQL server in a new folder, on its own socket and port."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path


def binaries():
    """Return the folder of Debian's newest server, or of the one on the path, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Server:
    """A server that is started at once; `stop` ends it and removes its folder."""

    def __init__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="learncnn-pg-"))
        self._as = []
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self._folder, "postgres", "postgres")
            self._as = ["runuser", "-u", "postgres", "--"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-U", "prof", "--auth=trust", "-E", "UTF8", "-N")
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._start = ("pg_ctl", "-D", data, "-o", options, "-l", self._folder / "log", "-w")
        self.start()

    def start(self):
        self._run(*self._start, "start")

    def halt(self):
        """Stop the server at once, as in a power cut."""
        self._run(*self._start, "stop", "-m", "immediate")

    def database(self, name, *options):
        """Create a database and return its URL."""
        where = ("-h", self._folder, "-p", self.port, "-U", "prof")
        self._run("createdb", *where, *options, name)
        return f"postgresql://prof@127.0.0.1:{self.port}/{name}"

    def stop(self):
        self._run(*self._start, "stop", "-m", "immediate", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program, *words, check=True):
        command = [*self._as, str(binaries() / program), *map(str, words)]
        subprocess.run(
            command, check=check, cwd=self._folder, stdout=subprocess.DEVNULL, timeout=120
        )
