"""Define the downloads, rosters and expected grades of a six-week term for test_term.py."""

import hashlib
import io
import random
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.course.stubs import stub_source

from .conftest import FLIPPED, RIGHT

FIRST = ["Ann", "Bo", "Cy", "Di", "Eve", "Flo", "Gus", "Hal", "Ina", "Jo", "Kim", "Lu", "Mia",
         "Ned", "Oda", "Pia", "Quin", "Ros", "Sam", "Tom", "Una", "Vic", "Wei", "Xin"]  # fmt: skip
LAST = ["Ash", "Birch", "Cedar", "Dale", "Elm", "Fir", "Gale", "Hill", "Ivy", "Juniper", "Koa",
        "Lime", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Sorrel", "Teak", "Ulmo",
        "Vine", "Willow", "Yew"]  # fmt: skip
#: Students who are enrolled from the start, and those who join later.
CLASS, JOINERS = range(22), (22, 23)
#: Students without a SIS id before week 6, without a SID on Gradescope, and leaving in week 4.
WITHOUT_SIS, WITHOUT_SID, LEAVES = 5, 7, 9


@dataclass(frozen=True)
class Person:
    """A student's names and ids in every system."""

    number: int

    @property
    def names(self):
        return FIRST[self.number], LAST[self.number]

    @property
    def canvas(self):
        return str(5000 + self.number)

    @property
    def sis(self):
        return str(2023100 + self.number)

    @property
    def login(self):
        return f"{self.names[0]}{self.number}".lower()

    @property
    def email(self):
        return f"{self.login}@x.edu"

    def participant(self, week):
        """Return Moodle's number, which it gives to each pair of assignment and student."""
        return str(100 * week + self.number)


def _flip(body):
    return f"def flip(K):\n    return {body}\n"


#: Exercise → sources that earn different points.
SOURCES = {
    "ex01": (RIGHT, FLIPPED, "def corr2d(X, K):\n    return X\n"),
    "ex02": (_flip("K[::-1, ::-1].copy()"), _flip("K[::-1].copy()"), "import nothing\n"),
}
BEGIN = datetime(2025, 9, 1, 12)


@dataclass(frozen=True)
class Work:
    """One hand-in: the person, the exercise, the time, and which of SOURCES it is."""

    person: Person
    exercise: str
    moment: datetime
    #: Index in SOURCES; None for an untouched stub.
    kind: int | None
    version: int
    #: Number of the upload, which grows with every upload.
    number: int

    @property
    def source(self):
        if self.kind is None:
            return stub_source(load_catalog().exercises[self.exercise], "numpy")
        mine = f"# {self.person.login} {self.version}\n"
        return SOURCES[self.exercise][self.kind] + mine


