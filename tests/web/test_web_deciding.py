"""审阅: who reads and decides lands there, sees what changed, and goes from one to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from days import today
from flask import Flask
from flask.testing import FlaskClient
from procedure_fakes import PROPOSAL, go, matter_of, whole

from casework import Casework, aligned
from casework.procedure.guards import Doer
from casework.procedure.stage import history, stage_of
from web import create_app

SECRET = "青岚2026城管"
UNIT = "青岚区城管局"
PEOPLE = {"沈知秋": "经办", "林知远": "核稿", "顾清和": "签发", "许闻笛": "督办"}
SUBJECTS = ("关于缓解停车难的提案", "关于增设路灯的提案", "关于规范收费的提案")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(tmp_path)
    made.testing = False
    return made


def doer(name: str) -> Doer:
    return Doer(name, "办公室", frozenset({PEOPLE[name]}), alone=False)  # type: ignore[arg-type]


@pytest.fixture
def matters(casework: Casework) -> list[int]:
    """Three papers at 核稿, the first due first."""
    casework.people.add("管理员甲", SECRET, roles=["系统管理"])
    for name, role in PEOPLE.items():
        casework.people.add(name, SECRET, unit=UNIT, section="办公室", roles=[role])  # type: ignore[list-item]
    return [sent(casework, number, subject) for number, subject in enumerate(SUBJECTS, 1)]


def sent(casework: Casework, number: int, subject: str) -> int:
    due = PROPOSAL.due
    assert due is not None
    proposal = replace(
        PROPOSAL, item_no=str(number), subject=subject, due=due.replace(day=number), assigned=None
    )
    matter_id = casework.create_matter(proposal, unit=UNIT)
    casework.confirm_suggestions(matter_id, whole(proposal), 1, author="沈知秋")
    go(casework, matter_id, "submit", doer("沈知秋"), name="", today=today())
    return matter_id


def enter(app: Flask, name: str) -> tuple[FlaskClient, str]:
    """A client that has logged in, and where the login led."""
    client = app.test_client()
    token = csrf(client.get("/login").text)
    answer = client.post("/login", data={"csrf": token, "name": name, "password": SECRET})
    return client, answer.location


def csrf(page: str) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', page)[0]


def decide(client: FlaskClient, matter_id: int, move: str, **fields: str) -> object:
    path = f"/matters/{matter_id}/decide"
    page = client.get(path).text
    moves = re.findall(r'name="moves" value="(\d+)"', page)
    form = {"csrf": csrf(page), "moves": moves[0] if moves else "0", "name": "林知远", **fields}
    return client.post(f"{path}/{move}", data=form)


def spoken(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


@pytest.mark.parametrize(
    ("name", "first"),
    [("沈知秋", "/"), ("林知远", "/decide"), ("顾清和", "/decide"), ("许闻笛", "/")],
)
def test_each_role_lands_on_its_own_desk(
    app: Flask, matters: Sequence[int], name: str, first: str
) -> None:
    client, location = enter(app, name)
    assert location == first
    if name == "林知远":
        assert client.get("/decide").location == f"/matters/{matters[0]}/decide"
    if name == "顾清和":
        assert "没有等您审阅的文稿" in client.get("/decide").text


def test_one_paper_after_the_other_without_the_list(
    app: Flask, casework: Casework, matters: Sequence[int]
) -> None:
    client, _ = enter(app, "林知远")
    first, second, third = matters
    page = client.get(f"/matters/{second}/decide").text
    assert "等我核稿 3" in page and "<b>2</b>" in page
    assert f'href="/matters/{first}/decide" rel="prev"' in page
    assert f'href="/matters/{third}/decide" rel="next"' in page
    refused = decide(client, second, "return-review", opinion="")
    assert refused.status_code == 400 and "请写明退回意见。" in refused.text  # type: ignore[attr-defined]
    back = decide(client, second, "return-review", opinion="请写明路段。")
    assert back.location == f"/matters/{third}/decide"  # type: ignore[attr-defined]
    assert stage_of(casework.db, second).state == "起草"
    assert history(casework.db, second)[-1].opinion == "请写明路段。"
    onward = decide(client, third, "pass", opinion="可以")
    assert onward.location == f"/matters/{first}/decide"  # type: ignore[attr-defined]
    last = decide(client, first, "pass")
    assert last.location == "/decide"  # type: ignore[attr-defined]
    assert "没有等您审阅的文稿" in client.get("/decide").text
    signer, _ = enter(app, "顾清和")
    page = signer.get(f"/matters/{third}/decide").text
    assert "等我签发 2" in page and "签发退回" not in page and ">退回</button>" in page


def test_what_is_typed_stays_where_somebody_was_faster(
    app: Flask, casework: Casework, matters: Sequence[int]
) -> None:
    client, _ = enter(app, "林知远")
    page = client.get(f"/matters/{matters[0]}/decide").text
    go(casework, matters[0], "return-review", doer("林知远"), opinion="先退", today=today())
    form = {"csrf": csrf(page), "moves": "2", "opinion": "再改一遍"}
    answer = client.post(f"/matters/{matters[0]}/decide/return-review", data=form)
    assert answer.status_code == 409 and "没有重复办理" in answer.text
    assert "您写的意见没有记下" in answer.text and "再改一遍" in answer.text


def test_only_whose_turn_it_is_decides(app: Flask, matters: Sequence[int]) -> None:
    for name in ("沈知秋", "顾清和", "许闻笛"):
        client, _ = enter(app, name)
        page = client.get(f"/matters/{matters[0]}/decide").text
        assert "不需要您审阅" in page and 'form="decide"' not in page
        assert decide(client, matters[0], "pass").status_code in (403, 409)  # type: ignore[attr-defined]


def test_what_changed_since_the_reviewer_sent_it_back_is_marked(
    app: Flask, casework: Casework, matters: Sequence[int]
) -> None:
    matter_id = matters[0]
    client, _ = enter(app, "林知远")
    assert "您第一次审阅这件" in client.get(f"/matters/{matter_id}/decide").text
    decide(client, matter_id, "return-review", opinion="请写明路段。")
    matter = matter_of(casework, matter_id)
    answer = aligned(matter.draft).answers[0]
    done = answer.done.replace("新建泊位", "在梧桐路新建泊位") + "\n清河路车场已经完工。"
    casework.save_answer(matter_id, 0, replace(answer, done=done), matter.version)
    go(casework, matter_id, "submit", doer("沈知秋"), name="", today=today())
    page = client.get(f"/matters/{matter_id}/decide").text
    assert "与上次相比改动 2 处" in page and "当时的意见：请写明路段。" in page
    spots = re.findall(r'<a class="marked" href="#i-(\d+)">(.*?)</a>', page)
    assert [words for _, words in spots] == [
        "已<ins>在梧桐路</ins>新建泊位3处。",
        "<ins>清河路车场已经完工。</ins>",
    ]
    for number, _ in spots:
        assert f'id="i-{number}"' in page
    lines = re.findall(r'<span class="ln indent altered">(.*?)</span></p>', page)
    assert [spoken(line) for line in lines] == ["已在梧桐路新建泊位3处。", "清河路车场已经完工。"]
    assert '<span class="added">在梧桐路</span>' in page


def test_a_comment_stays_with_its_passage_until_the_clerk_has_dealt_with_it(
    app: Flask, casework: Casework, matters: Sequence[int]
) -> None:
    matter_id = matters[0]
    path = f"/matters/{matter_id}"
    reviewer, _ = enter(app, "林知远")
    page = reviewer.get(f"{path}/decide").text
    line = next(n for n, text in options(page) if text.startswith("已新建泊位"))
    token = csrf(page)

    def say(**fields: str) -> object:
        return reviewer.post(f"{path}/comments", data={"csrf": token, **fields})

    none = say(item=line, words="新建泊位", near="1", said="")
    assert none.status_code == 400 and "请写批注。" in none.text  # type: ignore[attr-defined]
    moved = say(item=line, words="没有这些字", near="1", said="写明路段。")
    assert moved.status_code == 400 and "刚刚有改动" in moved.text  # type: ignore[attr-defined]
    assert "写明路段。" in moved.text  # type: ignore[attr-defined]
    say(item=line, words="新建泊位", near="1", said="写明路段。")
    last = options(page)[-2][0]
    say(item=last, said="这段再斟酌。")
    page = reviewer.get(f"{path}/decide").text
    assert '<span class="c-1 said">新建泊位</span>' in page and "2 处待处理" in page
    decide(reviewer, matter_id, "return-review", opinion="")
    assert history(casework.db, matter_id)[-1].opinion == "请按批注修改（2 处）。"

    clerk, _ = enter(app, "沈知秋")
    page = clerk.get(f"{path}?s=1").text
    assert "写明路段。" in page and 'name="resolve" value="1"' in page
    assert "写明路段。" not in clerk.get(f"{path}?s=2").text
    form = dict(re.findall(r'name="(csrf|version|base)" value="([^"]*)"', page))
    answer = aligned(matter_of(casework, matter_id).draft).answers[0]
    form |= {
        "done": answer.done.replace("新建泊位", "在梧桐路建成车位"),
        "next_step": answer.next_step,
        "next_unit": answer.next_unit,
        "next_date": answer.next_date,
        "disposition": answer.disposition or "",
        "reason": answer.reason,
        "resolve": "1",
        "reply-1": "已写明梧桐路。",
    }
    assert clerk.post(f"{path}/answers/1", data=form).status_code == 302
    assert "写明路段。" not in clerk.get(f"{path}?s=1").text
    page = reviewer.get(f"{path}/decide").text
    assert "1 处待处理，1 处已处理" in page and "答：已写明梧桐路。" in page
    assert "原句已改动" in page
    changed = {"csrf": csrf(page), "reopen": "1"}
    assert reviewer.post(f"{path}/comments/change", data=changed).status_code == 302
    assert "写明路段。" in clerk.get(f"{path}?s=1").text
    assert reviewer.post(f"{path}/comments/change", data=changed).status_code == 409
    changed = {"csrf": csrf(page), "withdraw": "2"}
    theirs = {**changed, "csrf": form["csrf"]}
    assert clerk.post(f"{path}/comments/change", data=theirs).status_code == 409
    assert reviewer.post(f"{path}/comments/change", data=changed).status_code == 302
    assert "这段再斟酌。" not in reviewer.get(f"{path}/decide").text


def options(page: str) -> list[tuple[str, str]]:
    """The paragraphs that may be commented on."""
    return re.findall(r'<option value="(\d+)" *>([^<]*)</option>', page)
