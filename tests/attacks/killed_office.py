"""An office at work on one folder that is killed again and again, and what of its work must stand.

Each hand does one kind of work by the pages and knows of it between which bounds it must be: at
least what was acknowledged, at most what was sent.
"""

from __future__ import annotations

import copy
import http.client
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from procedure_fakes import answered_for, ready, whole

from bench.clerk import ROOT, Answer, Clerk
from casework import Casework
from storage.log import audit

BEGUN, ROUND = ("take",), ("submit", "pass", "approve", "number", "recall")
"""The moves of a matter: the first, and those that it goes round in; each round takes a number."""

PLACES = (1, 2)
CUT_OFF = (OSError, http.client.HTTPException)
_MOVES_OF = re.compile(r'name="moves" value="(\d+)"')
_WRITTEN = re.compile(r"甲第(\d+)次写入。")


def written(number: int) -> str:
    """Return the text of the save of this number; it is long, so that half of it would show."""
    return f"甲第{number}次写入。" * 60 + "完" if number else ""


@dataclass
class Book:
    """What must stand: bounds of a number by answer and by matter, of a set for imports."""

    saves: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    moves: dict[int, tuple[int, int]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)

    def now(self) -> Book:
        """Return how it stands at this moment, whatever is being done."""
        while True:
            try:
                return copy.deepcopy(self)
            except RuntimeError:
                """A set grew meanwhile."""

    def up_to(self, later: Book) -> Book:
        """Return the bounds of what happened at some moment between this one and ``later``."""
        return Book(
            {key: (low, later.saves[key][1]) for key, (low, _) in self.saves.items()},
            {key: (low, later.moves[key][1]) for key, (low, _) in self.moves.items()},
            set(self.taken),
            set(later.sent),
        )


@dataclass
class Office:
    """A data folder, its book, and the ports at which it is served just now."""

    data: Path
    book: Book
    saved: int
    moved: Sequence[int]
    ports: list[int] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=lambda: count(1))
    faults: list[str] = field(default_factory=list)
    refused: int = 0
    """How often it was said that it may be done later: the database was held for longer than a page
    waits, or the process that was asked has ended."""


def heard(office: Office, answer: Answer) -> Answer:
    """Return an answer; one that says that it is not done, or not known to be, counts as a
    connection that was cut off: nothing was acknowledged."""
    if answer.status == 503:
        office.refused += 1
        raise ConnectionResetError
    return answer


def found_office(data: Path) -> Office:
    """Register what is worked on, before any service."""
    with Casework.open(data) as casework:
        saved = ready(casework)
        moved = [ready(casework, whole()) for _ in range(3)]
        for one in moved:
            answered_for(casework, one)
    book = Book(
        {(saved, place): (0, 0) for place in PLACES}, dict.fromkeys(moved, (len(BEGUN),) * 2)
    )
    return Office(data, book, saved, moved)


# ------------------------------------------------------------------ the hands


def save(office: Office, port: int, stop: threading.Event, place: int) -> None:
    """Save one answer again and again, each time with the next number."""
    clerk, key = Clerk(port), (office.saved, place)
    form = clerk.workbench(office.saved, place)
    stands = _number_of(form["done"])
    low, high = office.book.saves[key]
    if not low <= stands <= high:
        office.faults.append(f"answer {place}: {stands} of {low} to {high}")
    # What was read counts as acknowledged: what was cut off may have arrived.
    office.book.saves[key] = (stands, high)
    while not stop.is_set():
        number = high = high + 1
        office.book.saves[key] = (office.book.saves[key][0], high)
        path = f"/matters/{office.saved}/answers/{place}"
        answer = heard(office, clerk.post(path, {**form, "done": written(number)}, as_script=True))
        if answer.status != 200:
            office.faults.append(f"save: {answer.status} {_said(answer.text)}")
            return
        said = answer.json()
        form |= {"version": str(said["version"]), "base": str(said["base"])}
        office.book.saves[key] = (number, high)
    clerk.close()


def move(office: Office, port: int, stop: threading.Event, matter: int) -> None:
    """Move one matter round and round."""
    clerk, path = Clerk(port), f"/matters/{matter}/procedure"
    found = _MOVES_OF.search(clerk.get(path).text)
    assert found is not None
    low, high = office.book.moves[matter]
    stands = int(found[1])
    if not low <= stands <= high:
        office.faults.append(f"matter {matter}: {stands} moves, not {low} to {high}")
    office.book.moves[matter] = (stands, high)
    while not stop.is_set():
        name = ROUND[(stands - len(BEGUN)) % len(ROUND)]
        office.book.moves[matter] = (stands, stands + 1)
        form = {"moves": stands, "opinion": "再作修改", "name": "顾清和"}
        answer = heard(office, clerk.post(f"{path}/{name}", form))
        if answer.status != 302:
            office.faults.append(f"{name}: {answer.status} {_said(answer.text)}")
            return
        stands += 1
        office.book.moves[matter] = (stands, stands)
    clerk.close()


