"""Three people at work while a fourth sends the worst requests, and the same three without her.

The fourth sends each kind of expensive request, several at once without a pause; the three do what
clerks do. The same three work alone before: the quotient of the two figures does not depend on what
else the machine does, and the processor time that the fourth's requests take is told apart.

``BENCH_SECONDS`` (120) is how long she sends, ``BENCH_CONTROL`` (30) how long the three work
alone, ``BENCH_DOCUMENTS`` (5000) the size of the archive, ``BENCH_ARCHIVE`` a folder in which it is
kept for the next time, ``BENCH_WORST`` the kinds that she sends (all), ``BENCH_AT_ONCE`` (12) how
many at the same moment.
"""

from __future__ import annotations

import io
import itertools
import os
import random
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.clerk import PROPOSAL, Answer, Clerk, fields_of, running
from bench.search_corpus import sentences
from bench.serving import PASSWORD, Figures, fill, memories, part, processor
from bench.table import Row, show

SECONDS = float(os.environ.get("BENCH_SECONDS", "120"))
CONTROL = float(os.environ.get("BENCH_CONTROL", "30"))
DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "5000"))
AT_ONCE = int(os.environ.get("BENCH_AT_ONCE", "12"))
THREE, FOURTH = ("沈知秋", "顾青岚", "薄望舒"), "林知远"
MARK_MS, MARK_MB = 500.0, 1_000.0
PAUSE = 0.2
"""Mean seconds between two requests of one of the three."""
REFUSED = (200, 302, 303, 400, 404, 409, 413, 429)
"""What the fourth may be answered; anything else is an error of the service."""


# ------------------------------------------------------------------ what the fourth sends


@dataclass
class Attack:
    """The fourth's things: a matter with a paper of eleven pages, and what she sends."""

    matter: int
    long_matter: int
    pool: list[str]
    chance: random.Random = field(default_factory=lambda: random.Random(4))
    serial: Iterator[int] = field(default_factory=itertools.count)

    def words(self, characters: int) -> str:
        """Return so many characters of real sentences, other ones each time."""
        found, size = [], 0
        while size < characters:
            found.append(self.chance.choice(self.pool))
            size += len(found[-1]) + 1
        return "\n".join(found)[:characters]

    def line(self, characters: int) -> str:
        """Return the same without line breaks and commas."""
        return self.words(characters).replace("\n", "").replace(",", "，")


_PAGE = b"<html><body>" + b"<p a=b>x" * 595_000
_TEXT = "一、我局将新建停车泊位20个，，共计100万元。\n" * 11_000
_QUESTIONS = "停车 养老 噪声 电梯".split()
_STOP_WORDS = "的 了 和 是 在 我 有 不 为 对 等 及 与 将 市 区 局 年 月 日 工作 建设 管理 问题 加强"


def _proposals(attack: Attack) -> bytes:
    first = next(attack.serial) * 1_000
    lines = ["案号,案由,提案者,内容"]
    for number in range(first, first + 200):
        asked = "".join(f"{place}.{attack.line(80)}" for place in range(1, 6))
        lines.append(f"{number},关于第{number}项工作的提案,薄望舒,建议：{asked}")
    return "\n".join(lines).encode("utf-8-sig")


def _zip(attack: Attack) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for _ in range(200):
            out.writestr(f"答复{next(attack.serial)}.txt", attack.words(20_000))
    return made.getvalue()


