"""Simulate eight weeks of a course, and compute the grades independently.

The gradebook is not used here: hand-ins, decisions and comments are stored as plain events, from
which `Truth.grades` computes the formula of the instructor guide.
"""

import json
import math
import random
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from learncnn.grader.course.catalog import load_catalog

from .term import FIRST, LAST, SOURCES

#: Exercise → sources that earn different points.
WORKS = {
    **SOURCES,
    "ex03": (
        "def output_size(n, k, padding=0, stride=1):\n"
        "    if n + 2 * padding < k:\n        raise ValueError('too large')\n"
        "    return (n + 2 * padding - k) // stride + 1\n",
        "def output_size(n, k, padding=0, stride=1):\n    return (n + padding - k) // stride + 1\n",
        "def output_size(n, k):\n    return n - k + 1\n",
    ),
}
BEGIN = datetime(2025, 9, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)
#: Due time of each exercise; weeks 2, 5 and 7 hand in around these times.
DUE = {"ex01": BEGIN + 49 * DAY, "ex02": BEGIN + 35 * DAY, "ex03": BEGIN + 42 * DAY}
GRACE, PER_DAY, MOST, REFUSE, QUIZ = 30, 0.1, 0.45, 6, 0.2
MOODLE, CANVAS, SCOPE = "moodle", "canvas", "gradescope"
#: Week → system, exercise, whether teams hand in.
PLAN = {
    1: (CANVAS, "ex01", False),
    2: (SCOPE, "ex02", False),
    3: (MOODLE, "ex03", False),
    4: (CANVAS, "ex01", True),
    5: (SCOPE, "ex02", True),
    6: (MOODLE, "ex03", True),
    7: (SCOPE, "ex01", False),
    8: (CANVAS, "ex02", False),
}


