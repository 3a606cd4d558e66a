"""What other systems are told of a matter, and by which events."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
from procedure_fakes import PROPOSAL, go, matter_of, ready, store

from casework.procedure import events
from casework.procedure.states import MOVES
from desk import exchange
from desk.context import Context
from drafting.model import Proposer


def test_a_matter_just_registered(context: Context) -> None:
    proposer = Proposer("周望舒", sector="经济界", phone="0000-7654321", address="长宁路1号")
    proposal = replace(PROPOSAL, proposers=(proposer,), co_units=("区住建局",))
    number = store(context).create_matter(proposal, unit="区城管局")
    store(context).keep_co_units(number, ("区住建局",))
    matter = matter_of(store(context), number)

    said = msgspec.json.decode(msgspec.json.encode(exchange.state(context, matter, "TA-12")))
    created, updated = said.pop("created"), said.pop("updated")

    assert dt.datetime.fromisoformat(created).tzinfo is not None
    assert created == updated
    assert said == {
        "id": number,
        "external_no": "TA-12",
        "matter": "提案",
        "session": "区政协十届三次会议",
        "item_no": "12",
        "subject": "关于加强老旧小区停车管理的提案",
        "proposers": [
            {
                "name": "周望舒",
                "kind": "委员",
                "part": "领衔",
                "sector": "经济界",
                "delegation": "",
            }
        ],
        "role": "主办",
        "handling_unit": None,
        "co_units": ["区住建局"],
        "units": ["区城管局"],
        "stage": {"state": "登记", "said": "待分办", "entered": None},
        "confirmed": False,
        "suggestions": 2,
        "version": 1,
        "moves": 0,
        "round": 1,
        "deadlines": {
            "assigned": "2026-05-11",
            "reply": "2026-08-11",
            "feedback": None,
            "extension": "",
            "extension_until": None,
        },
        "reply": {
            "released": False,
            "doc_no": None,
            "date": None,
            "sent": None,
            "disclosure": None,
            "class_code": None,
        },
        "opinions": [{"unit": "区住建局", "asked": None, "due": None, "received": None}],
        "feedback": {"satisfaction": "", "attitude": "", "day": None, "rated": 0, "proposers": 1},
        "finished": None,
    }


def test_a_reply_is_released_once_it_is_signed(context: Context) -> None:
    casework = store(context)
    number = ready(casework)
    seen = []
    for one in ("submit", "pass", "approve"):
        seen.append(exchange.state(context, matter_of(casework, number)).reply.released)
        go(casework, number, one)
    said = exchange.state(context, matter_of(casework, number))

    assert seen == [False, False, False]
    assert said.reply.released
    assert (said.stage.state, said.stage.said) == ("编号", "待编号")
    assert said.updated >= said.created


def test_each_move_is_told_and_each_event_has_a_name_in_chinese() -> None:
    told = {one for move in MOVES for one in events.of_move(move.id)}

    assert all(events.of_move(move.id)[0] == "matter.moved" for move in MOVES)
    assert told <= set(events.EVENTS)
    assert set(events.TITLES) == set(events.EVENTS)
    assert events.of_move("send") == ("matter.moved", "reply.sent")
