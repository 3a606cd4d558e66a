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
from web_fakes import set_up

from casework import Casework, aligned
from casework.overview.waiting import Counts, counts, lines
from casework.procedure.guards import Doer
from casework.procedure.stage import history, stage_of
from drafting.profile import load_profile
from templates import PROFILES
from web import create_app

SECRET = "青岚2026城管"
UNIT = "青岚区城管局"
PEOPLE = {"沈知秋": "经办", "林知远": "核稿", "顾清和": "签发", "许闻笛": "督办"}
SUBJECTS = ("关于缓解停车难的提案", "关于增设路灯的提案", "关于规范收费的提案")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(set_up(tmp_path))
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
    [("沈知秋", "/"), ("林知远", "/decide"), ("顾清和", "/decide"), ("许闻笛", "/today")],
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


@pytest.mark.parametrize("when", ["before-signing", "before-number"])
def test_the_supervising_office_reviews_before_a_reply_leaves(
    app: Flask, casework: Casework, matters: Sequence[int], when: str
) -> None:
    matter_id = matters[0]
    folder = Path(app.config["DATA_FOLDER"]) / "profiles"
    folder.mkdir(exist_ok=True)
    shipped = (PROFILES / "default.toml").read_text("utf-8")
    wanted = shipped.replace('supervisor_review = "none"', f'supervisor_review = "{when}"')
    assert wanted != shipped
    (folder / "default.toml").write_text(wanted, "utf-8")
    reviewer, _ = enter(app, "林知远")
    page = reviewer.get(f"/matters/{matter_id}/decide").text
    assert ("通过，送督审" in page, "通过，送签发" in page) == (
        when == "before-signing",
        when == "before-number",
    )
    signer, overseer = enter(app, "顾清和")[0], enter(app, "许闻笛")[0]
    if when == "before-signing":
        decide(reviewer, matter_id, "pass-supervised")
    else:
        decide(reviewer, matter_id, "pass")
        decide(signer, matter_id, "approve-supervised", name="顾清和")
    assert stage_of(casework.db, matter_id).state == "督审"
    assert "<span>督审</span>" in overseer.get(f"/matters/{matter_id}/procedure").text
    page = overseer.get(f"/matters/{matter_id}/decide").text
    assert "等我督审 1" in page and "不改（现为 B）" in page
    move = "supervised" if when == "before-signing" else "supervised-signed"
    refused = decide(overseer, matter_id, move, class_code="A")
    assert refused.status_code == 400 and "改动办理结果类别，请写明理由。" in refused.text  # type: ignore[attr-defined]
    done = decide(overseer, matter_id, move, class_code="A", opinion="都已建成")
    assert done.status_code == 302  # type: ignore[attr-defined]
    now = {"before-signing": "签发", "before-number": "编号"}[when]
    assert stage_of(casework.db, matter_id).state == now
    assert matter_of(casework, matter_id).draft.class_code == "A"
    course = signer.get(f"/matters/{matter_id}/procedure").text
    assert "B改为A" in course and "都已建成" in course


@pytest.mark.parametrize("name", [*PEOPLE, "别处的人"])
def test_the_head_counts_what_the_list_shows(
    app: Flask, casework: Casework, matters: Sequence[int], name: str
) -> None:
    casework.people.add("别处的人", SECRET, unit="青岚区教育局", roles=["经办", "核稿"])
    go(casework, matters[0], "pass", doer("林知远"), name="", today=today())
    go(casework, matters[1], "return-review", doer("林知远"), opinion="改", today=today())
    for number in range(2):
        casework.create_matter(replace(PROPOSAL, item_no=f"9{number}"), unit=UNIT)
    casework.delete(casework.create_matter(PROPOSAL, unit=UNIT))
    go(casework, matters[2], "return-review", doer("林知远"), opinion="改", today=today())
    reason = {"opinion": "不归我局", "override": "刚刚收到"}
    go(casework, matters[2], "send-back", doer("沈知秋"), **reason, today=today())
    go(casework, matters[2], "back-granted", doer("许闻笛"), today=today())
    person = next(one for one in casework.people.listed() if one.name == name)
    shown = lines(casework, person, today(), load_profile)
    told = Counts(
        sum(line.mine for line in shown),
        sum(line.is_open for line in shown),
        sum(not line.is_open for line in shown),
    )
    assert counts(casework.db, person) == told
    expected = {
        "沈知秋": Counts(3, 4, 1),
        "林知远": Counts(2, 4, 1),
        "顾清和": Counts(1, 4, 1),
        "许闻笛": Counts(0, 4, 1),
        "别处的人": Counts(),
    }
    assert told == expected[name]
    client, _ = enter(app, name)
    head = client.get("/account").text
    found = re.findall(r">(待办|在办|已办) (\d+)</a>", head)
    asked = [("待办", told.mine), ("在办", told.open), ("已办", told.done)]
    assert found == ([(one, str(number)) for one, number in asked] if told.open else [])


def test_the_supervisor_urges_several_at_once_from_today(
    app: Flask, casework: Casework, matters: Sequence[int]
) -> None:
    client, _ = enter(app, "许闻笛")
    page = client.get("/today").text
    assert f"{UNIT} · 已送核稿" in page and page.count('name="m"') == 3
    token = csrf(page)

    def urge(words: str, *chosen: object) -> object:
        return client.post("/today/urge", data={"csrf": token, "words": words, "m": list(chosen)})

    for words, chosen, said in (
        ("请抓紧。", (), "请勾选要催办的提案。"),
        ("", matters[:1], "请写明催办内容。"),
        ("请抓紧。", (matters[0], 999), "勾选的提案有的已不在清单中"),
    ):
        refused = urge(words, *chosen)
        assert refused.status_code == 400 and said in refused.text  # type: ignore[attr-defined]
        assert words in refused.text  # type: ignore[attr-defined]
    assert f'value="{matters[0]}" aria-label' in urge("", matters[0]).text  # type: ignore[attr-defined]
    assert [step.move.id for step in history(casework.db, matters[0])] == ["take", "submit"]
    assert urge("请抓紧办理。", *matters[:2]).location == "/today"  # type: ignore[attr-defined]
    for matter_id, urged in zip(matters, (True, True, False), strict=True):
        last = history(casework.db, matter_id)[-1]
        assert (last.move.id, last.author) == (
            ("urge", "许闻笛") if urged else ("submit", "沈知秋")
        )
    reviewer, _ = enter(app, "林知远")
    assert "许闻笛：请抓紧办理。" in reviewer.get("/today").text
    assert client.get("/today").text.count('name="m"') == 3
    assert "催办勾选的" not in reviewer.get("/today").text
