"""A script is read in the encoding that it declares; a declaration that is not true is refused."""

import subprocess
import sys

import pytest

from learncnn.grader.errors import SubmissionError
from learncnn.grader.submissions.submission import parse_submission

CODE = "# -*- coding: {name} -*-\n# {words}\nWORDS = '{words}'\n"
WORDS = {
    "gbk": "卷积核",
    "gb2312": "卷积核",
    "gb18030": "卷积核𠀀",
    "cp936": "卷积核",
    "big5": "卷積",
    "big5hkscs": "卷積",
    "latin-1": "Größe",
    "iso-8859-15": "10 €",
    "cp1252": "“Größe”",
    "windows-1251": "свёртка",
    "koi8-r": "свёртка",
    "shift_jis": "畳み込み",
    "euc-kr": "합성곱",
    "mac_roman": "Größe",
    "utf-8": "卷积核",
    "utf8": "卷积核",
}


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_a_declared_encoding_is_read_as_python_reads_it(tmp_path, name, words):
    content = CODE.format(name=name, words=words).encode(name)
    source = parse_submission(content, "ex01.py").source
    ours: dict[str, str] = {}
    exec(compile(source, "ex01.py", "exec"), ours)
    (tmp_path / "theirs.py").write_bytes(content)
    code = "import theirs; print(ascii(theirs.WORDS))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.strip() == ascii(ours["WORDS"]) == ascii(words)


def test_what_is_stored_declares_what_it_is():
    content = CODE.format(name="gbk", words="核").encode("gbk")
    source = parse_submission(content, "ex01.py").source
    assert source == CODE.format(name="utf-8", words="核")
    assert parse_submission(source.encode(), "ex01.py").source == source


@pytest.mark.parametrize(
    "line",
    [
        "# coding=gbk",
        "#coding:gbk",
        "# vim: set fileencoding=gbk :",
        "# 编码 -*- coding: gbk -*- 核",
        "# -*- coding: GBK-unix -*-",
        "#!/usr/bin/env python3\n# -*- coding: gbk -*-",
        "\r\n# -*- coding: gbk -*-\r\n",
        " \t# coding: gbk",
    ],
)
def test_every_way_to_declare_is_known(line):
    source = parse_submission(f"{line}\nX = '核'\n".encode("gbk"), "ex01.py").source
    assert "X = '核'" in source
    assert "utf-8" in source


@pytest.mark.parametrize(
    "text", ["X = 1\n# coding: gbk\n", "#\n#\n# coding: gbk\n", "X = '# coding: gbk'\n"]
)
def test_a_declaration_elsewhere_is_none(text):
    source = parse_submission(f"{text}Y = '核'\n".encode(), "ex01.py").source
    assert "核" in source
    assert "gbk" in source


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"# coding: klingon\nx = 1\n", "klingon"),
        (b"# coding: hex\n616263\n", "cannot be used to read source"),
        (b"# coding: rot13\nk = 1\n", "cannot be used to read source"),
        (b"# coding: utf-7\n+AGE- = 1\n", "cannot be used to read source"),
        (b"# coding: unicode_escape\nx = 1\n", "cannot be used to read source"),
        (b"# coding: punycode\nx = 1\n", "cannot be used to read source"),
        (b"# coding: utf-16\nx = 1\n", "cannot be used to read source"),
        (b"# coding: ../../etc\nx = 1\n", "cannot be used to read source"),
        (b"# coding: " + b"x" * 5000 + b"\n", "cannot be used to read source"),
        ("# coding: ascii\nx = '核'\n".encode(), "but it is UTF-8"),
        (b"\xef\xbb\xbf# coding: gbk\nx = 1\n", "but it is UTF-8"),
        (b"# coding: gbk\nx = 1\ny = '\xff\xff'\n", "line 3 is not in it"),
        (b"# coding: utf-8\nx = '\xba\xcb'\n", "is not UTF-8 (line 2)"),
        (b"x = 1\ny = '\xba\xcb'\n", "# -*- coding: gbk -*-"),
        ("x = 1\n".encode("utf-16"), "saved as UTF-16"),
        ("x = 1\n".encode("utf-16-le"), "saved as UTF-16"),
        ("x = 1\n".encode("utf-16-be"), "saved as UTF-16"),
        ("x = 1\n".encode("utf-32"), "saved as UTF-32"),
        (b"x = 'abcdefgh'\0\n", "NUL"),
    ],
)
def test_what_is_not_read_is_said_with_the_way_out(content, said):
    with pytest.raises(SubmissionError) as caught:
        parse_submission(content, "ex01.py")
    assert said in str(caught.value)
    assert any(way in str(caught.value) for way in ("Save it", "Delete that line"))


def test_a_notebook_in_utf_16_is_said():
    with pytest.raises(SubmissionError, match="saved as UTF-16"):
        parse_submission('{"cells": []}'.encode("utf-16"), "ex01.ipynb")
