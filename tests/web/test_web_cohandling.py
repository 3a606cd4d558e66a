"""在线会办: two units on one server, the lead's asking and the other's opinion, from end to end."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from days import today
from flask import Flask
from flask.testing import FlaskClient
from procedure_fakes import PROPOSAL, answered_for, go, matter_of, whole
from web_fakes import set_up
from werkzeug.test import TestResponse

from casework import Casework, aligned
from casework.matters import cohandling
from casework.overview.waiting import counts
from casework.procedure.stage import history, stage_of
from drafting.model import Contact, Proposer, Suggestion
from templates import PROFILES
from web import create_app
from web.access.rules import BY_TOKEN, RULES

SECRET = "青岚2026城管"
LEAD, OTHER, THIRD = "青岚区城管局", "青岚区财政局", "青岚区教育局"
PEOPLE = {
    "沈知秋": (LEAD, "经办"),
    "顾清和": (LEAD, "签发"),
    "苏念真": (OTHER, "经办"),
    "叶疏影": (OTHER, "签发"),
    "江晚晴": (THIRD, "经办"),
    "许闻笛": ("青岚区督查室", "督办"),
}
OURS = "这是主办单位自己的话"
THEIRS = "已安排泊位资金120万元"
SECOND = "将于2027年6月底前出台收费办法"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    folder = set_up(tmp_path)
    own = (PROFILES / "default.toml").read_text("utf-8")
    own = own.replace("青岚区城市管理局", OTHER).replace("区城管局", "区财政局")
    (folder / "profiles" / "财政局.toml").write_text(own, "utf-8")
    made = create_app(folder)
    made.testing = False
    return made


@pytest.fixture
def matter(casework: Casework) -> int:
    """A matter of the lead unit at 起草, whose first answer is written."""
    casework.people.add("管理员甲", SECRET, roles=["系统管理"])
    for name, (unit, role) in PEOPLE.items():
        casework.people.add(name, SECRET, unit=unit, roles=[role])  # type: ignore[list-item]
    proposal = replace(
        PROPOSAL,
        co_units=("区财政局", "区公安分局"),
        proposers=(Proposer("周望舒", phone="0000-7654321", address="梧桐路9号"),),
        due=today().replace(year=today().year + 1),
        suggestions=(*PROPOSAL.suggestions, Suggestion("三、", "加强停车执法")),
    )
    draft = whole(proposal)
    first = replace(draft.answers[0], done=f"{OURS}。")
    made = casework.create_matter(
        proposal, original=("提案.txt", "提案原件".encode()), author="沈知秋", unit=LEAD
    )
    draft = replace(draft, answers=(first, *draft.answers[1:]))
    casework.confirm_suggestions(made, draft, 1, author="沈知秋")
    casework.keep_co_units(made, proposal.co_units)
    return made


@dataclass(frozen=True)
class Seat:
    """Somebody logged in."""

    client: FlaskClient
    name: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **fields: object) -> TestResponse:
        token = csrf(self.client.get("/account").text)
        return self.client.post(path, data={"csrf": token, **fields})

    def move(self, matter_id: int, move: str, page: str = "procedure", **more: str) -> TestResponse:
        shown = self.get(f"/matters/{matter_id}/{page}").text
        moves = re.findall(r'name="moves" value="(\d+)"', shown)
        path = f"/matters/{matter_id}/{page}/{move}"
        return self.post(path, moves=moves[0] if moves else "0", name=self.name, **more)


def csrf(page: str) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', page)[0]


def enter(app: Flask, name: str) -> Seat:
    client = app.test_client()
    form = {"csrf": csrf(client.get("/login").text), "name": name, "password": SECRET}
    assert client.post("/login", data=form).status_code == 302
    return Seat(client, name)


def line_of(casework: Casework, matter: int, unit: str = "区财政局") -> int:
    return next(one.id for one in casework.co_opinions(matter) if one.unit == unit)


def asked(app: Flask, casework: Casework, matter: int, about: tuple[int, ...] = (1, 2)) -> int:
    """Have 区财政局 asked on line about the suggestions ``about``; return its own matter."""
    lead, line = enter(app, "沈知秋"), line_of(casework, matter)
    path = f"/matters/{matter}/opinions"
    lead.post(f"{path}/{line}/ask", share="1", about=list(about))
    answer = lead.post(f"{path}/online", u=line, **{f"unit{line}": OTHER})
    assert answer.status_code == 302, answer.text
    return cohandling.of_lead(casework.db, matter)[line].matter


def write(app: Flask, casework: Casework, made: int) -> None:
    """Have the unit's opinion written on both suggestions and confirmed."""
    for place, text in ((0, f"我局{THEIRS}。"), (1, f"我局{SECOND}。")):
        current = matter_of(casework, made)
        answer = replace(
            aligned(current.draft).answers[place],
            **{"done" if place == 0 else "next_step": text},
            **{"next_step" if place == 0 else "done": ""},
            next_unit="",
            next_date="",
            disposition=None,
            reason="",
            evidence=(),
        )
        casework.save_answer(made, place, answer, current.version, author="苏念真")
    current = matter_of(casework, made)
    draft = replace(current.draft, contacts=(Contact("苏念真", "0000-1112223"),))
    casework.save_draft(made, draft, current.version, author="苏念真")
    confirm(app, casework, made)


