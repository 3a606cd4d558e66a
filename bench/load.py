"""Clerks working on one service for five minutes, beside an empty Flask page.

Each has an account, a matter and an address of their own, and does what clerks do, with pauses:
search, open the work list and the workbench, save, proofread the paper, download it as a Word file.
All on this machine, over the loopback; it ends by itself. Then one clerk at a time does each kind
of thing, and the processor time of that is measured: the service's, and the database's.

``BENCH_SECONDS=30 BENCH_CLERKS=10 python -m bench load`` is quicker; ``BENCH_DOCUMENTS`` sets the
size of the archive, ``BENCH_ARCHIVE`` a folder in which it is kept for the next time, and
``BENCH_THINK`` the mean pause in seconds. With ``BENCH_ENGINE=postgresql`` a service of
``BENCH_PROCESSES`` (4) processes over a PostgreSQL that is started here is measured beside one of
one process over SQLite.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.clerk import ROOT, Clerk, free_port, running, stop
from bench.offices import Office, nanoseconds, office
from bench.search_corpus import sentences
from bench.serving import PASSWORD, UNIT, Figures, family, memory, part, processor
from bench.table import Row, show
from casework import Casework
from drafting.intake import take_in
from drafting.reading import read_bytes

SECONDS = float(os.environ.get("BENCH_SECONDS", "300"))
CLERKS = int(os.environ.get("BENCH_CLERKS", "50"))
DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "5000"))
THINK = float(os.environ.get("BENCH_THINK", "3"))
ENGINE = os.environ.get("BENCH_ENGINE", "sqlite")
PROCESSES = int(os.environ.get("BENCH_PROCESSES", "4" if ENGINE == "postgresql" else "0"))
MARK_MS, MARK_GROWTH = 500.0, 1.1
WARM_UP = 0.2
_TIMES = 24
"""So often each kind of thing is done by one clerk at a time."""
_SAVES, _LONGEST = 3, 1_500
_PLAIN = re.compile(r"[一-鿿，、]{10,40}。")
_QUESTIONS = (
    "老旧小区停车难", "长者食堂 补贴", "校园周边交通秩序", "夜间施工噪声", "加装电梯",
    "共享单车停放管理", "雨污分流改造进度", "社区养老服务设施", "农贸市场提升改造", "口袋公园",
)  # fmt: skip


@dataclass(slots=True)
class Measured:
    """What was found of one service."""

    office: Office
    processes: int
    figures: Figures = field(default_factory=Figures)
    empty: Figures = field(default_factory=Figures)
    acknowledged: dict[tuple[int, int], str] = field(default_factory=dict)
    """What each clerk was last told is saved, by matter and place."""
    used: float = 0
    used_by_database: float = 0
    warm: float = 0
    end: float = 0
    load: float = 0
    sessions: int = 0
    lost: list[str] = field(default_factory=list)
    costs: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Milliseconds of processor time of one request: the service's, the database's."""

    @property
    def done(self) -> int:
        """Return how many requests were answered."""
        return max(1, sum(map(len, self.figures.times.values())))


def main() -> None:
    """Print times by kind, errors, memory and costs."""
    services = [("sqlite", PROCESSES)]
    if ENGINE == "postgresql":
        services = [("sqlite", 1), ("postgresql", PROCESSES)]
    measured = []
    for engine, processes in services:
        with tempfile.TemporaryDirectory() as folder:
            configured = f"[server]\nprocesses = {processes}\n"
            with office(engine, Path(folder), DOCUMENTS, configured) as found:
                measured.append(_measure(Measured(found, processes)))
                _report(measured[-1])
    if len(measured) == 2:
        _compare(*measured)


def _measure(found: Measured) -> Measured:
    data, database = found.office.data, found.office.server
    with Casework.open(data) as casework:
        for number in range(CLERKS):
            casework.people.add(name_of(number), PASSWORD, unit=UNIT, roles=("经办", "核稿"))
    with running(data, "--accounts") as (server, port), _empty_page() as empty_port:
        clerks = _enter(port)
        before, of_database = processor(server.pid), processor(database) if database else 0
        end = time.monotonic() + SECONDS
        resting = threading.Thread(target=_probe, args=(empty_port, end, found.empty))
        resting.start()
        with ThreadPoolExecutor(CLERKS) as pool:
            work = [
                pool.submit(_work, clerk, matter, end, found, random.Random(number))
                for number, (clerk, matter) in enumerate(clerks)
            ]
            time.sleep(SECONDS * WARM_UP)
            found.warm = memory(server.pid)
            for one in work:
                one.result()
        resting.join()
        found.load = os.getloadavg()[0]
        found.used = processor(server.pid) - before
        found.used_by_database = processor(database) - of_database if database else 0
        found.end = memory(server.pid)
        found.sessions = len(family(database)) - 1 if database else 0
        found.lost = _lost(data, found.acknowledged)
        found.costs = _costs(found.office, server.pid, clerks)
    return found


