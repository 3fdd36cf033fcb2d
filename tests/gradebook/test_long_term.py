"""Test an eventful term of eight weeks against independently computed grades.

Three systems, groups, two sections, late joiners, renamed logins, lost ids, extensions, decisions,
comments, quizzes, crashes, and in each week a regrade. No student appears twice.
"""

import json
import random
from datetime import timedelta

import pytest

import learncnn
from learncnn.grader.gradebook.comments import comments_of
from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.queries import grades_of

from .long_term import DAY, DUE, PLAN, RUBRIC, WORKS, LongTerm
from .postgres import Server, binaries
from .test_term import crash

#: Weeks in which the run is killed and resumed.
CRASHES = (1, 4, 7)


class Course:
    """An instructor who grades, decides and says something in each week."""

    def __init__(self, run, tmp_path, place, size, seed):
        self.tmp_path, self.place = tmp_path, str(place)
        self.term = LongTerm(tmp_path, size, seed)
        self.truth = self.term.truth
        self.draw = random.Random(seed + 100)
        self.worth = {}
        self._run = run
        (tmp_path / "rubric.toml").write_text(RUBRIC)

    def run(self, *words, code=0):
        found = self._run(*words, "--gradebook", self.place)
        assert found[0] == code, (words, found)
        return found[1]

    def teach(self):
        for week, (_, exercise, _) in PLAN.items():
            seed = self.tmp_path / f"seed{week}.txt"
            seed.write_text(f"the seed of week {week}\n")
            self.grade(week, seed)
            self.decide(week, exercise)
            self.regrade(week, exercise, seed)
            self.check(week)

    def grade(self, week, seed):
        path, roster = self.term.week(week, seed.read_text().strip())
        words = [path, "--roster", roster, "--private-seed", seed, "--jobs", 1]
        if week == 1:
            words += ["--rubric", self.tmp_path / "rubric.toml", "--author", "prof"]
        if week == 4:  # a tenth of the class joins, which is asked about
            words += ["--yes"]
        if week in CRASHES:
            crash([*words, "--gradebook", self.place], self.place, self.tmp_path, new=week == 1)
            found = json.loads(self.run("grade", "--resume", "--jobs", 1, "--json"))
        else:
            found = json.loads(self.run("grade", *words, "--json"))
        assert (found["odd"], found["problems"], found["faults"]) == ([], [], []), week
        assert (found["doubts"], found["unlisted"]) == ([], []), week
        again = json.loads(self.run("grade", *words[:5], "--jobs", 1, "--json"))
        assert again["graded"] == 0, week

    def someone(self, week, exercise=None):
        people = self.term.here(week)
        if exercise:
            done = [
                one
                for one in people
                if any(e.exercise == exercise for e in self.truth.events.get(one.number, ()))
            ]
            people = done or people
        return self.draw.choice(people)

    def late_one(self, week, exercise):
        """Somebody whose points an extension would change, and the exercise; or just somebody."""
        found = [
            (one, event.exercise)
            for one in self.term.here(week)
            for event in self.truth.events.get(one.number, ())
            if event.late or (event.at and event.at > DUE[event.exercise] + DAY / 24)
            if (one.number, event.exercise) not in self.truth.overrides
            if not {(one.number, "all"), (one.number, event.exercise)} & set(self.truth.extensions)
        ]
        return self.draw.choice(found) if found else (self.someone(week), exercise)

    def name(self, one, week):
        """One of the names that the course knows somebody by."""
        known = [one.sis, one.name]
        if week > 1:
            known.append(one.email if not one.joins_late or week > 4 else one.sis)
        return self.draw.choice(known)

    def decide(self, week, exercise):
        truth, reason = self.truth, ("--reason", f"week {week}")
        one, late = self.late_one(week, exercise)
        if week % 2:
            self.run("gradebook", "extend", self.name(one, week), late, f"+{week}", *reason)
            truth.extensions[one.number, late] = week
        else:
            due = DUE[late] + timedelta(days=week, hours=5)
            rows = [f"{self.name(one, week)},{late},{due.isoformat()},,ill,TA"]
            truth.extensions[one.number, late] = due
            other, _ = self.late_one(week, exercise)
            if other is not one:
                rows.append(f"{self.name(other, week)},all,,4,trip,TA")
                truth.extensions[other.number, "all"] = 4
            self.bulk("extend", "student,exercise,due,days,reason,author", rows)
        if week in (4, 8):
            for key in list(truth.extensions)[:1]:
                who = self.term.learners[key[0]].sis
                self.run("gradebook", "extend", who, key[1], "--revoke", *reason)
                del truth.extensions[key]
        one = self.someone(week, exercise)
        points = self.draw.choice((0, 1.5, 2))
        self.run("gradebook", "override", self.name(one, week), exercise, points, *reason)
        truth.overrides[one.number, exercise] = points
        one, other = self.someone(week), self.someone(week)
        rows = [f"{self.name(one, week)},{exercise},EX,ill"]
        truth.overrides[one.number, exercise] = "EX"
        if other is not one:
            rows.append(f"{self.name(other, week)},{exercise},revoke,mistake")
            truth.overrides.pop((other.number, exercise), None)
        self.bulk("override", "student,exercise,points,reason", rows)
        one = self.someone(week, exercise)
        line = ("--line", 1) if one.number in truth.events else ()
        line = line if any(e.exercise == exercise for e in truth.events.get(one.number, ())) else ()
        self.run("gradebook", "comment", self.name(one, week), exercise, f"said in {week}", *line)
        truth.comments.setdefault(one.number, []).append((exercise, f"said in {week}"))
        if week in (3, 7):
            rows = []
            for one in self.term.here(week)[::2]:
                truth.quizzes[one.number, f"quiz {week}"] = score = (self.draw.randrange(11), 10)
                rows.append(f"{one.sis},{score[0]},{score[1]}")
            path = self.tmp_path / "quiz.csv"
            path.write_text("\n".join(["id,score,max_score", *rows]) + "\n")
            self.run("gradebook", "quiz", path, "--name", f"quiz {week}")

    def bulk(self, command, header, rows):
        path = self.tmp_path / f"{command}.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        self.run("gradebook", command, "--from", path)

    def regrade(self, week, exercise, seed):
        words = ("--private-seed", seed, "--jobs", 1, "--yes", "--json")
        found = json.loads(self.run("regrade", exercise, *words))
        assert found["faults"] == []
        assert found["regraded"] > 0 or week < 4
        for events in self.truth.events.values():
            for event in events:
                if event.exercise == exercise:
                    event.seed = seed.read_text().strip()

    def weigh(self):
        """Grade each source by itself under the seeds in use."""
        used = {(e.seed, e.exercise, e.kind) for es in self.truth.events.values() for e in es}
        for seed, exercise, kind in sorted(used - self.worth.keys()):
            report = learncnn.grade(WORKS[exercise][kind], exercise, seed=seed)
            self.worth[seed, exercise, kind] = report.score

    def check(self, week):
        self.weigh()
        book = open_gradebook(self.place)
        everyone = grades_of(book)
        said = {}
        for comment in comments_of(book):
            said.setdefault(comment.student, []).append((comment.exercise, comment.text))
        book.close()
        owners = {student.id: self.owner(student) for student in everyone}
        assert None not in owners.values(), (week, owners)
        assert len(set(owners.values())) == len(owners), week  # no student appears twice
        handed = set(self.truth.events) | {one.number for one in self.term.here(week)}
        assert set(owners.values()) == handed, week
        for student in everyone:
            number = owners[student.id]
            learner = self.term.learners[number]
            points, share = self.truth.grades(number, list(student.grades), self.worth)
            found = {
                id: "EX" if grade.status == "excused" else grade.points
                for id, grade in student.grades.items()
            }
            where = (week, learner.name, self.truth.events.get(number), student.grades)
            assert found == {id: _near(p) for id, p in points.items()}, where
            assert student.share(0.2) == _near(share), where
            assert said.get(student.id, []) == self.truth.comments.get(number, []), where
            assert student.section == learner.section, where

    def owner(self, student):
        ids = {*student.ids.values(), student.id}
        found = {
            one.number
            for one in self.term.learners
            if ids & {one.canvas, one.sis, one.email, one.login(1), one.login(8)}
        }
        return found.pop() if len(found) == 1 else None


def _near(value):
    return pytest.approx(value, abs=2e-4) if isinstance(value, (int, float)) else value


@pytest.fixture(scope="module")
def server():
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    found = Server()
    yield found
    found.stop()


def test_a_small_class_ends_with_the_grades_that_follow(run, tmp_path):
    Course(run, tmp_path, tmp_path / "term.sqlite", 14, 1).teach()


@pytest.mark.full
@pytest.mark.parametrize("seed", [2, 3])
def test_a_class_of_sixty_ends_with_the_grades_that_follow(run, tmp_path, seed):
    Course(run, tmp_path, tmp_path / "term.sqlite", 60, seed).teach()


@pytest.mark.full
def test_a_class_of_sixty_in_postgresql(run, tmp_path, server):
    Course(run, tmp_path, server.database("long_term"), 60, 4).teach()
