"""Print the lowest declared version of each dependency, as constraints for pip.

`lowest.py pyproject.toml torch dev` takes the dependencies and those of the extras named. What an
extra asks of the package itself (`learncnn[html]`) is followed; of two bounds for one name that of
the extra is taken; an upper bound stays as it is.
"""

import re
import sys
from pathlib import Path

import tomllib

LOWER = re.compile(r"([A-Za-z0-9_.-]+)(\[[^]]*\])?(?:>=([0-9.]+))?(.*)")


def requirements(project: dict, extras: list[str]) -> list[str]:
    """The requirements of the project and of its extras, those of extras within them too."""
    found = list(project["dependencies"])
    for extra in extras:
        for line in project["optional-dependencies"][extra]:
            name, within, *_ = LOWER.match(line).groups()
            if name == project["name"]:
                found += requirements(project, within.strip("[]").split(","))
            else:
                found.append(line)
    return found


def constraint(line: str) -> str:
    """`click>=8.1` as `click==8.1`; markers stay, names of extras go, for pip wants them so."""
    name, _, lower, rest = LOWER.match(line).groups()
    return f"{name}=={lower}{rest}" if lower else f"{name}{rest}"


if __name__ == "__main__":
    project = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))["project"]
    by_name = {LOWER.match(line)[1]: line for line in requirements(project, sys.argv[2:])}
    print(*map(constraint, by_name.values()), sep="\n")