def _lost(data: Path, acknowledged: dict[tuple[int, int], str]) -> list[str]:
    """Return what was acknowledged and does not stand."""
    lost = []
    with Casework.open(data) as casework:
        for (matter, place), text in acknowledged.items():
            found = casework.matter(matter)
            stands = found.draft.answers[place - 1].done if found else ""
            if _plain(stands) != _plain(text):
                lost.append(f"提案 {matter} 第{place}条：{text[-40:]!r}，{stands[-40:]!r}")
    return lost


def _plain(text: str) -> str:
    return "\n".join(text.split())


def _enter(port: int) -> list[tuple[Clerk, int]]:
    """Have everybody log in and register a matter; not part of what is timed."""
    pool = sentences_of_a_paper()

    def one(number: int) -> tuple[Clerk, int]:
        clerk = Clerk(port, address=f"127.0.{1 + number // 200}.{number % 200 + 1}")
        clerk.log_in(name_of(number), PASSWORD)
        matter = clerk.register(proposal(number, pool))
        # Where coming in takes all a minute, the service closes what has been silent.
        clerk.close()
        return clerk, matter

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(one, range(CLERKS)))


def sentences_of_a_paper() -> list[str]:
    """Return the sentences of which proposals are made."""
    return [one for one in sentences() if _PLAIN.fullmatch(one)]


def proposal(number: int, pool: list[str]) -> str:
    """A proposal of her own: five suggestions in real sentences, so that no two ask the same."""
    chance = random.Random(number)
    head = (
        f"关于第{number}项民生工作的提案\n届次：区政协十届五次会议\n"
        f"提案编号：第{1000 + number}号\n提案者：薄望舒\n具体建议\n"
    )
    while True:
        asked = [chance.choice(pool) for _ in range(10)]
        lines = [f"{place}.{asked[place]}{asked[place + 4]}" for place in range(1, 6)]
        text = head + "\n".join(lines)
        # A sentence of thanks or of an answer ends a list: others are drawn then.
        if len(take_in(read_bytes(text.encode(), "提案.txt")).suggestions) == len(lines):
            return text


def name_of(number: int) -> str:
    """Return the account's name of clerk ``number``."""
    return f"经办员{number}"


# ------------------------------------------------------------------ what a clerk does


def _work(clerk: Clerk, matter: int, end: float, found: Measured, chance: random.Random) -> None:
    kinds = list(_ACTIONS)
    weights = [weight for _, weight in _ACTIONS.values()]
    while (pause := chance.expovariate(1 / THINK)) < end - time.monotonic():
        time.sleep(pause)
        (kind,) = chance.choices(kinds, weights)
        action, _ = _ACTIONS[kind]
        action(clerk, matter, found, chance)
    clerk.close()


def _search(clerk: Clerk, matter: int, found: Measured, chance: random.Random) -> None:
    question = chance.choice(_QUESTIONS)
    found.figures.ask("search", lambda: clerk.get(f"/search?q={question}"))


def _list(clerk: Clerk, matter: int, found: Measured, chance: random.Random) -> None:
    found.figures.ask("work list", lambda: clerk.get("/"))


def _workbench(clerk: Clerk, matter: int, found: Measured, chance: random.Random) -> None:
    place = chance.randint(1, 5)
    found.figures.ask("workbench page", lambda: clerk.get(f"/matters/{matter}?s={place}"))


def _save(clerk: Clerk, matter: int, found: Measured, chance: random.Random) -> None:
    """Open an answer and write into it: the page's script saves at each rest of the hand."""
    place = chance.randint(1, 5)
    form = clerk.workbench(matter, place)
    path = f"/matters/{matter}/answers/{place}"
    for _ in range(_SAVES):
        form["done"] = f"{form['done']}\n我局已新建泊位{chance.randint(10, 900)}个。"[-_LONGEST:]
        sent = dict(form)
        answer = found.figures.ask("save", lambda: clerk.post(path, sent, as_script=True))  # noqa: B023
        if answer is None:
            return
        said = answer.json()
        found.acknowledged[matter, place] = form["done"]
        form |= {"version": str(said["version"]), "base": str(said["base"])}
        time.sleep(chance.expovariate(1 / THINK))


def _check(clerk: Clerk, matter: int, found: Measured, chance: random.Random) -> None:
    found.figures.ask("check", lambda: clerk.get(f"/matters/{matter}/check"))


def _export(clerk: Clerk, matter: int, found: Measured, chance: random.Random) -> None:
    found.figures.ask("export .docx", lambda: clerk.get(f"/matters/{matter}/reply.docx"))


_ACTIONS: dict[str, tuple[Callable[..., None], int]] = {
    "search": (_search, 5),
    "work list": (_list, 2),
    "workbench page": (_workbench, 4),
    "save": (_save, 3),
    "check": (_check, 2),
    "export .docx": (_export, 1),
}


# ------------------------------------------------------------------ what each costs


