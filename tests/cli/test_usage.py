"""Test wrong calls in both languages, and streams that are closed, full or limited."""

import json
import os
import re
import sys

import click
import pytest

from learncnn.grader.terminal.help import Command
from learncnn.grader.terminal.layout import width_of


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--tiemout", "3"], r"no option --tiemout\. Did you mean --timeout\?"),
        (["check", "--timeout", "nan"], r"--timeout: .* from 0\.01 to 3600"),
        (["check", "--timeout", "soon"], r"--timeout: .* from 0\.01 to 3600"),
        (["check", "--device", "tpu"], "--device: .* auto, cpu, cuda"),
        (["quiz", "-n", "0"], "-n: .* whole number from 1 to 500"),
        (["show"], "EXERCISE is missing"),
        (["--lang", "fr", "list"], "--lang: .* en, zh, auto"),
        (["author", "new"], "exNN_slug is missing"),
    ],
)
def test_a_wrong_call_is_one_sentence_with_the_way_out(cli, arguments, said):
    result = cli(*arguments)
    assert result.exit_code == 2
    assert re.search(said, result.stderr)
    assert result.stderr.count("\n") == 1
    assert "--help" in result.stderr


@pytest.mark.parametrize("names", [["-h", "--help"], ["--help", "-h"]])
def test_help_needs_no_order_of_its_names(monkeypatch, names):
    """click before 8.4 keeps them in a set."""
    monkeypatch.setattr(click.Command, "get_help_option_names", lambda *_: names)
    command = Command("list")
    with command.make_context("list", []) as context:
        assert "Show this message and exit." in command.get_help(context)


def test_a_variable_that_is_wrong_is_named(cli, monkeypatch):
    monkeypatch.setenv("LEARNCNN_LANG", "fr")
    assert "LEARNCNN_LANG: it has to be one of en, zh, auto" in cli("list").stderr


def test_a_wrong_call_is_said_in_chinese(cli):
    for arguments in (["check", "--foo"], ["show"], ["check", "--device", "x"]):
        said = cli("--lang", "zh", *arguments).stderr.removeprefix("learncnn: ")
        assert re.search("没有选项|缺少|应为", said)


def test_a_wrong_call_with_json_is_a_document(cli):
    result = cli("check", "--json", "--foo")
    assert result.exit_code == 2
    assert "--foo" in json.loads(result.stdout)["error"]


@pytest.mark.parametrize("arguments", [[], ["check"], ["quiz"], ["grade"], ["author"]])
def test_help_in_chinese_is_chinese_and_fits(cli, arguments):
    lines = cli("--lang", "zh", *arguments, "--help").stdout.splitlines()
    assert lines[0].startswith("用法：")
    assert "选项：" in lines
    assert any("显示本说明" in line for line in lines)
    # The runner's terminal has 80 columns, over which a stop may hang; a real one leaves two.
    assert max(map(width_of, lines)) <= 82


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_right_and_wrong_differ_without_unicode(command, write, encoding, monkeypatch, sizes):
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    write(sizes.replace("return n, n", "return n, 1"), "ex02_sizes.py")
    shown = command("check", "ex02", encoding=encoding).stdout
    assert re.search(r"\+ output_size +\d", shown)
    assert re.search(r"x pair +\d", shown)


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors of POSIX")
def test_closed_streams_are_survived(command, write, correct):
    path = write(correct)

    def close():
        os.close(0)
        os.close(1)

    assert command("check", path, preexec_fn=close).returncode == 0
    assert command("check", "-", "--exercise", "ex01", preexec_fn=close).returncode == 3


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_output_is_said(command):
    with open("/dev/full", "wb") as full:
        done = command("list", stdout=full)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
