"""How an office grows: what a document, a matter and a save add to the databases, and what each
kind of request costs. The slopes from which ``python -m bench scale`` computes other sizes.

Two archives are made, of ``BENCH_DOCUMENTS`` (1,000) documents and of three times as many; then
``BENCH_CLERKS`` (20) matters are registered and ``BENCH_SAVES`` (10) answers of each saved, by one
clerk at a time. With ``BENCH_DATABASE=postgresql://…`` the office is in that database, which must
be empty, and the log that it writes (WAL) is measured as well.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.clerk import Clerk, running
from bench.load import name_of, proposal, sentences_of_a_paper
from bench.serving import PASSWORD, fill, processor
from bench.table import Row, show

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "1000"))
CLERKS = int(os.environ.get("BENCH_CLERKS", "20"))
SAVES = int(os.environ.get("BENCH_SAVES", "10"))
URL = os.environ.get("BENCH_DATABASE", "")
_QUESTIONS = ("老旧小区停车难", "长者食堂 补贴", "夜间施工噪声", "农贸市场提升改造", "口袋公园")
_PLACES = range(1, 6)


@dataclass
class Store:
    """The databases of one office: their size by table, and the log written so far."""

    data: Path
    url: str = ""

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table with its indexes."""
        if self.url:
            return self._ask_postgresql()
        found: dict[str, int] = defaultdict(int)
        for path in sorted(self.data.glob("*.db")):
            with closing(sqlite3.connect(path)) as db:
                owner = dict(db.execute("SELECT name, tbl_name FROM sqlite_master"))
                for name, size in db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
                    found[owner.get(name, name)] += size
        return dict(found)

    def written(self) -> int:
        """Return how many bytes of log there were; nothing for SQLite, whose log is overwritten."""
        if not self.url:
            return 0
        import psycopg  # not everywhere

        with psycopg.connect(self.url) as db:
            found = db.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')").fetchone()
        return int(found[0]) if found else 0

    def _ask_postgresql(self) -> dict[str, int]:
        import psycopg  # not everywhere

        asked = (
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace NOT IN"
            " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        )
        with psycopg.connect(self.url) as db:
            return {str(name): int(size) for name, size in db.execute(asked).fetchall()}


@dataclass
class Slopes:
    """What was measured: bytes a unit added, by table; the log of a unit; processor ms by kind."""

    bytes_of: dict[str, dict[str, float]] = field(default_factory=dict)
    log_of: dict[str, float] = field(default_factory=dict)
    ms_of: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def adding(self, what: str, store: Store, many: int) -> Iterator[None]:
        """Measure what the body adds, divided by ``many``."""
        before, log = store.sizes(), store.written()
        yield
        after = store.sizes()
        self.bytes_of[what] = {
            table: (size - before.get(table, 0)) / many for table, size in after.items()
        }
        self.log_of[what] = (store.written() - log) / many

    def time(self, kind: str, server: int, work: Callable[[], object]) -> None:
        """Note the service's processor time of one request."""
        before = processor(server)
        work()
        self.ms_of[kind].append((processor(server) - before) * 1000)


def main() -> None:
    """Print the slopes."""
    slopes = Slopes()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        store = Store(data, URL)
        if URL:
            (data / "config.toml").write_text(f'[database]\nurl = "{URL}"\n', "utf-8")
        names = [name_of(number) for number in range(CLERKS)]
        if URL:
            # The samples are in it as well: a few dozen, and the tables' first pages.
            with slopes.adding("document", store, DOCUMENTS):
                fill(data, DOCUMENTS, names, ("经办", "核稿"))
        else:
            fill(data, DOCUMENTS, names, ("经办", "核稿"))
            more = Path(folder) / "more"
            fill(more, 3 * DOCUMENTS, (), ())
            small, large = store.sizes(), Store(more).sizes()
            slopes.bytes_of["document"] = {
                table: (size - small.get(table, 0)) / (2 * DOCUMENTS)
                for table, size in large.items()
            }
        with running(data, "--accounts") as (server, port):
            _work(store, server.pid, port, slopes)
    report(slopes)


def _work(store: Store, server: int, port: int, slopes: Slopes) -> None:
    clerks = []
    for number in range(CLERKS):
        clerk = Clerk(port, address=f"127.0.1.{number + 1}")
        clerk.log_in(name_of(number), PASSWORD)
        # Until her turn comes the service may close what has been silent.
        clerk.close()
        clerks.append(clerk)
    pool = sentences_of_a_paper()
    matters: list[int] = []
    with slopes.adding("matter", store, CLERKS):
        for number, clerk in enumerate(clerks):
            text = proposal(number, pool)
            slopes.time("register", server, lambda: matters.append(clerk.register(text)))  # noqa: B023
            slopes.time("first draft", server, lambda: clerk.workbench(matters[-1], 1))  # noqa: B023
    with slopes.adding("save", store, CLERKS * SAVES):
        for clerk, matter in zip(clerks, matters, strict=True):
            _save(clerk, matter, server, slopes)
    chance = random.Random(1)
    for clerk, matter in zip(clerks, matters, strict=True):
        question, place = chance.choice(_QUESTIONS), chance.choice(_PLACES)
        for kind, path in (
            ("search", f"/search?q={question}"),
            ("work list", "/"),
            ("workbench page", f"/matters/{matter}?s={place}"),
            ("check", f"/matters/{matter}/check"),
            ("export .docx", f"/matters/{matter}/reply.docx"),
        ):
            slopes.time(kind, server, lambda: clerk.get(path))  # noqa: B023
        clerk.close()


def _save(clerk: Clerk, matter: int, server: int, slopes: Slopes) -> None:
    for number in range(SAVES):
        place = _PLACES[number % len(_PLACES)]
        form = clerk.workbench(matter, place)
        form["done"] = f"{form['done']}\n我局已新建泊位{100 + number}个，投入{200 + number}万元。"
        path = f"/matters/{matter}/answers/{place}"
        slopes.time("save", server, lambda: clerk.post(path, form, as_script=True))  # noqa: B023


def report(slopes: Slopes) -> None:
    """Print all, and the lines for ``scale.toml``."""
    rows = []
    for what, tables in slopes.bytes_of.items():
        rows.append(Row(f"a {what}, all tables", sum(tables.values()), "bytes"))
        largest = sorted(tables.items(), key=lambda one: -one[1])[:6]
        rows += [Row(f"a {what}: {table}", size, "bytes") for table, size in largest if size > 1]
        if slopes.log_of.get(what):
            rows.append(Row(f"a {what}, log written (WAL)", slopes.log_of[what], "bytes"))
    for kind, times in slopes.ms_of.items():
        rows.append(Row(f"{kind}, mean of {len(times)}", sum(times) / len(times), "ms processor"))
    where = "PostgreSQL" if URL else "SQLite"
    show(f"slopes: {DOCUMENTS:,} documents, {CLERKS} matters, {where}", rows)
