"""A small, known archive and matter, and a client that sends forms as a page does."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework import Casework, Matter
from corpus import ArchivedDocument, Hit, Narrowing, Reader, Results
from drafting.model import Block, Document, Kind, Passage, Proposal, Proposer, Suggestion
from templates import PROFILES

REPLY_TEXT = (
    "2024年以来，我局在老旧小区周边新建公共停车泊位320个，利用边角地改造泊位180个，"
    "协调机关单位夜间错时开放泊位260个，停车难问题有所缓解。"
)
POLICY_QUOTE = "新建公共停车泊位。到2027年，全区新增公共停车泊位1200个，由区城市管理局牵头。"
POLICY_TEXT = f"（二）{POLICY_QUOTE}"

PASSAGES = (
    Passage(
        document=1,
        source="答复/停车.txt",
        kind=Kind.REPLY,
        title="关于区政协十届二次会议第31号提案的答复",
        text=REPLY_TEXT,
        path=("二、关于“增加停车泊位”的建议",),
        issuer="青岚区城市管理局",
        doc_no="青城管函〔2024〕31号",
        date=dt.date(2024, 5, 20),
        score=9.0,
        shared=("停车泊位", "老旧小区"),
        seq=3,
    ),
    Passage(
        document=2,
        source="政策/停车行动计划.txt",
        kind=Kind.POLICY,
        title="青岚区停车设施建设三年行动计划（2025—2027年）",
        text=POLICY_TEXT,
        path=("二、主要任务",),
        issuer="青岚区人民政府",
        doc_no="青政发〔2025〕4号",
        date=dt.date(2025, 2, 11),
        score=7.0,
        shared=("停车泊位",),
        seq=5,
    ),
)


def set_up(folder: Path) -> Path:
    """Have ``folder`` be that of an office that is set up: the shipped profiles are its own."""
    (folder / "profiles").mkdir(parents=True, exist_ok=True)
    for path in PROFILES.glob("*.toml"):
        shutil.copy(path, folder / "profiles")
    return folder


@dataclass
class FakeArchive:
    """Two documents; every query that shares a character with them finds them."""

    passages_ = PASSAGES
    looked: Callable[[ArchivedDocument], None] | None = None

    def rest(self) -> None:
        """It has no connection that others might want."""

    def count(self) -> int:
        return len(self.passages_)

    def one_moment(self) -> AbstractContextManager[None]:
        return nullcontext()

    def state(self) -> tuple[str, ...]:
        return tuple(passage.source for passage in self.passages_)

    def count_newer(self, numbers: Collection[int], moment: dt.datetime) -> int:
        return 0

    def for_unit(self, unit: str) -> FakeArchive:
        return self

    def reader(self, who: Reader) -> FakeArchive:
        return self

    def may_change(self, source: str) -> bool:
        return True

    def has_samples(self) -> bool:
        return False

    def original(self, number: int) -> bytes | None:
        found = self.document(number)
        return found.original if found and isinstance(found.original, bytes) else None

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        return [p for p in self.passages_ if set(query + title) & set(p.text)][:limit]

    def search(
        self, query: str, *, title: str = "", kinds: Collection[Kind] = (), limit: int = 20
    ) -> list[Hit]:
        return [
            Hit(
                p.document,
                p.source,
                p.title,
                p.kind,
                p.date,
                p.score,
                p.text,
                p.doc_no,
                p.issuer,
                state=p.state,
                subject=p.subject,
                ends=p.ends,
            )
            for p in self.passages_
            if set(query) & set(p.text) and (not kinds or p.kind in kinds)
        ][:limit]

    def look(
        self,
        query: str,
        *,
        title: str = "",
        narrowing: Narrowing | None = None,
        limit: int = 20,
        newest: bool = False,
        correct: bool = True,
    ) -> Results:
        narrowing = narrowing or Narrowing()
        kinds = [Kind(kind) for kind in narrowing.kinds]
        hits = self.search(query, title=title, kinds=kinds, limit=limit)
        hits = [hit for hit in hits if hit.document not in narrowing.without]
        if newest:
            hits.sort(key=lambda hit: str(hit.date), reverse=True)
        counts = {"kind": [(hit.kind.value, 1) for hit in hits]}
        return Results(hits, len(hits), counts)

    def words(self, query: str, *, title: str = "") -> tuple[str, ...]:
        return (query,)

    def document(self, id: int) -> ArchivedDocument | None:
        for passage in self.passages_:
            if passage.document == id:
                document = Document(
                    kind=passage.kind,
                    text=passage.text,
                    title=passage.title,
                    doc_no=passage.doc_no,
                    date=passage.date,
                    issuers=(passage.issuer or "",),
                    body=(
                        Block("heading", "增加停车泊位", 1, "一、"),
                        Block("paragraph", passage.text),
                        Block("table", rows=(("年份", "泊位"), ("2024", "320"))),
                    ),
                )
                imported = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)
                return ArchivedDocument(id, passage.source, document, imported, "原件".encode())
        return None

    def passage(self, number: int, seq: int) -> Passage | None:
        return next((p for p in self.passages_ if (p.document, p.seq) == (number, seq)), None)

    def judged(self, number: int) -> None:
        return None

    def variants(self, id: int) -> list[object]:
        return []

    def corrections(self, source: str) -> dict[str, object]:
        return {}

    def close(self) -> None:
        pass


class EmptyArchive(FakeArchive):
    passages_ = ()


PROPOSAL = Proposal(
    matter="提案",
    session="区政协十届三次会议",
    item_no="012",
    subject="关于加强老旧小区停车管理的提案",
    proposers=(Proposer("周望舒"), Proposer("沈知秋")),
    suggestions=(
        Suggestion("一、", "利用边角地增加停车泊位"),
        Suggestion("二、", "规范停车收费", "公示收费标准"),
        Suggestion("三、", "推动停车场错时开放"),
    ),
    text="提案全文",
)


class Browser:
    """A test client that sends the token of the session with every form, as a page does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.get = client.get

    def token(self) -> str:
        page = self.client.get("/new").text
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        return found.group(1) if found else ""

    def post(
        self, path: str, data: dict[str, object] | None = None, **more: object
    ) -> TestResponse:
        return self.client.post(path, data={"csrf": self.token(), **(data or {})}, **more)