def _upload_page(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.upload("/new", "页.html", _PAGE, {"text": "写到一半"})


def _long_check(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.post("/check", {"text": _TEXT[:300_000]})


def _check_below(clerk: Clerk, attack: Attack) -> Answer:
    """Just under what counts as long: read by the page itself, if it is."""
    return clerk.post("/check", {"text": attack.words(19_900)})


def _api_check(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.post_json("/api/check", {"text": attack.words(19_900)})


def _search_stop_words(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get(f"/search?q={attack.chance.choice(_STOP_WORDS.split())}的")


def _search_long(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get(f"/search?q={attack.line(1_900)}")


def _api_search(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get(f"/api/search?limit=100&q={attack.line(50)}")


_OF_PAPER = {
    "preview": "reply",
    "paper_check": "check",
    "docx": "reply.docx",
    "pdf": "reply.pdf",
    "bundle": "papers.zip",
}
"""What is asked of the long paper, which is set anew for each: the pages and files."""


def _of_paper(page: str, clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get(f"/matters/{attack.long_matter}/{page}")


def _long_workbench(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get(f"/matters/{attack.long_matter}?s={attack.chance.randint(1, 30)}")


def _save_long(clerk: Clerk, attack: Attack) -> Answer:
    """Write into the long paper and have it read anew."""
    form = clerk.workbench(attack.long_matter, 1)
    form["done"] = attack.words(18_000)
    clerk.post(f"/matters/{attack.long_matter}/answers/1", form, as_script=True)
    return clerk.get(f"/matters/{attack.long_matter}/check")


def _batch(clerk: Clerk, attack: Attack) -> Answer:
    """Register two hundred proposals at once."""
    begun = clerk.upload("/new", "交办清单.csv", _proposals(attack), {"text": ""})
    if begun.status != 302:
        return begun
    page = begun.headers["Location"]
    until = time.monotonic() + 30
    while clerk.get(f"{page}/state").json()["state"] != "planned" and time.monotonic() < until:
        time.sleep(0.5)
    return clerk.post(f"{page}/confirm", fields_of(clerk.get(page).text))


def _import_zip(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.upload("/archive/import", "答复.zip", _zip(attack), {}, field="files")


def _register(clerk: Clerk, attack: Attack) -> Answer:
    asked = "".join(f"{place}.{attack.line(150)}\n" for place in range(1, 40))
    return clerk.post(
        "/new", {"text": f"关于第{next(attack.serial)}项工作的提案\n具体建议\n{asked}"}
    )


def _redraft(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.post(f"/matters/{attack.long_matter}/redraft/new", {})


def _log(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get("/log?verify=1")


def _statistics(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get("/statistics")


def _listing(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.get(f"/archive?title={attack.line(4)}&page={attack.chance.randint(1, 100)}")


def _settings(clerk: Clerk, attack: Attack) -> Answer:
    return clerk.post("/settings/default", {"action": "look", "version": "0"})


def _password(clerk: Clerk, attack: Attack) -> Answer:
    """Guess a password of her own: hashing takes a tenth of a second and 32 MB."""
    new = attack.words(20)
    return clerk.post("/account/password", {"former": "x" * 20, "password": new, "again": new})


Worst = Callable[[Clerk, Attack], Answer]
_ONES: tuple[Worst, ...] = (
    _upload_page, _long_check, _check_below, _api_check, _search_stop_words, _search_long,
    _api_search, _long_workbench, _save_long, _batch, _import_zip, _register, _redraft, _log,
    _statistics, _listing, _settings, _password,
)  # fmt: skip
WORST: dict[str, Worst] = {
    **{one.__name__.strip("_"): one for one in _ONES},
    **{name: partial(_of_paper, page) for name, page in _OF_PAPER.items()},
}


# ------------------------------------------------------------------ the run


def main() -> None:
    """Print the times of the three, with the fourth and without, and the memory meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        roles = ("经办", "核稿", "系统管理", "审计", "督办")
        fill(data, DOCUMENTS, [*THREE, FOURTH], roles)
        with running(data, "--accounts") as (server, port):
            three = [_come(port, name, number) for number, name in enumerate(THREE)]
            fourth = _prepare(port)
            alone, beside, worst = Figures(), Figures(), Figures()
            _work(three, CONTROL, alone)
            most, used = [memories(server.pid)], processor(server.pid)
            stop = threading.Event()
            watching = threading.Thread(target=_watch, args=(server.pid, stop, most))
            watching.start()
            sending = threading.Thread(target=_send, args=(port, fourth, worst))
            sending.start()
            _work(three, SECONDS, beside)
            used = processor(server.pid) - used
            stop.set()
            sending.join()
            watching.join()
        _report(alone, beside, worst, max(most, key=_sum), used)


def _come(port: int, name: str, number: int) -> tuple[Clerk, int]:
    clerk = Clerk(port, timeout=300, address=f"127.0.1.{number + 1}")
    clerk.log_in(name, PASSWORD)
    return clerk, clerk.register(PROPOSAL.read_text("utf-8"))


def _prepare(port: int) -> Attack:
    """Have the fourth come in with a matter of thirty suggestions, answered at length."""
    clerk, matter = _come(port, FOURTH, 8)
    pool = [one for one in sentences() if 20 < len(one) < 80]
    attack = Attack(matter, 0, pool)
    asked = "".join(f"{place}.建议{attack.line(60)}。\n" for place in range(1, 31))
    attack.long_matter = clerk.register(f"关于三十项工作的提案\n提案者：薄望舒\n具体建议\n{asked}")
    for place in range(1, 31):
        form = clerk.workbench(attack.long_matter, place)
        form["done"] = attack.words(600)
        clerk.post(f"/matters/{attack.long_matter}/answers/{place}", form, as_script=True)
    clerk.close()
    return attack


def _work(three: list[tuple[Clerk, int]], seconds: float, figures: Figures) -> None:
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(three)) as pool:
        for number, (clerk, matter) in enumerate(three):
            pool.submit(_one, clerk, matter, until, figures, random.Random(number))


def _one(clerk: Clerk, matter: int, until: float, figures: Figures, chance: random.Random) -> None:
    """What one of the three does, over and over."""
    form = clerk.workbench(matter)
    path = f"/matters/{matter}"

    def save() -> Answer:
        form["done"] = f"我局已新建泊位{chance.randint(10, 900)}个。"
        answer = clerk.post(f"{path}/answers/1", form, as_script=True)
        if answer.status == 200:
            form.update({name: str(answer.json()[name]) for name in ("version", "base")})
        return answer

    deeds: dict[str, Callable[[], Answer]] = {
        "workbench page": lambda: clerk.get(f"{path}?s={chance.randint(1, 4)}"),
        "work list": lambda: clerk.get("/"),
        "save": save,
        "search": lambda: clerk.get(f"/search?q={chance.choice(_QUESTIONS)}"),
        "check": lambda: clerk.get(f"{path}/check"),
    }
    while time.monotonic() < until:
        for kind, deed in deeds.items():
            figures.ask(kind, deed)
            time.sleep(chance.expovariate(1 / PAUSE))


def _send(port: int, attack: Attack, figures: Figures) -> None:
    until = time.monotonic() + SECONDS
    chosen = os.environ.get("BENCH_WORST", "").split() or list(WORST)
    turns = itertools.cycle(chosen)
    lock = threading.Lock()
    first = Clerk(port, timeout=300, address="127.0.0.9")
    first.log_in(FOURTH, PASSWORD)
    first.token()

    def without_end() -> None:
        clerk = first.another()
        while time.monotonic() < until:
            with lock:
                kind = next(turns)
            figures.ask(kind, lambda: WORST[kind](clerk, attack), REFUSED)  # noqa: B023
        clerk.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(without_end) for _ in range(AT_ONCE)]:
            done.result()


Memories = list[tuple[str, float]]


def _watch(process: int, stop: threading.Event, most: list[Memories]) -> None:
    while not stop.wait(0.5):
        most.append(memories(process))


def _sum(found: Memories) -> float:
    return sum(size for _, size in found)


def _report(alone: Figures, beside: Figures, worst: Figures, most: Memories, used: float) -> None:
    rows = []
    for kind, times in beside.times.items():
        rows += [
            Row(f"{kind}, p{percent} of {len(times)}", part(times, percent), "ms",
                f"without the fourth, p{percent} of {len(alone.times[kind])}",
                part(alone.times[kind], percent), f"< {MARK_MS:.0f} ms" if percent == 95 else "")
            for percent in (50, 95)
        ]  # fmt: skip
    every, before = (
        [one for times in figures.times.values() for one in times] for figures in (beside, alone)
    )
    rows += [
        Row("all of the three, p95", part(every, 95), "ms", "without the fourth",
            part(before, 95), f"< {MARK_MS:.0f} ms"),
        Row("the longest", max(every), "ms", "without the fourth", max(before)),
        Row("errors of the three", len(alone.errors) + len(beside.errors), "", mark="0"),
        Row("errors told to the fourth", len(worst.errors), "", mark="0"),
        Row("most memory of all processes", _sum(most), "MB", mark=f"< {MARK_MB:,.0f} MB"),
        *(Row(f"of which …{command}", size, "MB") for command, size in most),
        Row("processor time", used / SECONDS * 100, "% of one core"),
    ]  # fmt: skip
    show(f"shares: three at work, {AT_ONCE} of the worst at once, {SECONDS:.0f} s", rows)
    show("what the fourth sent", [
        Row(f"{kind}, {len(times)} times, p50", part(times, 50), "ms")
        for kind, times in worst.times.items()
    ])  # fmt: skip
    for line in [*alone.errors, *beside.errors, *worst.errors][:10]:
        print(line)
