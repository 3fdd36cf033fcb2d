"""Run everything that needs a CUDA device, and print one table.

python benchmarks/gpu_check.py                    on the machine with the GPU, from a checkout
    --wheels DIR    folder with wheels of the packages that the machine lacks
    --seconds 270   time limit of all parts together; what does not fit is counted and left out
    --record        write the table into docs/performance.md
python benchmarks/gpu_check.py --pack DIR         beforehand, with a network: download those wheels

Needs Python 3.10 or later, torch, numpy, pytest and click. Neither learncnn nor its solutions have
to be installed. Without a CUDA device, every part is skipped and the table gives the reason. The
exit code is 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Further packages that learncnn needs here, all of them pure Python.
NEEDS = ("array-api-compat>=1.16",)
_METADATA = "Metadata-Version: 2.1\nName: learncnn-solutions\nVersion: 0\n"
_ENTRY_POINTS = "[learncnn.solutions]\nlearncnn_solutions = learncnn_solutions:load\n"


def pack(folder: Path) -> int:
    """Download the wheels that a bare machine lacks, and return pip's exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any"]
    done = subprocess.run([*command, "--dest", str(folder), *NEEDS], check=False)
    if done.returncode == 0:
        print("\n".join(sorted(path.name for path in folder.glob("*.whl"))))
    return done.returncode


@contextmanager
def importable(wheels: Path | None) -> Iterator[None]:
    """Make learncnn, its solutions and the packages in `wheels` importable, here and in children.

    Installed packages take precedence.
    """
    with tempfile.TemporaryDirectory(prefix="learncnn-gpu-") as name:
        site = Path(name)
        site.chmod(0o755)  # a child without root privileges imports from it as well
        for wheel in sorted(wheels.glob("*.whl")) if wheels else ():
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(site)
        (site / "learncnn_solutions").symlink_to(ROOT / "solutions", target_is_directory=True)
        described = site / "learncnn_solutions-0.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(_METADATA)
        (described / "entry_points.txt").write_text(_ENTRY_POINTS)
        added = [str(ROOT / "src"), str(site)]
        # Appended, so that installed packages take precedence.
        sys.path += added
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (before, *added)))
        try:
            yield
        finally:
            sys.path[:] = [entry for entry in sys.path if entry not in added]
            del os.environ["PYTHONPATH"]
            if before is not None:
                os.environ["PYTHONPATH"] = before


def main() -> int:
    """Run the parts, or download wheels with `--pack`, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pack", type=Path, metavar="DIR")
    parser.add_argument("--wheels", type=Path, metavar="DIR")
    parser.add_argument("--seconds", type=float, default=270.0)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if options.pack:
        return pack(options.pack)
    if options.wheels and not options.wheels.is_dir():
        parser.error(f"there is no folder {options.wheels}")
    with importable(options.wheels):
        try:
            from gpu_device import find_device
            from gpu_parts import PARTS, table
        except ImportError as error:
            print(f"{error.name or error} is missing: install it, or see --pack and --wheels")
            return 1
        device = find_device(options.seconds)
        rows = []
        for name, part in PARTS.items():
            print(f"{name} …", file=sys.stderr, flush=True)
            rows.append(device.row(name, part))
        text = table(device, rows)
    print(text)
    if options.record:
        if device.missing:
            print("\nNothing was recorded: there is no CUDA device.")
        else:
            from gpu_section import record

            record(text)
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
