"""Two offices that only carry files: what the tests of exchange packages have in common."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from procedure_fakes import PROPOSAL, TO_SENT, matter_of, store, through, whole

from casework import Casework
from casework.systems import System
from desk.context import Context
from desk.exchange.packages import making, taking
from drafting.model import Proposal, Proposer

TODAY = dt.date(2026, 5, 18)
COMMITTEE, BUREAU = "区政协提案委", "区城管局"
PAPER = (
    "关于加强老旧小区停车管理的提案\n提案者：周望舒\n老旧小区停车难。\n"
    "建议：\n一、利用边角地增加停车泊位。\n二、规范停车收费。"
)
ASKED = replace(PROPOSAL, text=PAPER, proposers=(Proposer("周望舒"),))


@dataclass(frozen=True, slots=True)
class Office:
    """An office of its own, with the other one as a system."""

    context: Context
    other: System

    @property
    def casework(self) -> Casework:
        return store(self.context)

    def out(self, *matters: int, **more: object) -> bytes:
        return making.make(self.context, self.other, matters=matters, **more).content  # type: ignore[arg-type]

    def take(self, data: bytes, **more: bool) -> list[tuple[str, str]]:
        plan = taking.receive(self.context, data)
        found = taking.take(self.context, plan.package.id, setting, **more)
        return [(one.entry.kind, one.verdict) for one in found]


def setting() -> tuple[str, tuple[str, ...]]:
    return "default", (BUREAU,)


Opened = Callable[..., Office]


def asked(office: Office, proposal: Proposal = ASKED) -> int:
    file = ("提案 第12号.txt", (proposal.text or "").encode())
    return office.casework.create_matter(proposal, original=file, unit=office.other.unit)


def answer(office: Office, number: int) -> None:
    """Answer a matter that came, to its sending."""
    casework = office.casework
    matter = matter_of(casework, number)
    casework.confirm_suggestions(number, replace(whole(), proposal=matter.draft.proposal), 1)
    through(casework, number, *TO_SENT)


def only(office: Office) -> int:
    (one,) = office.casework.matters()
    return one.id


def taken_apart(data: bytes) -> tuple[dict[str, object], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    return json.loads(contents.pop("manifest.json")), contents


def put_together(said: object, contents: dict[str, bytes], *more: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", json.dumps(said))
        for name, content in (*contents.items(), *more):
            package.writestr(name, content)
    return stream.getvalue()
