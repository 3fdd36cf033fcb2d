"""Test that `see` draws the results of a learner's code from the real sandbox."""

import subprocess
import sys

import numpy as np
import pytest

import learncnn.grader.i18n.texts as texts
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.errors import SubmissionError
from learncnn.grader.figures.kinds.feature_maps import map_of
from learncnn.grader.figures.panels import Picture, Plot
from learncnn.grader.own_code.demonstrating import DEMONSTRATIONS, demonstrated
from learncnn.grader.own_code.demonstration import kernels, picture
from learncnn.grader.runner.prestart import check_limits
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import parse_submission

CATALOG = load_catalog().exercises

CONV2D = """import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    F, C, kh, kw = weight.shape
    X = np.pad(input, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    H, W = (X.shape[2] - kh) // stride + 1, (X.shape[3] - kw) // stride + 1
    Y = np.zeros((len(X), F, H, W))
    for i in range(kh):
        for j in range(kw):
            part = X[:, :, i:i + stride * H:stride, j:j + stride * W:stride]
            Y += np.einsum("nchw,fc->nfhw", part, weight[:, :, i, j])
    return Y
"""
FIT = """import torch
from torch import nn

def fit(model, images, labels, epochs, learning_rate, batch_size):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        model.train()
        total = 0.0
        for part in torch.randperm(len(images)).split(batch_size):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images[part]), labels[part])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(part)
        losses.append(total / len(images))
    return losses
"""


@pytest.fixture(autouse=True)
def _english():
    texts.use_language("en")


def shown(id, source, framework="numpy"):
    submission = parse_submission(source.encode(), f"{id}.py")
    with Runner((framework,), limits=check_limits(framework)) as runner:
        return demonstrated(submission, CATALOG[id], DEMONSTRATIONS[id], runner)


def panels(found, kind):
    return [p for each in found for row in each.drawing.rows for p in row if isinstance(p, kind)]


def test_the_catalog_marks_the_exercises_that_have_a_picture():
    assert {id for id, info in CATALOG.items() if info.picture} == set(DEMONSTRATIONS)


def test_feature_maps_are_those_of_the_learners_function():
    maps = [p.pixels for p in panels(shown("ex08", CONV2D), Picture)][1:5]
    for drawn, kernel in zip(maps, kernels(), strict=True):
        padded = np.pad(picture(), 1)
        np.testing.assert_allclose(drawn, map_of(padded, kernel, relu=True, pool=1), atol=1e-12)
    turned = CONV2D.replace("weight[:, :, i, j]", "weight[:, :, ::-1, ::-1][:, :, i, j]")
    others = [p.pixels for p in panels(shown("ex08", turned), Picture)][1:5]
    assert not np.allclose(maps[0], others[0])


def test_training_is_that_of_the_learners_function():
    pytest.importorskip("torch")
    rates, accuracy = panels(shown("ex24", FIT, "torch"), Plot)
    slow, good, _ = (curve.y for curve in rates.curves)
    assert good[-1] < 0.5 * good[0]
    assert slow[-1] > 0.8 * slow[0]
    assert accuracy.curves[0].y[-1] > 0.9
    idle = "def fit(model, images, labels, epochs, learning_rate, batch_size):\n    return [1.0]\n"
    filters = panels(shown("ex24", idle, "torch"), Picture)
    assert all((filters[i].pixels == filters[i + 6].pixels).all() for i in range(6))


@pytest.mark.parametrize(
    "source",
    [
        "def conv2d(*all, **named):\n    raise KeyError('gone')\n",
        "def conv2d(*all, **named):\n    return 3\n",
        "def conv2d(:\n",
        "x = 1\n",
    ],
    ids=["raises", "another result", "no Python", "no function"],
)
def test_code_that_no_longer_works_is_explained(source):
    with pytest.raises(SubmissionError, match="learncnn check ex08"):
        shown("ex08", source)


def run(folder, *words):
    command = [sys.executable, "-m", "learncnn", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_see_needs_a_pass_then_draws_on_the_screen_and_as_a_page(tmp_path):
    assert run(tmp_path, "start", ".").returncode == 0
    early = run(tmp_path, "see", "ex05")
    assert early.returncode == 2
    assert "learncnn check ex05" in early.stderr
    (tmp_path / "ex05_feature_detector.py").write_text("""import numpy as np

def activation_map(image, filters):
    F, kh, kw = filters.shape
    H, W = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    if H < 1 or W < 1:
        raise ValueError("too large")
    if image.dtype.kind != "f":
        image, filters = image.astype(int), filters.astype(int)
    return np.stack([
        sum(image[i:i + H, j:j + W] * K[i, j] for i in range(kh) for j in range(kw))
        for K in filters
    ])

def best_match(map):
    row, column = np.unravel_index(np.argmax(map), map.shape)
    return int(row), int(column)
""")
    checked = run(tmp_path, "check", "ex05")
    assert "learncnn see ex05" in checked.stdout
    seen = run(tmp_path, "see", "ex05")
    assert seen.returncode == 0
    assert "your feature map" in seen.stdout
    assert "best_match on the map" in seen.stdout
    assert max(map(len, seen.stdout.splitlines())) <= 80
    assert run(tmp_path, "--lang", "zh", "see", "ex05", "--html", "see.html").returncode == 0
    page = (tmp_path / "see.html").read_text("utf-8")
    assert "你的特征图" in page
    assert page.count("data:image/png") == 5
    assert run(tmp_path, "see", "ex03").returncode == 2


def test_kernels_have_the_dtype_of_the_picture_so_that_casting_it_to_theirs_loses_nothing():
    assert kernels().dtype == picture().dtype
