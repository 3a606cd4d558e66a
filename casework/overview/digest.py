"""今日: what somebody has to look at today, on a page and by mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from casework.calendar.deadlines import LIGHTS
from casework.nouns import CoOpinion, Person, Summary
from casework.overview.waiting import MatterLine, ProfileLoader, lines
from casework.procedure import promises
from casework.procedure.promises import Promise
from casework.procedure.states import SAID
from casework.store import Casework

SOON_DAYS = 7
PROMISE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Digest:
    """One day's desk; a matter may stand in several lists."""

    day: dt.date
    overdue: tuple[MatterLine, ...] = ()
    soon: tuple[MatterLine, ...] = ()
    mine: tuple[MatterLine, ...] = ()
    urged: tuple[MatterLine, ...] = ()
    extensions: tuple[MatterLine, ...] = ()
    opinions: tuple[tuple[Summary, CoOpinion], ...] = ()
    figures: tuple[MatterLine, ...] = ()
    promises: tuple[tuple[Summary, Promise], ...] = ()
    objections: tuple[MatterLine, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not (
            self.overdue
            or self.soon
            or self.mine
            or self.urged
            or self.extensions
            or self.opinions
            or self.figures
            or self.promises
            or self.objections
        )


def digest(casework: Casework, person: Person, today: dt.date, load: ProfileLoader) -> Digest:
    """Return what ``person`` has to look at on ``today``."""
    every = lines(casework, person, today, load)
    found = [line for line in every if line.is_open]
    seen = {line.summary.id: line.summary for line in every}
    last, horizon = today + dt.timedelta(SOON_DAYS), today + dt.timedelta(PROMISE_DAYS)
    late = [
        (line.summary, one)
        for line in found
        if line.late_opinions
        for one in casework.co_opinions(line.summary.id)
        if one.late(today)
    ]
    owed = [
        (seen[one.matter], one)
        for one in promises.listed(casework.db)
        if one.matter in seen and (one.kept or (one.due is not None and one.due <= horizon))
    ]
    return Digest(
        today,
        tuple(line for line in found if line.light == "逾期"),
        tuple(line for line in found if line.due and today <= line.due <= last),
        tuple(line for line in found if line.mine),
        tuple(line for line in found if line.urged),
        tuple(line for line in found if line.stage.extension == "待批"),
        tuple(late),
        tuple(sorted((line for line in found if line.figures.waiting), key=_late_first)),
        tuple(owed),
        # A matter that is done is opened again by whoever is not satisfied.
        tuple(line for line in every if line.objections),
    )


def _late_first(line: MatterLine) -> bool:
    return not line.figures.late


def written(found: Digest) -> str:
    """Return the digest as the text of a mail; it names matters, never what is in their papers."""
    parts = [f"{found.day.year}年{found.day.month}月{found.day.day}日 提案办理提醒"]
    parts += _section("逾期", [_told(line) for line in found.overdue])
    parts += _section(f"{SOON_DAYS}日内到期", [_told(line) for line in found.soon])
    parts += _section("等我办理", [_told(line) for line in found.mine])
    parts += _section("评价不满意", [_name(line.summary) for line in found.objections])
    parts += _section("催办", [f"{_name(one.summary)}：{one.urged}" for one in found.urged])
    parts += _section("延期待批", [_told(line) for line in found.extensions])
    parts += _section(
        "会办意见逾期",
        [f"{_name(matter)}：{one.unit}（应于 {one.due}）" for matter, one in found.opinions],
    )
    parts += _section(
        "数据征集逾期",
        [
            f"{_name(line.summary)}：{line.figures.late} 项"
            for line in found.figures
            if line.figures.late
        ],
    )
    parts += _section(
        "承诺到期或待续办答复",
        [f"{_name(matter)}：{one.state}，{one.due or '未定'}" for matter, one in found.promises],
    )
    return "\n".join([*parts, "", "详情请登录提案答复助手查看。", ""])


def _section(title: str, told: Sequence[str]) -> list[str]:
    return ["", f"【{title}】{len(told)} 件", *(f"  {one}" for one in told)] if told else []


def _told(line: MatterLine) -> str:
    state = SAID[line.stage.state]
    return f"{LIGHTS[line.light]} {_name(line.summary)}　{state}　{line.left}"


def _name(one: Summary) -> str:
    number = f"第{one.item_no}号 " if one.item_no else ""
    return f"{number}{one.subject or '（案由未填）'}"
