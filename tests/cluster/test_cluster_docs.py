"""Test that docs/cluster.md names only existing commands, options and settings."""

import re
from pathlib import Path

import click
import pytest
import yaml

import learncnn
from learncnn.cli import main
from learncnn.grader.cluster.dask_settings import DASK_SETTINGS

DOCS = Path(learncnn.__file__).resolve().parent / "docs"
TEXT = (DOCS / "cluster.md").read_text("utf-8")
MANIFESTS = list(yaml.safe_load_all((DOCS / "cluster" / "kubernetes.yaml").read_text("utf-8")))
TLS = {"--tls-ca", "--tls-cert", "--tls-key"}


def flat(settings, path="distributed"):
    found = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            found |= flat(value, f"{path}.{name}")
        else:
            found[f"{path}.{name}"] = value
    return found


def command(words):
    """The command that words begin with, and its options."""
    found = main
    for word in words:
        if not isinstance(found, click.Group):
            break
        context = click.Context(found)
        if (below := found.get_command(context, word)) is None:
            break
        found = below
    return found, {name for parameter in found.params for name in parameter.opts}


def called():
    text = re.sub(r"\\\n\s*|\$\(.*?\)", "", TEXT)
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        if kind:
            continue
        for line in re.findall(r"\blearncnn ((?:grade|cluster|regrade|doctor)[^\n]*)", block):
            yield re.split(r"\s+#|[<>|&;]", line)[0].strip().strip('"')


@pytest.mark.parametrize("line", sorted(set(called())))
def test_commands_and_options_of_the_document_exist(line):
    words = line.split()
    found, options = command(words)
    assert not isinstance(found, click.Group), f"{line}: no such command"
    given = {word.strip('"') for word in words if re.match(r'"?-', word)}
    assert given <= options, given - options


def test_the_settings_for_dask_are_those_that_the_commands_make():
    (block,) = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    settings = flat(yaml.safe_load(block)["distributed"])
    assert settings
    assert {name: DASK_SETTINGS[name] for name in settings} == settings


@pytest.mark.parametrize("name", ["scheduler", "machine"])
def test_pods_start_with_options_that_exist_and_without_privileges(name):
    pod = next(
        found["spec"]["template"]["spec"]
        for found in MANIFESTS
        if found["kind"] == "Deployment" and found["metadata"]["name"] == f"learncnn-{name}"
    )
    (container,) = pod["containers"]
    _, options = command(container["args"])
    given = {word.partition("=")[0] for word in container["args"] if word.startswith("-")}
    assert TLS < given <= options
    assert pod["securityContext"]["runAsNonRoot"]
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