def waiting(browser: Browser, matter_id: int) -> list[str]:
    """What 送核稿 lists for confirming, as its buttons send it."""
    page = browser.get(f"/matters/{matter_id}/review").text
    return [html.unescape(one) for one in re.findall(r'name="which" value="([^"]+)"', page)]


def confirm_each(browser: Browser, matter_id: int, name: str = "林知远") -> int:
    """Confirm what has no source, button by button; return how many there were."""
    which = waiting(browser, matter_id)
    for one in which:
        done = browser.post(f"/matters/{matter_id}/review/confirm", {"which": one, "name": name})
        assert done.status_code == 302, one
    return len(which)


def intake_form(matter: Matter, *texts: str, **more: object) -> dict[str, object]:
    """What the page of 核对 sends for a list of suggestions."""
    count = len(texts)
    ids = [one.id for one in matter.draft.proposal.suggestions]
    return {
        "version": matter.version,
        "matter": "提案",
        "role": "主办",
        "subject": PROPOSAL.subject,
        "item_no": "012",
        "session": PROPOSAL.session,
        "proposers": "周望舒\n沈知秋",
        "proposer_kind": "委员",
        "profile": "default",
        "s_text": list(texts),
        "s_detail": [""] * count,
        "s_label": [""] * count,
        "s_origin": (ids + [""] * count)[:count],
        **more,
    }


def answer_form(matter: Matter, **fields: object) -> dict[str, object]:
    return {"version": matter.version, "done": "", "next_step": "", **fields}


def matter_now(casework: Casework, matter_id: int) -> Matter:
    found = casework.matter(matter_id)
    assert found is not None
    return found