@dataclass(frozen=True)
class Learner:
    """A student's names and ids in every system, before and after a renamed login."""

    number: int
    size: int

    @property
    def names(self):
        return FIRST[self.number % 24], LAST[(self.number + self.number // 24) % 24]

    @property
    def name(self):
        return " ".join(self.names)

    @property
    def section(self):
        return f"Sec {self.number % 2 + 1}"

    @property
    def canvas(self):
        return str(7000 + self.number)

    @property
    def sis(self):
        return str(2025300 + self.number)

    @property
    def email(self):
        return f"{self.names[0]}.{self.names[1]}{self.number}@u.edu".lower()

    def login(self, week):
        return f"{self.names[1]}{self.number}".lower() + (
            "new" if self.renamed and week > 3 else ""
        )

    def participant(self, week):
        return str(1000 * week + self.number)

    @property
    def renamed(self):
        return self.number in (1, 4)

    @property
    def without_sis(self):
        """Return whether the SIS id is missing in the roster of week 4."""
        return self.number in (2, 5, 8)

    @property
    def joins_late(self):
        return self.number >= self.size - max(2, self.size // 10)

    @property
    def team(self):
        """Return the team: groups of three in the first half of the class, without late joiners."""
        if self.joins_late or self.number >= self.size // 2:
            return ""
        return f"Team {'ABCDEFGHIJKLMNOP'[self.number // 3]}"


@dataclass
class Event:
    """A file for which a student is graded."""

    exercise: str
    kind: int
    #: Time of the upload, if the system gives one, and the system's mark of lateness.
    at: datetime | None
    late: bool
    #: Seed of the cases on which it was last graded.
    seed: str = ""


@dataclass
class Truth:
    """Everything that happened in the course."""

    events: dict = field(default_factory=dict)
    #: (number, exercise or "all") → due time, days, or None once revoked.
    extensions: dict = field(default_factory=dict)
    #: (number, exercise) → points, "EX", or None.
    overrides: dict = field(default_factory=dict)
    comments: dict = field(default_factory=dict)
    #: (number, quiz) → (score, maximum).
    quizzes: dict = field(default_factory=dict)

    def due(self, number, exercise):
        found = self.extensions.get((number, exercise)) or self.extensions.get((number, "all"))
        if found is None:
            return DUE[exercise], False
        return (found if isinstance(found, datetime) else DUE[exercise] + found * DAY), True

    def paid(self, number, event, worth):
        """Return the points of an attempt after lateness: won · (1 − lost)."""
        due, extended = self.due(number, event.exercise)
        days = int(event.late and not extended)
        if event.at is not None:
            late = (event.at - due).total_seconds()
            days = 0 if late <= 60 * GRACE else math.ceil(late / 86400)
        lost = 1 if days > REFUSE else min(PER_DAY * days, MOST)
        return worth[event.seed, event.exercise, event.kind] * (1 - lost)

    def grade(self, number, exercise, worth):
        decided = self.overrides.get((number, exercise))
        if decided is not None:
            return decided
        events = [e for e in self.events.get(number, ()) if e.exercise == exercise]
        return max((self.paid(number, e, worth) for e in events), default=None)

    def grades(self, number, exercises, worth):
        """Return points by exercise, and the share of the course's points."""
        info = load_catalog().exercises
        possible = {id: sum(info[id].functions.values()) for id in exercises}
        points = {id: self.grade(number, id, worth) for id in exercises}
        left = {id: (p or 0) / possible[id] for id, p in points.items() if p != "EX"}
        for id in sorted(left, key=lambda id: (points[id] is not None, left[id], id))[:1]:
            if len(left) > 1:
                del left[id]
        total = (
            sum(points[id] or 0 for id in left) / sum(possible[id] for id in left) if left else None
        )
        taken = [of for (who, _), of in self.quizzes.items() if who == number]
        if not taken:
            return points, total
        quiz = sum(score for score, _ in taken) / sum(of for _, of in taken)
        return points, quiz if total is None else (1 - QUIZ) * total + QUIZ * quiz


RUBRIC = f"""
[course]
time_zone = "Asia/Shanghai"
exercises = ["ex01", "ex02", "ex03"]
[due]
{chr(10).join(f"{id} = {at.isoformat()}" for id, at in DUE.items())}
[late]
grace_minutes = {GRACE}
per_day = {PER_DAY}
most = {MOST}
refuse_after_days = {REFUSE}
[drop]
lowest = 1
[quiz]
weight = {QUIZ}
"""


class LongTerm:
    """Writes the downloads and rosters of each week, and records their events."""

    def __init__(self, root, size, seed):
        self.root, self.size = root, size
        self.random = random.Random(seed)
        self.learners = [Learner(n, size) for n in range(size)]
        self.truth = Truth()
        self.upload = 0

    def here(self, week):
        gone = {self.size // 2 + 1} if week > 6 else set()
        return [
            one
            for one in self.learners
            if one.number not in gone and (week > 3 or not one.joins_late)
        ]

    def week(self, week, seed):
        """Return the download and the roster of a week."""
        system, exercise, grouped = PLAN[week]
        works = list(self.works(week, exercise, grouped))
        self.random.shuffle(works)
        for owners, event, _ in works:
            event.seed = seed
            for owner in owners:
                copy = Event(event.exercise, event.kind, event.at, event.late, seed)
                self.truth.events.setdefault(owner.number, []).append(copy)
        return getattr(self, system)(week, works), getattr(self, f"{system}_roster")(week)

    def works(self, week, exercise, grouped):
        """Yield (owners, event, source) of every hand-in of this week."""
        system = PLAN[week][0]
        teams = {}
        for one in self.here(week):
            if self.random.random() < 0.15:
                continue
            if grouped and one.team:
                teams.setdefault(one.team, []).append(one)
            else:
                yield self.work(week, system, exercise, [one])
        for name in teams:
            members = [one for one in self.here(week) if one.team == name]
            yield self.work(week, system, exercise, members)

    def work(self, week, system, exercise, owners):
        kind = self.random.randrange(3)
        at = None
        if system == SCOPE:
            near = DUE[exercise] if week > 2 else BEGIN + 7 * week * DAY
            at = near + timedelta(minutes=self.random.choice((-3000, -5, 20, 40, 1500, 5000, 9000)))
        late = system == CANVAS and self.random.random() < 0.3
        source = WORKS[exercise][kind] + f"# {owners[0].number} in week {week}\n"
        return owners, Event(exercise, kind, at, late), source

    def archive(self, week, members):
        path = self.root / f"week{week}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members:
                moment = (BEGIN + 7 * week * DAY).timetuple()[:6]
                archive.writestr(zipfile.ZipInfo(name, moment), content)
        return path

    def roster(self, week, header, rows):
        rows = list(rows)
        self.random.shuffle(rows)
        path = self.root / f"roster{week}.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return path

    def canvas(self, week, works):
        members = []
        for owners, event, source in works:
            self.upload += 1
            first, last = owners[0].names
            called = owners[0].team if len(owners) > 1 else last + first
            mark = "LATE_" if event.late else ""
            name = f"{called.replace(' ', '').lower()}_{mark}{owners[-1].canvas}_{self.upload}"
            members.append((f"{name}_{event.exercise}.py", source))
        return self.archive(week, members)

    def canvas_roster(self, week):
        def row(one):
            first, last = one.names
            sis = "" if one.without_sis and week == 4 else one.sis
            return (
                f'"{last}, {first}",{one.canvas},{sis},{one.login(week)},{one.section},{one.team}'
            )

        header = "Student,ID,SIS User ID,SIS Login ID,Section,Groups"
        return self.roster(week, header, [*map(row, self.here(week)), '"Student, Test",1,,,Sec 1,'])

    def gradescope(self, week, works):
        members, metadata = [], {}
        for owners, event, source in works:
            self.upload += 1
            folder = f"submission_{self.upload}"
            members.append((f"assignment_{week}_export/{folder}/{event.exercise}.py", source))
            people = [{":name": one.name, ":sid": one.sis, ":email": one.email} for one in owners]
            metadata[folder] = {":submitters": people, ":created_at": f"{event.at:%F %T} Z"}
        text = json.dumps(metadata)
        members.append((f"assignment_{week}_export/submission_metadata.yml", text))
        return self.archive(week, members)

    def gradescope_roster(self, week):
        rows = [f"{','.join(one.names)},{one.sis},{one.email},Student" for one in self.here(week)]
        rows.append("Tea,Cher,,cher@u.edu,Instructor")
        return self.roster(week, "First Name,Last Name,SID,Email,Role", rows)

    def moodle(self, week, works):
        grouped = PLAN[week][2]
        members = []
        for owners, event, source in works:
            for one in owners:
                team = (
                    f"{owners[0].team if len(owners) > 1 else 'Default group'}-" if grouped else ""
                )
                folder = f"{team}{one.name}_{one.participant(week)}_assignsubmission_file"
                members.append((f"{folder}/{event.exercise}.py", source))
        return self.archive(week, members)

    def moodle_roster(self, week):
        rows = [
            f"Participant {one.participant(week)},{one.name},{one.email},-"
            for one in self.here(week)
        ]
        return self.roster(week, "Identifier,Full name,Email address,Status", rows)