def _costs(
    office: Office, service: int, clerks: Sequence[tuple[Clerk, int]]
) -> dict[str, tuple[float, float]]:
    """Return the milliseconds of processor time of each kind of request, of service and database:
    the mean over clerks, one at a time."""
    spent: dict[str, list[tuple[int, int]]] = defaultdict(list)

    def ask(kind: str, work: Callable[[], object]) -> None:
        pages, tables = family(service), family(office.server) if office.server else []
        before = nanoseconds(*pages), nanoseconds(*tables)
        work()
        time.sleep(0.005)  # What the server still does once it has answered.
        tables = tables and family(office.server)
        spent[kind].append((nanoseconds(*pages) - before[0], nanoseconds(*tables) - before[1]))

    chance = random.Random(1)
    pool = sentences_of_a_paper()
    chosen = chance.sample(list(clerks), min(_TIMES, len(clerks)))
    for turn in range(_TIMES):
        clerk, matter = chosen[turn % len(chosen)]
        place, question = chance.randint(1, 5), chance.choice(_QUESTIONS)
        form = clerk.workbench(matter, place)
        form["done"] = f"{form['done']}\n已新增泊位{turn}个。"[-_LONGEST:]
        path = f"/matters/{matter}/answers/{place}"
        ask("save", lambda: clerk.post(path, form, as_script=True))  # noqa: B023
        for kind, page in (
            ("search", f"/search?q={question}"),
            ("work list", "/"),
            ("workbench page", f"/matters/{matter}?s={place}"),
            ("check", f"/matters/{matter}/check"),
            ("export .docx", f"/matters/{matter}/reply.docx"),
        ):
            ask(kind, lambda: clerk.get(page))  # noqa: B023
        if turn < _TIMES // 4:
            text = proposal(CLERKS + turn, pool)
            made: list[int] = []
            ask("register", lambda: made.append(clerk.register(text)))  # noqa: B023
            ask("first draft", lambda: clerk.workbench(made[-1], 1))  # noqa: B023
    for clerk, _ in chosen:
        clerk.close()
    return {
        kind: tuple(sum(one[n] for one in some) / len(some) / 1e6 for n in (0, 1))
        for kind, some in spent.items()
    }


# ------------------------------------------------------------------ the peer, and the figures


@contextmanager
def _empty_page() -> Any:
    """An empty Flask page under the same server: what the machine itself gives meanwhile."""
    port = free_port()
    code = (
        "from flask import Flask; from waitress import serve; app = Flask('empty');"
        "app.add_url_rule('/', view_func=lambda: '');"
        f"serve(app, host='127.0.0.1', port={port})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield port
    finally:
        stop(process)


def _probe(port: int, end: float, figures: Figures) -> None:
    clerk = Clerk(port)
    while time.monotonic() < end:
        figures.ask("empty", lambda: clerk.get("/"))
        time.sleep(0.2)


def _report(found: Measured) -> None:
    figures, nothing = found.figures, found.empty.times["empty"]
    rows = []
    for kind in _ACTIONS:
        times = figures.times[kind]
        if len(times) < 2:
            continue
        for percent, mark in ((50, ""), (95, f"< {MARK_MS:.0f} ms")):
            what = f"{kind}, p{percent} of {len(times)}"
            peer = f"an empty page, p{percent}"
            rows.append(Row(what, part(times, percent), "ms", peer, part(nothing, percent), mark))
    rows += [
        Row("errors", len(figures.errors), "", mark="0"),
        Row(f"acknowledged and lost, of {len(found.acknowledged)}", len(found.lost), "", mark="0"),
        Row("requests", found.done / SECONDS, "/s"),
        Row("processor time of a request", found.used / found.done * 1000, "ms"),
        Row("of one core", found.used / SECONDS * 100, "%"),
        Row("memory at the end", found.end, "MB", f"after {WARM_UP:.0%} of the time", found.warm,
            f"< {MARK_GROWTH:.1f} of it"),
    ]  # fmt: skip
    if found.office.server:
        rows += [
            Row("the database's, of a request", found.used_by_database / found.done * 1000, "ms"),
            Row("the database's processes at the end", found.sessions, ""),
        ]
    how = f"{found.processes} processes" if found.processes else "its own number of processes"
    show(
        f"load: {found.office.title}, {how}, {CLERKS} clerks, {SECONDS:.0f} s, a pause of"
        f" {THINK:g} s, {DOCUMENTS:,} documents, {os.cpu_count()} cores,"
        f" load average {found.load:.1f}",
        rows,
    )
    for line in [*figures.errors[:10], *found.lost[:10]]:
        print(line)
    if ENGINE == "sqlite":
        _show_costs(found)


def _show_costs(found: Measured) -> None:
    rows = [Row(kind, ours, "ms") for kind, (ours, _) in found.costs.items()]
    show(f"load: processor time of a request, one at a time, {found.office.title}", rows)


def _compare(sqlite: Measured, postgresql: Measured) -> None:
    """Print what each kind of request costs in both."""
    rows = []
    for kind, (service, database) in postgresql.costs.items():
        theirs = sqlite.costs[kind][0]
        peer = "SQLite, all"
        rows.append(Row(f"{kind}, service and database", service + database, "ms", peer, theirs))
        rows.append(Row(f"{kind}, of that the database", database, "ms"))
    show("load: processor time of a request, one at a time, PostgreSQL beside SQLite", rows)