@dataclass
class Term:
    """Writes the files of a term below `root`.

    The order of rows and archive members is drawn from `seed`, the events from `plan`.
    """

    root: object
    seed: int
    plan: int = 0
    #: (person, exercise) → hand-ins in order of time, stubs included.
    happened: dict = field(default_factory=dict)

    def __post_init__(self):
        self.random = random.Random(self.seed)
        self._plan = random.Random(self.plan)

    def hand_in(self, week, people, *, twice=False, also=()):
        """Draw what people hand in, and return it in some order.

        Everyone may hand in both exercises, also work that they have handed in before; `twice` lets
        some hand in two files for one. Of pairs in `also` the first hands in for the second too.
        """
        found = []
        for number in sorted(people):
            for exercise in SOURCES:
                main = (exercise == "ex01") == bool(week % 2)
                if self._plan.random() > (0.85 if main else 0.3):
                    if week == 1 and number % 8 == 4:
                        found.append(self._draw(week, number, exercise, 0, stub=True))
                    continue
                count = 2 if twice and self._plan.random() < 0.2 else 1
                found += [self._draw(week, number, exercise, at) for at in range(count)]
        for work in found:
            who = work.person.number
            for owner in (who, *(other for one, other in also if one == who)):
                self.happened.setdefault((owner, work.exercise), []).append(work)
        self.random.shuffle(found)
        return found

    def _draw(self, week, number, exercise, at, *, stub=False):
        before = [w for w in self.happened.get((number, exercise), ()) if w.kind is not None]
        kind, version = self._plan.randrange(3), 10 * week + at
        if before and self._plan.random() < 0.35:  # earlier work once more
            again = self._plan.choice(before)
            if again.person.number == number:
                kind, version = again.kind, again.version
        moment = BEGIN + timedelta(days=7 * week + number % 4, hours=at)
        upload = 100_000 * week + 10 * number + 2 * (exercise == "ex02") + at
        person = Person(number)
        return Work(person, exercise, moment, None if stub else kind, version, upload)

    def hashes(self):
        """Return (person, exercise) → hashes of what was handed in."""
        return {
            key: {hashlib.sha256(work.source.encode()).hexdigest() for work in works}
            for key, works in self.happened.items()
        }

    def points(self, count, worth):
        """Return (person, exercise) → points, computed only from `happened`.

        `worth` is the points of each of SOURCES.
        """
        choose = {"best": max, "last": lambda all: all[-1], "first": lambda all: all[0]}[count]
        found = {}
        for (person, exercise), works in self.happened.items():
            tried = [worth[exercise][work.kind] for work in works if work.kind is not None]
            if tried:
                found[person, exercise] = choose(tried)
        return found

    def roster(self, name, header, rows):
        rows = list(rows)
        self.random.shuffle(rows)
        path = self.root / name
        path.write_text("\n".join([header, *rows]) + "\n")
        return path

    def archive(self, name, members):
        path = self.root / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, content, moment in members:
                date = moment.timetuple()[:6] if moment else (1980, 1, 1, 0, 0, 0)
                archive.writestr(zipfile.ZipInfo(member, date), content)
        return path

    def canvas_roster(self, name, people, without=()):
        def row(number):
            person = Person(number)
            sis = "" if number in without else person.sis
            first, last = person.names
            return f'"{last}, {first}",{person.canvas},{sis},{person.login},Sec 1'

        extra = ['"Student, Test",9999,,,Sec 1']
        header = "Student,ID,SIS User ID,SIS Login ID,Section"
        return self.roster(name, header, [*map(row, people), *extra])

    def canvas_archive(self, week, works):
        """Write a Canvas download, whose entries all have its date; its numbers order uploads."""
        moment = BEGIN + timedelta(days=7 * week + 5)
        members = []
        for work in works:
            name = f"{work.exercise}{'-1' if work.version % 10 and work.number % 2 else ''}.py"
            members.append((self.canvas_name(work.person, work.number, name), work.source, moment))
        return self.archive(f"{week}.zip", members)

    def canvas_name(self, person, number, rest):
        first, last = map(str.lower, person.names)
        return f"{last}{first}_{person.canvas}_{number}_{rest}"

    def weeks(self):
        """Yield (week, paths, roster or None, decisions to be made)."""
        everyone = [*CLASS, *JOINERS]
        yield 1, self.canvas_week(), self.canvas_roster("1.csv", CLASS, [WITHOUT_SIS]), []
        one, two = Person(WITHOUT_SID), Person(WITHOUT_SIS)
        doubts = [(one.sis, one.email), (two.login, two.sis)]
        yield 2, self.gradescope_week(), self.gradescope_roster(), doubts
        yield 3, self.moodle_week(), self.moodle_roster(), []
        staying = [n for n in everyone if n != LEAVES]
        lost = [WITHOUT_SIS, *JOINERS]
        yield 4, self.folder_week(), self.canvas_roster("4.csv", staying, lost), []
        yield 5, self.bundle_week(), None, []
        own = (f"{Person(n).sis}.0,{Person(n).login}" for n in staying)
        yield 6, self.mixed_week(staying), self.roster("6.csv", "id,login", own), []

    def canvas_week(self):
        works = self.hand_in(1, [n for n in CLASS if n % 5], twice=True)
        return [self.canvas_archive(1, works)]

    def gradescope_week(self):
        pairs = [(2, 3), (10, 11)]  # group work: one file counts for both
        alone = [n for n in CLASS if n % 7 and n not in (3, 11)]
        works = self.hand_in(2, alone, also=pairs)
        groups, metadata, members = dict(pairs), {}, []
        for work in works:
            folder = f"submission_{work.person.number}"
            path = f"assignment_1_export/{folder}/{work.exercise}.py"
            members.append((path, work.source, None))
            lines = metadata[folder] = [f"{folder}:", "  :submitters:"]
            for number in filter(None, (work.person.number, groups.get(work.person.number))):
                who = Person(number)
                sid = "" if number == WITHOUT_SID else f"'{who.sis}'"
                lines += [f"  - :name: {' '.join(who.names)}", f"    :sid: {sid}"]
                lines += [f"    :email: {who.email}"]
            lines.append(f"  :created_at: {work.moment.isoformat(sep=' ')} Z")
        text = "\n".join(line for lines in metadata.values() for line in lines)
        members.append(("assignment_1_export/submission_metadata.yml", text, None))
        return [self.archive("2.zip", members)]

    def gradescope_roster(self):
        rows = [
            f"{','.join(Person(n).names)},{'' if n == WITHOUT_SID else Person(n).sis},"
            f"{Person(n).email},Student"
            for n in CLASS
        ]
        staff = ["Tea,Cher,,cher@x.edu,Instructor", "Tim,Aide,,aide@x.edu,TA"]
        return self.roster("2.csv", "First Name,Last Name,SID,Email,Role", [*rows, *staff])

    def moodle_week(self):
        """Write a Moodle download, whose entries have the date of the upload."""
        members = [
            (
                f"{' '.join(work.person.names)}_{work.person.participant(3)}"
                f"_assignsubmission_file/{work.exercise}.py",
                work.source,
                work.moment,
            )
            for work in self.hand_in(3, [n for n in CLASS if n % 4])
        ]
        return [self.archive("3.zip", members)]

    def moodle_roster(self):
        people = map(Person, CLASS)
        rows = [f"Participant {p.participant(3)},{' '.join(p.names)},{p.email},-" for p in people]
        return self.roster("3.csv", "Identifier,Full name,Email address,Status", rows)

    def folder_week(self):
        """Write folders named by various kinds of ids; a student who has left still hands in."""
        for work in self.hand_in(4, [*CLASS, *JOINERS]):
            person = work.person
            kinds = [person.canvas, person.login, person.sis, person.email]
            late = person.number in (*JOINERS, WITHOUT_SIS, LEAVES)
            folder = self.root / "4" / (person.canvas if late else kinds[person.number % 4])
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{work.exercise}.py").write_text(work.source)
        return [self.root / "4"]

    def bundle_week(self):
        """Write bundles, whose entries are dated 1980 by `submit`, in a Canvas archive."""
        bundles = {}
        for work in self.hand_in(5, [*CLASS, *JOINERS]):
            bundles.setdefault(work.person, []).append(work)
        members = []
        for person, works in bundles.items():
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as bundle:
                for work in works:
                    bundle.writestr(zipfile.ZipInfo(f"{work.exercise}.py"), work.source)
            name = self.canvas_name(person, works[0].number, "bundle.zip")
            members.append((name, inner.getvalue(), BEGIN + timedelta(days=40)))
        return [self.archive("5.zip", members)]

    def mixed_week(self, people):
        """Write two sources for one run: files named after students, and a Canvas archive."""
        folder = self.root / "6"
        folder.mkdir()
        uploads = []
        for work in self.hand_in(6, people):
            if work.person.number % 2:
                (folder / f"{work.exercise}_{work.person.sis}.py").write_text(work.source)
            else:
                uploads.append(work)
        paths = [folder, self.canvas_archive(6, uploads)]
        self.random.shuffle(paths)
        return paths
