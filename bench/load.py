"""Fifty clerks working on one service for five minutes, beside an empty Flask page.

Each has an account, a matter and an address of their own, and does what clerks do, with pauses:
search, open the work list and the workbench, save, proofread the paper, download it as a Word file.
All on this machine, over the loopback; it ends by itself.

``BENCH_SECONDS=30 BENCH_CLERKS=10 python -m bench load`` is quicker; ``BENCH_DOCUMENTS`` sets the
size of the archive, ``BENCH_ARCHIVE`` a folder in which it is kept for the next time, and
``BENCH_THINK`` the mean pause in seconds.
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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.clerk import ROOT, Clerk, free_port, running, stop
from bench.search_corpus import sentences
from bench.serving import PASSWORD, Figures, fill, memory, part, processor
from bench.table import Row, show
from drafting.intake import take_in
from drafting.reading import read_bytes

SECONDS = float(os.environ.get("BENCH_SECONDS", "300"))
CLERKS = int(os.environ.get("BENCH_CLERKS", "50"))
DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "5000"))
THINK = float(os.environ.get("BENCH_THINK", "3"))
MARK_MS, MARK_GROWTH = 500.0, 1.1
WARM_UP = 0.2
_SAVES, _LONGEST = 3, 1_500
_PLAIN = re.compile(r"[一-鿿，、]{10,40}。")
_QUESTIONS = (
    "老旧小区停车难", "长者食堂 补贴", "校园周边交通秩序", "夜间施工噪声", "加装电梯",
    "共享单车停放管理", "雨污分流改造进度", "社区养老服务设施", "农贸市场提升改造", "口袋公园",
)  # fmt: skip


def main() -> None:
    """Print times by kind, errors and memory."""
    figures, empty = Figures(), Figures()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        fill(data, DOCUMENTS, [name_of(number) for number in range(CLERKS)], ("经办", "核稿"))
        with running(data, "--accounts") as (server, port), _empty_page() as empty_port:
            clerks = _enter(port)
            before = processor(server.pid)
            end = time.monotonic() + SECONDS
            resting = threading.Thread(target=_probe, args=(empty_port, end, empty))
            resting.start()
            with ThreadPoolExecutor(CLERKS) as pool:
                work = [
                    pool.submit(_work, clerk, matter, end, figures, random.Random(number))
                    for number, (clerk, matter) in enumerate(clerks)
                ]
                time.sleep(SECONDS * WARM_UP)
                warm = memory(server.pid)
                for one in work:
                    one.result()
            resting.join()
            used = processor(server.pid) - before
            _report(figures, empty, used, warm, memory(server.pid))


def _enter(port: int) -> list[tuple[Clerk, int]]:
    """Have everybody log in and register a matter; not part of what is timed."""
    pool = sentences_of_a_paper()

    def one(number: int) -> tuple[Clerk, int]:
        clerk = Clerk(port, address=f"127.0.1.{number + 1}")
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


def _work(clerk: Clerk, matter: int, end: float, figures: Figures, chance: random.Random) -> None:
    kinds = list(_ACTIONS)
    weights = [weight for _, weight in _ACTIONS.values()]
    while (pause := chance.expovariate(1 / THINK)) < end - time.monotonic():
        time.sleep(pause)
        (kind,) = chance.choices(kinds, weights)
        action, _ = _ACTIONS[kind]
        action(clerk, matter, figures, chance)
    clerk.close()


def _search(clerk: Clerk, matter: int, figures: Figures, chance: random.Random) -> None:
    question = chance.choice(_QUESTIONS)
    figures.ask("search", lambda: clerk.get(f"/search?q={question}"))


def _list(clerk: Clerk, matter: int, figures: Figures, chance: random.Random) -> None:
    figures.ask("work list", lambda: clerk.get("/"))


def _workbench(clerk: Clerk, matter: int, figures: Figures, chance: random.Random) -> None:
    place = chance.randint(1, 5)
    figures.ask("workbench page", lambda: clerk.get(f"/matters/{matter}?s={place}"))


def _save(clerk: Clerk, matter: int, figures: Figures, chance: random.Random) -> None:
    """Open an answer and write into it: the page's script saves at each rest of the hand."""
    place = chance.randint(1, 5)
    form = clerk.workbench(matter, place)
    path = f"/matters/{matter}/answers/{place}"
    for _ in range(_SAVES):
        form["done"] = f"{form['done']}\n我局已新建泊位{chance.randint(10, 900)}个。"[-_LONGEST:]
        sent = dict(form)
        answer = figures.ask("save", lambda: clerk.post(path, sent, as_script=True))  # noqa: B023
        if answer is None:
            return
        said = answer.json()
        form |= {"version": str(said["version"]), "base": str(said["base"])}
        time.sleep(chance.expovariate(1 / THINK))


def _check(clerk: Clerk, matter: int, figures: Figures, chance: random.Random) -> None:
    figures.ask("check", lambda: clerk.get(f"/matters/{matter}/check"))


def _export(clerk: Clerk, matter: int, figures: Figures, chance: random.Random) -> None:
    figures.ask("export .docx", lambda: clerk.get(f"/matters/{matter}/reply.docx"))


_ACTIONS: dict[str, tuple[Callable[..., None], int]] = {
    "search": (_search, 5),
    "work list": (_list, 2),
    "workbench page": (_workbench, 4),
    "save": (_save, 3),
    "check": (_check, 2),
    "export .docx": (_export, 1),
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


def _report(figures: Figures, empty: Figures, used: float, warm: float, end: float) -> None:
    nothing = empty.times["empty"]
    rows = []
    for kind in _ACTIONS:
        times = figures.times[kind]
        if len(times) < 2:
            continue
        for percent, mark in ((50, ""), (95, f"< {MARK_MS:.0f} ms")):
            what = f"{kind}, p{percent} of {len(times)}"
            peer = f"an empty page, p{percent}"
            rows.append(Row(what, part(times, percent), "ms", peer, part(nothing, percent), mark))
    done = sum(map(len, figures.times.values()))
    rows += [
        Row("errors", len(figures.errors), "", mark="0"),
        Row("requests", done / SECONDS, "/s"),
        Row("processor time of a request", used / max(1, done) * 1000, "ms"),
        Row("of one core", used / SECONDS * 100, "%"),
        Row("memory at the end", end, "MB", f"after {WARM_UP:.0%} of the time", warm,
            f"< {MARK_GROWTH:.1f} of it"),
    ]  # fmt: skip
    show(
        f"load: {CLERKS} clerks, {SECONDS:.0f} s, a pause of {THINK:g} s, "
        f"{DOCUMENTS:,} documents, {os.cpu_count()} cores",
        rows,
    )
    for line in figures.errors[:10]:
        print(line)
