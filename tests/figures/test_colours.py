"""Test that everyone can distinguish the four colours of figures, in light and dark mode."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import learncnn.grader.figures as figures

STYLE = (Path(figures.__file__).parent / "figures.css").read_text("utf-8")
ROLES = ("input", "kernel", "output", "gradient")
#: What a missing kind of cones makes of linear RGB (Machado, Oliveira and Fernandes, 2009).
SEEN = {
    "all": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
#: Of CIELAB; 2 can just be told apart side by side.
DISTANCE = 20
CONTRAST = 4.5


def colours(name, scheme):
    part = STYLE.split("@media")[0 if scheme == "light" else 1]
    (code,) = re.findall(rf"--{name}: #([0-9a-f]{{6}}|fff)\b", part)
    code = "ffffff" if code == "fff" else code
    values = np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(linear):
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(matrix) @ np.clip(linear, 0, 1) / np.array([0.9505, 1, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_roles_look_alike_to_anybody(scheme):
    for eyes, matrix in SEEN.items():
        places = {role: lab(np.array(matrix) @ colours(role, scheme)) for role in ROLES}
        for one, other in combinations(ROLES, 2):
            assert np.linalg.norm(places[one] - places[other]) > DISTANCE, (eyes, one, other)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_coloured_words_can_be_read(scheme):
    weights = [0.2126, 0.7152, 0.0722]
    ground = np.dot(weights, colours("ground", scheme))
    for role in ROLES:
        low, high = sorted((np.dot(weights, colours(role, scheme)), ground))
        assert (high + 0.05) / (low + 0.05) > CONTRAST, role
