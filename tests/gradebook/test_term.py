"""A term of six weeks: three systems, folders and bundles in turn, and one student each.

`Term` makes the downloads and rosters of each week and keeps, apart from the program, who has
handed in which bytes. The order of attempts is the subject of test_attempt_order.py.
"""

import hashlib
import io
import json
import random
import zipfile
from dataclasses import dataclass, field

import pytest

from learncnn.grader.gradebook.connection import open_gradebook
from learncnn.grader.gradebook.history import history_of
from learncnn.grader.gradebook.queries import grades_of

from .postgres import Server, binaries

FIRST = ["Ann", "Bo", "Cy", "Di", "Eve", "Flo", "Gus", "Hal", "Ina", "Jo", "Kim", "Lu", "Mia",
         "Ned", "Oda", "Pia", "Quin", "Ros", "Sam", "Tom", "Una", "Vic", "Wei", "Xin"]  # fmt: skip
LAST = ["Ash", "Birch", "Cedar", "Dale", "Elm", "Fir", "Gale", "Hill", "Ivy", "Juniper", "Koa",
        "Lime", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Sorrel", "Teak", "Ulmo",
        "Vine", "Willow", "Yew"]  # fmt: skip
#: Persons who are there from the start, and who joins later.
CLASS, JOINERS = range(22), (22, 23)
#: Their SIS id is not known before week 6; their SID on Gradescope is lost; who leaves in week 4.
WITHOUT_SIS, WITHOUT_SID, LEAVES = 5, 7, 9


@dataclass(frozen=True)
class Person:
    """What every system calls somebody."""

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
        """Moodle numbers each pair of assignment and student."""
        return str(100 * week + self.number)

    def work(self, week, attempt=0):
        """Return the bytes that this person alone hands in."""
        return f"import nothing  # {self.login} {week} {attempt}\n"


@dataclass
class Term:
    """The files of a term below `root`, rows and members in an order drawn from `seed`."""

    root: object
    seed: int
    #: (person, exercise) → hashes of what was handed in, computed here alone.
    expected: dict = field(default_factory=dict)

    def __post_init__(self):
        self.random = random.Random(self.seed)

    def hand_in(self, week, people, *, attempt=0, also=()):
        """Note what people hand in, and return their (person, source) in some order."""
        entries = []
        for number in people:
            person = Person(number)
            source = person.work(week, attempt)
            entries.append((person, source))
            for owner in (number, *(other for who, other in also if who == number)):
                hashes = self.expected.setdefault((owner, f"ex0{week}"), set())
                hashes.add(hashlib.sha256(source.encode()).hexdigest())
        self.random.shuffle(entries)
        return entries

    def roster(self, name, header, rows):
        rows = list(rows)
        self.random.shuffle(rows)
        path = self.root / name
        path.write_text("\n".join([header, *rows]) + "\n")
        return path

    def archive(self, name, members):
        path = self.root / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in members:
                archive.writestr(member, content)
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

    def canvas_name(self, person, week, rest):
        first, last = map(str.lower, person.names)
        return f"{last}{first}_{person.canvas}_{10000 * week + person.number}_{rest}"

    def weeks(self):
        """Yield (week, paths, roster or None, decisions that have to be made)."""
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
        entries = self.hand_in(1, [n for n in CLASS if n % 5])
        return [self.archive("1.zip", [(self.canvas_name(p, 1, "ex01.py"), s) for p, s in entries])]

    def gradescope_week(self):
        pairs = [(2, 3), (10, 11)]  # group work: the file of one is both's
        alone = [n for n in CLASS if n % 7 and n not in (3, 11)]
        entries = self.hand_in(2, alone, also=pairs)
        groups = dict(pairs)
        metadata, members = [], []
        for person, source in entries:
            folder = f"submission_{person.number}"
            members.append((f"assignment_1_export/{folder}/ex02.py", source))
            metadata += [f"{folder}:", "  :submitters:"]
            for number in filter(None, (person.number, groups.get(person.number))):
                who = Person(number)
                sid = "" if number == WITHOUT_SID else f"'{who.sis}'"
                metadata += [f"  - :name: {' '.join(who.names)}", f"    :sid: {sid}"]
                metadata += [f"    :email: {who.email}"]
            metadata.append("  :created_at: 2026-10-08 10:00:00 Z")
        members.append(("assignment_1_export/submission_metadata.yml", "\n".join(metadata)))
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
        entries = self.hand_in(3, [n for n in CLASS if n % 4])
        return [
            self.archive(
                "3.zip",
                [
                    (f"{' '.join(p.names)}_{p.participant(3)}_assignsubmission_file/ex03.py", s)
                    for p, s in entries
                ],
            )
        ]

    def moodle_roster(self):
        people = map(Person, CLASS)
        rows = [f"Participant {p.participant(3)},{' '.join(p.names)},{p.email},-" for p in people]
        return self.roster("3.csv", "Identifier,Full name,Email address,Status", rows)

    def folder_week(self):
        """Folders called by one kind of id or another; who has left still hands in."""
        entries = self.hand_in(4, [*CLASS, *JOINERS])
        for at, (person, source) in enumerate(sorted(entries, key=lambda e: e[0].number)):
            kinds = [person.canvas, person.login, person.sis, person.email]
            late = person.number in (*JOINERS, WITHOUT_SIS, LEAVES)
            name = person.canvas if late else kinds[at % 4]
            folder = self.root / "4" / name
            folder.mkdir(parents=True)
            (folder / "ex04.py").write_text(source)
        return [self.root / "4"]

    def bundle_week(self):
        members = []
        again = dict(self.hand_in(1, [n for n in CLASS if n % 6 == 0], attempt=1))
        for person, source in self.hand_in(5, [*CLASS, *JOINERS]):
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as bundle:  # dated 1980, as `submit` does
                bundle.writestr(zipfile.ZipInfo("ex05.py"), source)
                if person in again:
                    bundle.writestr(zipfile.ZipInfo("ex01.py"), again[person])
            members.append((self.canvas_name(person, 5, "bundle.zip"), inner.getvalue()))
        return [self.archive("5.zip", members)]

    def mixed_week(self, people):
        """Two sources in one run: files called after students, and Canvas's archive."""
        entries = self.hand_in(6, people)
        folder = self.root / "6"
        folder.mkdir()
        members = []
        for person, source in entries:
            if person.number % 2 and person.number != LEAVES:
                (folder / f"ex06_{person.sis}.py").write_text(source)
            else:
                members.append((self.canvas_name(person, 6, "ex06.py"), source))
        paths = [folder, self.archive("6.zip", members)]
        self.random.shuffle(paths)
        return paths


