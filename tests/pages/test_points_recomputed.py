"""Test that a student's points can be recomputed from their page alone."""

import html.parser
import json
import re
import zipfile
from datetime import datetime, timedelta

import pytest

from .conftest import command_in
from .test_check_page import FLIPPED, RIGHT, SHIFTED

DUE = datetime(2025, 10, 2, 8)
RUBRIC = """
[course]
time_zone = "UTC"
[points]
ex01 = 20
ex03.output_size = 7
[groups]
edges = 2
contract = 0.5
[attempts]
count = "best"
limit = 2
[due]
all = 2025-10-02T08:00:00
[late]
per_day = 0.15
most = 0.4
[drop]
lowest = 1
[quiz]
weight = 0.3
"""
UNREFUSED = RIGHT.replace('        raise ValueError("too large")\n', "        return None\n")
#: Breaks two promises and refuses nothing.
LISTED = UNREFUSED.replace("    return out\n", "    X += 1\n    return out.tolist()\n")
SIZES = """
def output_size(n, k, padding=0, stride=1):
    return (n - k + padding) // stride + 1

def output_size_total(n, k, total_padding=0, stride=1):
    return float((n - k + total_padding) // stride + 1)

def same_padding(k):
    return k // 2
"""
CLIPS = "def flip(K):\n    return K[::-1]\n"
#: Student → (exercise, source, hours after the due time), in order.
WORKS = {
    "ann": [("ex01", SHIFTED, -9), ("ex01", LISTED, 30), ("ex03", SIZES, 80), ("ex02", CLIPS, -1)],
    "bob": [("ex01", FLIPPED, -5), ("ex03", SIZES, -5)],
    "cy": [("ex01", "def corr2d(:", -5), ("ex01", UNREFUSED, -4), ("ex01", RIGHT, -3)],
    "dee": [("ex01", UNREFUSED, 3), ("ex02", "import scipy.signal\n" + CLIPS, 5)],
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A course in which every rule takes or gives something: (folder of pages, grades as JSON)."""
    root = tmp_path_factory.mktemp("points")
    learncnn = command_in(root)
    works = [(who, *work) for who, several in WORKS.items() for work in several]
    metadata = {
        f"submission_{n}": {
            ":submitters": [{":sid": who}],
            ":created_at": f"{DUE + timedelta(hours=hours):%F %T} Z",
        }
        for n, (who, _, _, hours) in enumerate(works)
    }
    with zipfile.ZipFile(root / "in.zip", "w") as archive:
        base = "assignment_1_export"
        archive.writestr(f"{base}/submission_metadata.yml", json.dumps(metadata))
        for n, (_, exercise, source, _) in enumerate(works):
            archive.writestr(f"{base}/submission_{n}/{exercise}.py", source)
    (root / "rubric.toml").write_text(RUBRIC)
    (root / "roster.csv").write_text("id,name\n" + "".join(f"{who},{who}\n" for who in WORKS))
    words = ["--rubric", "rubric.toml", "--roster", "roster.csv", "--jobs", 1]
    run = learncnn("grade", "in.zip", *words, "--exercises", "ex01,ex02,ex03")
    assert run.returncode == 0, run.stderr
    (root / "quiz.csv").write_text("id,score,max_score\nann,3,4\nbob,5,8\n")
    assert learncnn("gradebook", "quiz", "quiz.csv", "--name", "midterm").returncode == 0
    (root / "quiz.csv").write_text("id,score,max_score\nann,9,12\n")
    assert learncnn("gradebook", "quiz", "quiz.csv", "--name", "final").returncode == 0
    words = ["--reason", "right idea", "--author", "tess"]
    assert learncnn("gradebook", "override", "ann", "ex01", 17.5, *words).returncode == 0
    assert learncnn("gradebook", "override", "dee", "ex03", "--excuse", *words).returncode == 0
    words = ["--reason", "ill", "--author", "tess"]
    run = learncnn("gradebook", "extend", "dee", "ex01", "+1", *words)
    assert run.returncode == 0, run.stderr
    assert learncnn("gradebook", "feedback", "pages").returncode == 0
    shown = learncnn("gradebook", "show", "--json")
    assert shown.returncode == 0
    return root / "pages", {s["id"]: s for s in json.loads(shown.stdout)["students"]}


class Tables(html.parser.HTMLParser):
    """All tables of a page: (section, class, header cells, rows of cells), as texts."""

    def __init__(self, text):
        super().__init__()
        self.tables, self._section, self._row, self._cell, self._rule = [], "", None, None, None
        self.rules = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "section":
            self._section = named["id"]
        elif tag == "table":
            kind = named["class"].split()[-1]
            self.tables.append({"section": self._section, "kind": kind, "head": [], "rows": []})
        elif tag == "tr":
            self._row = []
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "details" and named["class"] == "rule":
            self._rule = []

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._row.append(" ".join("".join(self._cell).split()))
            self._cell = None
        elif tag == "tr":
            part = (
                "rows" if self.tables[-1]["head"] or self.tables[-1]["kind"] == "ledger" else "head"
            )
            self.tables[-1][part].append(self._row)
        elif tag == "details" and self._rule is not None:
            self.rules[self._section] = " ".join("".join(self._rule).split())
            self._rule = None

    def handle_data(self, data):
        for open_ in (self._cell, self._rule):
            if open_ is not None:
                open_.append(data)

    def of(self, section, kind):
        return next((t for t in self.tables if (t["section"], t["kind"]) == (section, kind)), None)


def numbers(text):
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", text)]


def recomputed_function(table, row, rule):
    """A function's points from its groups, weights and promises."""
    head = table["head"][0]
    said = r"costs (\S+) %, all together at most (\S+) %; impossible inputs cost (\S+) %"
    each, most, errors = (float(found) / 100 for found in re.search(said, rule).groups())
    weights, shares, cost = [], [], 0.0
    for title, cell in zip(head[1:-1], row[1:-1], strict=True):
        if title == "= values" or cell == "–":
            continue
        if title in ("promises", "other promises"):
            broken = numbers(cell)[0] if "broken" in cell else 0
            cost += min(most, each * broken)
            continue
        right, of = numbers(cell)[:2]
        if title == "impossible inputs":
            cost += errors * (1 - right / of)
            continue
        weights.append(numbers(cell)[2] if "×" in cell else 1.0)
        shares.append(right / of)
    value = sum(w * s for w, s in zip(weights, shares, strict=True)) / sum(weights)
    possible = numbers(row[-1])[1]
    return possible * value * (1 - cost)


def recomputed_exercise(page, exercise, shown):
    """An exercise's points from its functions, lateness and decisions, and what the page says."""
    table, ledger = page.of(exercise, "points"), page.of(exercise, "ledger")
    total = 0.0
    for row in table["rows"] if table else ():
        points = recomputed_function(table, row, page.rules[exercise])
        assert numbers(row[-1])[0] == pytest.approx(points, abs=0.0051), (exercise, row)
        total += points
    for label, detail, value in ledger["rows"] if ledger else ():
        if label == "All functions":
            assert numbers(value)[0] == pytest.approx(total, abs=0.0051)
        elif label.startswith("Late"):
            days, each, most = numbers(detail.split("handed in")[1].split(". ")[1])[:3]
            lost = total * min(days * each, most) / 100
            assert numbers(value)[0] == pytest.approx(lost, abs=0.0051)
            total -= lost
        elif label == "decided by hand":
            total = numbers(value)[0]
        elif label == "Counts":
            assert numbers(value)[0] == pytest.approx(total, abs=0.0051)
    assert shown == pytest.approx(total, abs=0.0051), exercise
    return total


@pytest.mark.parametrize("who", list(WORKS))
def test_the_points_of_a_page_follow_from_the_page_alone(book, who):
    folder, grades = book
    page = Tables((folder / f"{who}.html").read_text("utf-8"))
    points, possible = 0.0, 0.0
    for name, _, remarks, value in page.of("", "grades")["rows"]:
        exercise = name.split()[0]
        shown, most = value.split(" / ")
        known = 0.0
        if shown != "–":
            known = recomputed_exercise(page, exercise, float(shown))
            assert known == pytest.approx(grades[who]["grades"][exercise]["points"], abs=0.0051)
        if "does not count" not in remarks:
            points, possible = points + known, possible + float(most)
    rows = page.of("", "ledger")["rows"]
    shown, most = numbers(rows[0][2])
    assert (shown, most) == (pytest.approx(points, abs=0.02), pytest.approx(possible))
    quizzes = [numbers(value) for name, _, value in rows if name.startswith("Quiz")]
    assert sorted(quizzes) == sorted(grades[who]["quizzes"].values())
    share = points / possible
    if quizzes:
        of_quizzes = sum(score for score, _ in quizzes) / sum(of for _, of in quizzes)
        weights = numbers(rows[-1][1])
        share = (weights[0] * share + weights[2] * of_quizzes) / 100
    assert numbers(rows[-1][2])[0] == pytest.approx(share * 100, abs=0.06)


def test_the_best_of_the_attempts_that_can_count_is_the_one_that_counts(book):
    folder, _ = book
    page = Tables((folder / "cy.html").read_text("utf-8"))
    rows = page.of("ex01", "tried")["rows"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert "only the first 2 can" in rows[2][4]
    allowed = [float(row[3]) for row in rows[:2]]
    (counted,) = (float(row[3]) for row in rows if "✓ counts" in row[4])
    (table,) = (row for row in page.of("", "grades")["rows"] if row[0].startswith("ex01"))
    assert counted == max(allowed) == float(table[3].split(" / ")[0])


def test_after_a_decision_the_page_tells_one_story(book):
    folder, _ = book
    text = (folder / "ann.html").read_text("utf-8")
    page = Tables(text)
    (row,) = (row for row in page.of("", "grades")["rows"] if row[0].startswith("ex01"))
    assert "decided by hand" in row[1]
    assert row[3] == "17.5 / 20"
    ledger = page.of("ex01", "ledger")["rows"]
    (decision,) = (row for row in ledger if row[0] == "decided by hand")
    assert "right idea" in decision[1]
    assert "tess" in decision[1]
    assert ledger[-1] == ["Counts", "", "17.5 / 20"]
    section = text[text.index('id="ex01"') :]
    summary = section[section.index("<p class=") : section.index("</p>")]
    assert "17.5 of 20 points" in summary
    assert "failed" not in summary


def test_excused_work_and_an_extension_are_said_with_their_reasons(book):
    folder, grades = book
    page = Tables((folder / "dee.html").read_text("utf-8"))
    rows = {row[0].split()[0]: row for row in page.of("", "grades")["rows"]}
    assert "does not count" in rows["ex03"][2]
    assert "right idea" in rows["ex03"][2]
    assert "due 2025-10-03 08:00 (UTC), with an extension: ill" in rows["ex01"][2]
    assert grades["dee"]["grades"]["ex01"]["days_late"] == 0