def bring(office: Office, port: int, stop: threading.Event, _: int) -> None:
    """Have the archive take in one paper after the other."""
    clerk = Clerk(port)
    while not stop.is_set():
        number = next(office.names)
        name = f"答复{number:05}.txt"
        text = f"关于第{number}处街边座椅的答复\n\n已在第{number}处安装座椅{number}张。\n"
        office.book.sent.add(name)
        answer = heard(
            office, clerk.upload("/archive/import", name, text.encode(), {}, field="files")
        )
        if answer.status != 302:
            office.faults.append(f"import: {answer.status} {_said(answer.text)}")
            return
        office.book.taken.add(name)
        stop.wait(0.02)
    clerk.close()


@contextmanager
def at_work(office: Office) -> Iterator[None]:
    """Have all hands work at the office's ports; at the end none does. What is cut off goes on."""
    stop = threading.Event()
    hands: list[tuple[Callable[..., None], int]] = [
        *((save, place) for place in PLACES),
        *((move, matter) for matter in office.moved),
        (bring, 0),
    ]

    def work(hand: Callable[..., None], what: int, number: int) -> None:
        turns = count(number)
        while not stop.is_set():
            try:
                hand(office, office.ports[next(turns) % len(office.ports)], stop, what)
            except CUT_OFF:
                stop.wait(0.05)
            except Exception as error:  # noqa: BLE001  # told by the test that began the thread
                office.faults.append(f"{hand.__name__}: {error!r}")
                return

    threads = [
        threading.Thread(target=work, args=(hand, what, number))
        for number, (hand, what) in enumerate(hands)
    ]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in threads:
            one.join()


# ------------------------------------------------------------------ what must stand


def wrong(data: Path, book: Book) -> list[str]:
    """Return what of a folder is not as its book says; nobody may work on it."""
    with Casework.open(data) as casework:
        found = [*_wrong_drafts(casework, book), *_wrong_moves(casework.db, book)]
        found += audit.verify(casework.db).faults
    with closing(sqlite3.connect(data / "archive.db")) as db:
        rows = db.execute(
            "SELECT source FROM documents WHERE source LIKE '%答复0____.txt'"
        ).fetchall()
    there = [Path(row[0]).name for row in rows]
    found += [f"{one} stands twice" for one in {*there} if there.count(one) > 1]
    found += [f"{one} is lost" for one in book.taken - {*there}]
    found += [f"{one} was never sent" for one in {*there} - book.sent]
    return found


def _wrong_drafts(casework: Casework, book: Book) -> Iterator[str]:
    for (matter, place), (low, high) in book.saves.items():
        numbers = [one.number for one in casework.versions(matter)]
        if numbers != sorted({*numbers}, reverse=True):
            yield f"versions {numbers}"
        found = casework.matter(matter)
        assert found is not None
        number = _number_of(found.draft.answers[place - 1].done)
        if not low <= number <= high:
            yield f"answer {place}: {number} of {low} to {high}"


def _wrong_moves(db: sqlite3.Connection, book: Book) -> Iterator[str]:
    for matter, (low, high) in book.moves.items():
        steps = [
            row[0]
            for row in db.execute(
                "SELECT move FROM moves WHERE matter = ? ORDER BY number", (matter,)
            )
        ]
        if not low <= len(steps) <= high:
            yield f"matter {matter}: {len(steps)} moves, not {low} to {high}"
        rounds = ROUND * (len(steps) // len(ROUND) + 1)
        if steps != [*BEGUN, *rounds][: len(steps)]:
            yield f"matter {matter}: {steps}"
        logged = audit.count(db, audit.Filters(action="流转", what=f"提案 {matter}"))
        if logged != len(steps) - len(BEGUN):
            yield f"matter {matter}: {logged} log entries, {len(steps)} moves"
        given, void = db.execute(
            "SELECT count(*), count(void) FROM numbers WHERE matter = ?", (matter,)
        ).fetchone()
        if (given, void) != (steps.count("number"), steps.count("recall")):
            yield f"matter {matter}: {given} numbers, {void} void, {steps}"
    seqs = [row[0] for row in db.execute("SELECT seq FROM numbers ORDER BY seq")]
    if seqs != list(range(1, len(seqs) + 1)):
        yield f"numbers {seqs}"


def _said(page: str) -> str:
    """What a page says, without its frame."""
    main = page.partition("<main")[2] or page
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())[:2000]


def settled(data: Path, seconds: float = 600) -> bool:
    """Wait until nothing waits to be imported; return whether that came. As long as it becomes
    less it goes on."""
    left, until = -1, time.monotonic() + seconds
    with closing(sqlite3.connect(data / "archive.db", timeout=30)) as db:
        while time.monotonic() < until:
            query = "SELECT count(*) FROM job_files WHERE state = 'waiting'"
            (waiting,) = db.execute(query).fetchone()
            if not waiting:
                return True
            if waiting != left:
                left, until = waiting, time.monotonic() + seconds
            time.sleep(0.1)
    return False


def command(data: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start ``drafting`` on the folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "service.cli.app", "--data", str(data), *map(str, arguments)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def _number_of(text: str) -> int:
    found = _WRITTEN.match(text)
    number = int(found[1]) if found else 0
    assert not found or text == written(number), text[-200:]
    return number