def owner_of(student):
    """The person behind a student of the gradebook, by all ids alike; None if they disagree."""
    ids = {*student.ids.values(), student.id}
    found = {
        person.number
        for person in map(Person, range(len(FIRST)))
        if ids & {person.canvas, person.sis, person.login, person.email}
    }
    return found.pop() if len(found) == 1 else None


def handed_in(place):
    """Student → person, and (person, exercise) → hashes, as the gradebook has them."""
    book = open_gradebook(str(place))
    owners, found = {}, {}
    for student in grades_of(book):
        owner = owners[student.id] = owner_of(student)
        for entry in history_of(book, student.id):
            found.setdefault((owner, entry["exercise"]), set()).add(entry["content_hash"])
    book.close()
    assert None not in owners.values(), owners
    assert len(owners) == len(set(owners.values())), owners  # every person is one student
    return owners, found


def teach(run, term, place):
    """Grade week by week; after each the gradebook says what was handed in until then."""
    known = []
    for week, paths, roster, decisions in term.weeks():
        words = [*paths, "--gradebook", place, "--jobs", 1, "--json"]
        code, out, err = run("grade", *words, *(("--roster", roster) if roster else ()))
        found = json.loads(out) if out else err
        assert code == (1 if decisions else 0), (week, found)
        assert (found["odd"], found["problems"], found["faults"]) == ([], [], []), week
        assert len(found["doubts"]) == len(decisions), found["doubts"]
        for one, other in decisions:
            assert run("gradebook", "students", "merge", one, other, "--gradebook", place)[0] == 0
        students, handed = handed_in(place)
        assert handed == term.expected, week
        # A download of some week before, once more and without a roster.
        known.append(paths)
        again = [*term.random.choice(known), "--gradebook", place, "--jobs", 1, "--json"]
        code, out, err = run("grade", *again)
        assert (code, json.loads(out)["graded"]) == (0, 0), (week, out, err)
        assert handed_in(place) == (students, handed), week
    return students


@pytest.fixture(scope="module")
def server():
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    found = Server()
    yield found
    found.stop()


def test_a_term_is_one_class_and_every_file_its_owners(run, tmp_path):
    (tmp_path / "term").mkdir()
    students = teach(run, Term(tmp_path / "term", 1), tmp_path / "gradebook.sqlite")
    assert len(students) == len(FIRST)
    # In another order of rows, members and paths the same students have the same ids.
    (tmp_path / "other").mkdir()
    assert teach(run, Term(tmp_path / "other", 2), tmp_path / "other.sqlite") == students


def test_a_term_in_postgresql(run, tmp_path, server):
    students = teach(run, Term(tmp_path, 3), server.database("term"))
    assert len(students) == len(FIRST)