def confirm(app: Flask, casework: Casework, made: int) -> None:
    folder = app.config["DATA_FOLDER"]
    answered_for(casework, made, "苏念真", today=today(), folder=folder)


def handed_in(app: Flask, casework: Casework, matter: int) -> int:
    made = asked(app, casework, matter)
    write(app, casework, made)
    clerk, leader = enter(app, "苏念真"), enter(app, "叶疏影")
    sent = clerk.post(f"/matters/{made}/review", moves=stage_of(casework.db, made).moves)
    assert sent.status_code == 302, sent.text
    signed = leader.move(made, "hand-in", "decide", opinion="同意")
    assert signed.status_code == 302, signed.text
    return made


def test_the_unit_gets_the_proposal_and_its_suggestions_and_nothing_else(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = asked(app, casework, matter)
    clerk = enter(app, "苏念真")
    draft = matter_of(casework, made).draft
    assert [one.text for one in draft.proposal.suggestions] == [
        "利用边角地增加停车泊位",
        "规范停车收费",
    ]
    assert draft.proposal.role == "会办" and draft.proposal.handling_unit is not None
    assert draft.proposal.proposers == (Proposer("周望舒"),)
    person = casework.people.one("苏念真")
    assert person is not None and counts(casework.db, person).mine == 1
    pages = [
        f"/matters/{made}{page}"
        for page in ("", "/intake", "/paper", "/review", "/procedure", "/history", "/decide")
    ]
    shown = "".join(clerk.get(page).text for page in ["/", "/today", *pages])
    assert "利用边角地增加停车泊位" in shown and "送审签" in shown
    for secret in (OURS, "0000-7654321", "梧桐路9号", "加强停车执法", "区公安分局的"):
        assert secret not in shown, secret
    # The lead's own matter is not there for the unit, the unit's own not for the lead.
    assert clerk.get(f"/matters/{matter}").status_code == 404
    assert clerk.get(f"/matters/{matter}/opinions").status_code == 404
    for name in ("沈知秋", "江晚晴"):
        assert enter(app, name).get(f"/matters/{made}").status_code == 404


def test_the_opinion_goes_over_the_own_leader_to_the_lead_and_into_the_answer(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = handed_in(app, casework, matter)
    line = next(one for one in casework.co_opinions(matter) if one.unit == "区财政局")
    first, second, _ = aligned(matter_of(casework, matter).draft).proposal.suggestions
    assert line.received == today()
    assert [(key, words) for key, words in line.parts] == [
        (first.key, f"我局{THEIRS}。"),
        (second.key, f"我局{SECOND}。"),
    ]
    assert stage_of(casework.db, made).state == "办结"
    lead = enter(app, "沈知秋")
    page = lead.get(f"/matters/{matter}/opinions").text
    assert "已交" in page and THEIRS in page and "叶疏影" in page
    kinds = "SELECT kind FROM notices WHERE person = '沈知秋' AND matter = ?"
    assert [row["kind"] for row in casework.db.execute(kinds, (matter,))] == ["会办"]
    # It stands beside its suggestion and goes into the answer with its source, not retyped.
    bench = lead.get(f"/matters/{matter}?s=2").text
    assert SECOND in bench and THEIRS not in bench
    handle = re.findall(r'name="insert" value="(o\d+:[^"]+)"', bench)[0]
    current = matter_of(casework, matter)
    lead.post(
        f"/matters/{matter}/answers/2",
        version=current.version,
        insert=handle,
        next_step=aligned(current.draft).answers[1].next_step,
        disposition="列入计划",
        reason="需要分步实施。",
    )
    answer = aligned(matter_of(casework, matter).draft).answers[1]
    assert f"经商区财政局，该局{SECOND}。" in answer.next_step + answer.done
    assert [one.passage.issuer for one in answer.evidence] == ["区财政局"]


def test_the_lead_sends_it_back_with_a_reason_takes_that_back_and_both_are_told(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = handed_in(app, casework, matter)
    line, lead = line_of(casework, matter), enter(app, "沈知秋")
    path = f"/matters/{matter}/opinions/{line}/online"
    nothing = lead.post(f"{path}/send-opinion-back", opinion=" ")
    assert nothing.status_code == 400 and "请写明退回意见。" in nothing.text
    assert lead.post(f"{path}/send-opinion-back", opinion="请写明年度。").status_code == 302
    assert [one.received for one in casework.co_opinions(matter)] == [None, None]
    clerk = enter(app, "苏念真")
    assert "请写明年度。" in clerk.get(f"/matters/{made}").text
    assert stage_of(casework.db, made).state == "起草"
    assert lead.post(f"{path}/put-opinion-back").status_code == 302
    found = next(one for one in casework.co_opinions(matter) if one.id == line)
    assert found.received == today() and THEIRS in found.text
    # The unit's own sheet is as it was signed, too.
    said = [(one.step, one.name, one.text) for one in matter_of(casework, made).draft.opinions]
    assert said == [("拟稿", "苏念真", ""), ("签发", "叶疏影", "同意")]
    moves = [(step.move.id, step.author) for step in history(casework.db, made)][1:]
    assert moves == [
        ("submit-opinion", "苏念真"),
        ("hand-in", "叶疏影"),
        ("send-opinion-back", "沈知秋"),
        ("put-opinion-back", "沈知秋"),
    ]
    logged = [row["deed"] for row in casework.db.execute("SELECT deed FROM log")]
    for said in ("在线征求会办意见", "收到会办意见", "主办单位退回", "主办单位撤销退回"):
        assert said in logged, said


def test_what_the_unit_has_changed_since_is_not_undone(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = handed_in(app, casework, matter)
    line, lead = line_of(casework, matter), enter(app, "沈知秋")
    path = f"/matters/{matter}/opinions/{line}/online"
    lead.post(f"{path}/send-opinion-back", opinion="请写明年度。")
    current = matter_of(casework, made)
    changed = replace(aligned(current.draft).answers[0], done="我局另有安排。")
    casework.save_answer(made, 0, changed, current.version, author="苏念真")
    refused = lead.post(f"{path}/put-opinion-back")
    assert refused.status_code == 400 and "会办单位已经在改" in refused.text
    assert [one.received for one in casework.co_opinions(matter)] == [None, None]


def test_the_unit_takes_back_what_it_handed_in_until_the_reply_is_out(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = handed_in(app, casework, matter)
    clerk = enter(app, "苏念真")
    assert clerk.move(made, "take-opinion-back", opinion="数字有误").status_code == 302
    assert [one.received for one in casework.co_opinions(matter)] == [None, None]
    lead = enter(app, "沈知秋")
    assert "待反馈" in lead.get(f"/matters/{matter}/opinions").text
    confirm(app, casework, made)
    clerk.post(f"/matters/{made}/review", moves=stage_of(casework.db, made).moves)
    enter(app, "叶疏影").move(made, "hand-in", "decide")
    for move in ("submit", "pass", "approve", "number", "send"):
        go(casework, matter, move, today=today(), override="先办")
    late = clerk.move(made, "take-opinion-back", opinion="又有误")
    assert late.status_code == 400 and "主办单位的答复已经印送" in late.text


def test_a_unit_that_is_late_is_seen_urged_and_let_off(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = asked(app, casework, matter)
    line, lead = line_of(casework, matter), enter(app, "沈知秋")
    path = f"/matters/{matter}/opinions/{line}/online"
    page = lead.get(f"/matters/{matter}/opinions").text
    assert "已征求 0 天，还没有交" in page and "起草中" in page
    lead.post(f"{path}/urge-opinion", opinion="请于本周内反馈。")
    today_page = enter(app, "苏念真").get("/today").text
    assert "请于本周内反馈。" in today_page and "沈知秋" in today_page
    refused = lead.post(f"/matters/{matter}/delete")
    assert refused.status_code == 400 and "还有单位正在线会办" in refused.text
    lead.post(f"{path}/stop-asking", opinion="改由我局自办。")
    assert stage_of(casework.db, made).state == "已退"
    assert "已撤回征求" in lead.get(f"/matters/{matter}/opinions").text
    lead.post(f"{path}/ask-again", opinion="仍请提出意见。")
    assert stage_of(casework.db, made).state == "起草"
    clerk = enter(app, "苏念真")
    assert clerk.move(made, "decline", opinion="属区交通局职责。").status_code == 302
    assert "不属职责，已退回" in lead.get(f"/matters/{matter}/opinions").text
    assert clerk.post(f"/matters/{made}/delete").status_code == 400


def test_only_the_lead_unit_makes_the_leads_moves(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = handed_in(app, casework, matter)
    line = line_of(casework, matter)
    clerk, stranger = enter(app, "苏念真"), enter(app, "江晚晴")
    for move in ("send-opinion-back", "put-opinion-back", "stop-asking", "ask-again"):
        assert clerk.move(made, move, opinion="理由").status_code in (400, 409), move
        path = f"/matters/{matter}/opinions/{line}/online/{move}"
        assert stranger.post(path, opinion="理由").status_code == 404
        assert clerk.post(path, opinion="理由").status_code == 404
    assert stage_of(casework.db, made).state == "办结"
    # Nor does the list of suggestions change under the lead's hands.
    current = matter_of(casework, made)
    refused = clerk.post(f"/matters/{made}/intake", version=current.version, role="主办")
    assert refused.status_code == 400
    assert matter_of(casework, made).draft.proposal == current.draft.proposal


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请至少勾选一家会办单位。"),
        ({"u": "区财政局"}, "请选定区财政局是哪个单位的账号。"),
        ({"u": "区财政局", "unit": LEAD}, "没有“青岚区城管局”这个单位的账号"),
        ({"u": "区财政局", "unit": "没有的局"}, "没有“没有的局”这个单位的账号"),
        ({"u": "区财政局", "unit": OTHER, "due": "昨天"}, "反馈期限"),
        ({"u": "区财政局", "unit": THIRD}, "青岚区教育局还没有完成单位设置，不能在线征求"),
    ],
)
def test_bad_input_is_said_and_nothing_is_made(
    app: Flask, casework: Casework, matter: int, fields: dict[str, str], said: str
) -> None:
    lead, line = enter(app, "沈知秋"), line_of(casework, matter)
    form: dict[str, object] = {"due": fields.get("due", "")}
    if "u" in fields:
        form["u"] = line
    if "unit" in fields:
        form[f"unit{line}"] = fields["unit"]
    answer = lead.post(f"/matters/{matter}/opinions/online", **form)
    assert answer.status_code == 400 and said in answer.text
    assert cohandling.of_lead(casework.db, matter) == {}
    assert [one.asked for one in casework.co_opinions(matter)] == [None, None]


def test_asked_twice_and_asked_of_two_units_under_one_account(
    app: Flask, casework: Casework, matter: int
) -> None:
    asked(app, casework, matter)
    lead, line = enter(app, "沈知秋"), line_of(casework, matter)
    again = lead.post(f"/matters/{matter}/opinions/online", u=line, **{f"unit{line}": OTHER})
    assert again.status_code == 400 and "已经在线征求过" in again.text
    assert len(cohandling.of_lead(casework.db, matter)) == 1


SECRETS = (OURS, "0000-7654321", "梧桐路9号", "加强停车执法")


def walked(app: Flask, method: str, matter_id: int, opinion_id: int) -> dict[str, str]:
    """The path of every page of a matter that takes ``method``, with the ids given."""
    ids = {"matter_id": matter_id, "opinion_id": opinion_id, "number": 1, "move_id": "urge"}
    with app.test_request_context():
        return {
            rule.endpoint: app.url_for(rule.endpoint, **ids)
            for rule in app.url_map.iter_rules()
            if {"matter_id"} <= rule.arguments <= ids.keys()
            and method in (rule.methods or ())
            # Where systems come by a token no session opens anything (test_web_roles.py).
            and RULES[rule.endpoint] != BY_TOKEN
        }


def test_no_page_tells_the_unit_what_is_the_leads_or_the_lead_what_is_not_handed_in(
    app: Flask, casework: Casework, matter: int
) -> None:
    made = asked(app, casework, matter)
    write(app, casework, made)
    line, lead, clerk = line_of(casework, matter), enter(app, "沈知秋"), enter(app, "苏念真")
    opened = {
        (seat.name, endpoint)
        for seat, number in ((clerk, matter), (lead, made))
        for endpoint, path in walked(app, "GET", number, line).items()
        if seat.get(path).status_code not in (403, 404)
    }
    assert opened == set()
    own = {
        endpoint: clerk.get(path).data.decode("utf-8", "replace")
        for endpoint, path in walked(app, "GET", made, line).items()
    }
    assert {name for name, text in own.items() if any(one in text for one in SECRETS)} == set()
    assert {name for name, text in own.items() if THEIRS in text} >= {
        *("workbench.show", "paper.show", "deciding.show"),
    }
    for page in (f"/matters/{matter}/opinions", f"/matters/{matter}", "/", "/today", "/notices"):
        assert THEIRS not in lead.get(page).text, page


def test_neither_changes_what_is_the_others(app: Flask, casework: Casework, matter: int) -> None:
    made = asked(app, casework, matter)
    line, lead, clerk = line_of(casework, matter), enter(app, "沈知秋"), enter(app, "苏念真")
    counted = "SELECT (SELECT count(*) FROM versions), (SELECT count(*) FROM moves)"
    before = tuple(casework.db.execute(counted).fetchone())
    form = {"version": "1", "done": "改过的", "moves": "0", "opinion": "理由"}
    done = {
        (seat.name, endpoint)
        for seat, number in ((clerk, matter), (lead, made))
        for endpoint, path in walked(app, "POST", number, line).items()
        if seat.post(path, **form).status_code not in (403, 404)
    }
    assert done == set()
    assert tuple(casework.db.execute(counted).fetchone()) == before


def test_without_a_day_to_answer_by_nobody_is_asked(
    app: Flask, casework: Casework, matter: int
) -> None:
    """What has no term is never late: of a reply that is due at once none can be reckoned."""
    current = matter_of(casework, matter)
    soon = replace(current.draft.proposal, due=today())
    casework.save_draft(matter, replace(current.draft, proposal=soon), current.version)
    lead, line = enter(app, "沈知秋"), line_of(casework, matter)
    form = {"u": line, f"unit{line}": OTHER}
    refused = lead.post(f"/matters/{matter}/opinions/online", **form)
    assert refused.status_code == 400 and "推算不出反馈期限" in refused.text
    by = today().isoformat()
    assert lead.post(f"/matters/{matter}/opinions/online", **form, due=by).status_code == 302
    (link,) = cohandling.of_lead(casework.db, matter).values()
    assert matter_of(casework, link.matter).draft.proposal.due == today()
