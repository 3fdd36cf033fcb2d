"""Clusters in place of pairs, other terms, and what the gradebook knows of those in them."""

import json
import re
import subprocess
import sys

import pytest

from .test_similar import LOOPS, RENAMED, VIEWS, similar


@pytest.fixture
def write(tmp_path):
    """Write sources of students below a folder: write("class", ann=source)."""

    def write(folder, name="ex01.py", **students):
        for student, source in students.items():
            path = tmp_path / folder / student / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")

    return write


@pytest.fixture
def found(tmp_path):
    def found(*words):
        done = similar(tmp_path, *words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return found


def names(cluster):
    return sorted(one["student"] for one in cluster["students"])


def test_fourteen_equal_files_are_one_cluster(write, found, tmp_path):
    write("class", **{f"s{n:02d}": LOOPS for n in range(14)}, other=VIEWS)
    document = found("class")
    (cluster,) = document["clusters"]
    assert names(cluster) == [f"s{n:02d}" for n in range(14)]
    assert (cluster["identical"], cluster["similarity"]) == (True, [1, 1])
    assert len(document["pairs"]) == 91
    shown = similar(tmp_path, "class", "-o", "page.html").stdout
    assert "14 students" in shown
    assert shown.count("100%") == 1
    page = (tmp_path / "page.html").read_text()
    assert page.count('class="self"') == 14
    assert len(re.findall(r'<td class="s4">', page)) == 14 * 13
    assert page.count("<details") == 13
    places = set(re.findall(r'href="#(pair[\d-]+)"', page))
    assert places == set(re.findall(r'id="(pair[\d-]+)"', page))


def test_two_groups_are_two_clusters_and_a_chain_is_one(write, found):
    write("class", ann=LOOPS, bob=RENAMED, cat=RENAMED + "\nx = 1\n", eve=VIEWS, fay=VIEWS)
    one, two = found("class")["clusters"]
    assert sorted([names(one), names(two)]) == [["ann", "bob", "cat"], ["eve", "fay"]]
    chained = one if len(one["students"]) == 3 else two
    assert chained["similarity"][0] <= chained["similarity"][1]
    assert not chained["identical"]


def test_another_term_is_compared_with_this_one_alone(write, found):
    write("now", ann=LOOPS, bob=VIEWS)
    write("then", ann=LOOPS, zoe=RENAMED, yan=RENAMED, bob=VIEWS)
    assert found("now")["clusters"] == []
    document = found("now", "--against", "then")
    pairs = [[(s["student"], s["earlier"]) for s in p["submissions"]] for p in document["pairs"]]
    assert sorted(map(sorted, pairs)) == [
        [("ann", False), ("yan", True)],
        [("ann", False), ("zoe", True)],
    ]
    (cluster,) = document["clusters"]
    assert {(s["student"], s["earlier"]) for s in cluster["students"]} == {
        ("ann", False),
        ("yan", True),
        ("zoe", True),
    }
    assert document["submissions"] == {"ex01": 2}


def test_who_is_together_in_several_exercises_is_named(write, found, tmp_path):
    other = LOOPS.replace("corr2d", "convolve2d")
    for name in ("ex01.py", "ex02.py"):
        source = LOOPS if name == "ex01.py" else other
        write("class", name, ann=source, bob=source)
    write("class", "ex02.py", cat=other)
    document = found("class")
    assert document["together"] == [{"students": ["ann", "bob"], "exercises": ["ex01", "ex02"]}]
    assert re.search(r"ann\s+bob\s+ex01 ex02", similar(tmp_path, "class").stdout)


def test_a_gradebook_tells_who_they_are_and_holds_what_is_compared(write, found, tmp_path):
    write("class", ann=LOOPS, bob=RENAMED, cat=VIEWS)
    roster = "id,name,login,section\ns1,Ann Ash,ann,Sec 1\ns2,Bob Birch,bob,Sec 2\ns3,Cat,cat,\n"
    (tmp_path / "roster.csv").write_text(roster)
    command = [sys.executable, "-m", "learncnn", "grade", "class", "--roster", "roster.csv"]
    subprocess.run([*command, "--jobs", "1"], cwd=tmp_path, check=True, capture_output=True)
    for words in (
        ("class", "--gradebook", "gradebook.sqlite"),
        ("--gradebook", "gradebook.sqlite"),
    ):
        (cluster,) = found(*words)["clusters"]
        known = [(s["student"], s["name"], s["section"], s["points"]) for s in cluster["students"]]
        assert sorted(known) == [("s1", "Ann Ash", "Sec 1", 10), ("s2", "Bob Birch", "Sec 2", 10)]
    shown = similar(tmp_path, "--gradebook", "gradebook.sqlite").stdout
    assert "s1 · Ann Ash · Sec 1" in shown
    assert found("--gradebook", "gradebook.sqlite", "--exercises", "ex02")["clusters"] == []


def test_nothing_to_compare_is_said(tmp_path):
    done = similar(tmp_path)
    assert (done.returncode, "Name what to compare" in done.stderr) == (2, True)
    done = similar(tmp_path, "--gradebook", "none.sqlite")
    assert (done.returncode, "no gradebook" in done.stderr) == (2, True)
