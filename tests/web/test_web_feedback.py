"""征询 as pages: links and codes for the office, one quiet page for who comes by a link."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from days import today
from flask import Flask
from flask.testing import FlaskClient
from procedure_fakes import PROPOSAL, TO_SENT, go, ready, through, whole
from web_fakes import set_up

from casework import Casework
from casework.procedure import ratings
from casework.procedure.stage import stage_of
from drafting.assembly import assemble
from drafting.model import Proposer
from drafting.profile import load_profile
from drafting.writing import qr
from storage.configuration import Configuration, Server
from storage.log import audit
from web import create_app
from web.access.rules import PER_MINUTE

SECRET = "青岚2026城管"
BASE = "https://tian.example.cn"
UNIT = "青岚区城管局"
PROPOSERS = (Proposer("周望舒", phone="0000-7654321"), Proposer("沈知秋", part="联名"))


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(set_up(tmp_path), Configuration(Server(public_url=BASE)))
    made.testing = False
    return made


@pytest.fixture
def matter_id(casework: Casework) -> int:
    """A matter of two proposers, its reply sent today."""
    casework.people.add("经办员", SECRET, unit=UNIT, roles=["经办"])
    draft = whole(replace(PROPOSAL, proposers=PROPOSERS, due=None))
    number = ready(casework, draft)
    casework.set_units(number, [UNIT])
    for move in TO_SENT:
        go(casework, number, move, today=today())
    return number


@pytest.fixture
def clerk(app: Flask, matter_id: int) -> FlaskClient:
    client = app.test_client()
    form = {"csrf": token_of(client, "/login"), "name": "经办员", "password": SECRET}
    assert client.post("/login", data=form).status_code == 302
    return client


def token_of(client: FlaskClient, path: str) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get(path).text)[0]


def links(clerk: FlaskClient, matter_id: int) -> list[str]:
    """The paths of the links that the page shows, made where there are none."""
    page = f"/matters/{matter_id}/feedback"
    clerk.post(f"{page}/links", data={"csrf": token_of(clerk, "/account")})
    found = re.findall(rf'value="{BASE}(/r/[\w-]+)"', clerk.get(page).text)
    return list(dict.fromkeys(found))


def send(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    csrf = token_of(client, path)
    answer = client.post(path, data={"csrf": csrf, **fields})
    return answer.status_code, answer.text


def test_a_proposer_rates_without_an_account_and_once(
    app: Flask, clerk: FlaskClient, casework: Casework, matter_id: int
) -> None:
    first, second = links(clerk, matter_id)
    guest = app.test_client()
    page = guest.get(first)
    assert page.status_code == 200
    for shown in ("第12号", PROPOSAL.subject or "", "对办理结果"):
        assert shown in page.text
    # Neither the reply nor who proposed, nor a way into the office.
    for hidden in ("泊位3处", "周望舒", "沈知秋", "7654321", "提案全文", "办理清单", "登录"):
        assert hidden not in page.text, hidden
    code, text = send(guest, first, satisfaction="不满意", words="")
    assert code == 400 and "请写明不满意的具体意见" in text
    assert re.search(r'value="不满意"[^>]* checked', text)
    assert send(guest, first, satisfaction="满意", attitude="满意", words="谢谢。")[0] == 200
    again = guest.get(first)
    assert again.status_code == 410 and "已经收到您的评价" in again.text
    assert "对办理结果" not in again.text and "第12号" in again.text
    (kept,) = ratings.of_matter(casework.db, matter_id, 1)
    assert (kept.proposer, kept.satisfaction, kept.words) == ("周望舒", "满意", "谢谢。")
    office = clerk.get(f"/matters/{matter_id}/feedback").text
    assert "已评价 1 位" in office and "谢谢。" in office and second in office
    assert f"{BASE}{first}" not in office


def test_the_grades_bear_the_local_words_and_are_counted_under_their_own(
    app: Flask, clerk: FlaskClient, casework: Casework, matter_id: int, tmp_path: Path
) -> None:
    path = tmp_path / "profiles" / "default.toml"
    path.write_text(
        path.read_text("utf-8").replace('"基本满意" = "基本满意"', '"基本满意" = "理解"')
    )
    first = links(clerk, matter_id)[0]
    guest = app.test_client()
    assert re.search(r'value="基本满意"[^>]*> 理解</label>', guest.get(first).text)
    assert send(guest, first, satisfaction="基本满意")[0] == 200
    (kept,) = ratings.of_matter(casework.db, matter_id, 1)
    assert kept.satisfaction == "基本满意"
    assert "对办理结果：理解" in clerk.get(f"/matters/{matter_id}/feedback").text
    draft = whole(replace(PROPOSAL, proposers=PROPOSERS))
    profile = load_profile("default", tmp_path / "profiles")
    (table,) = assemble(draft, profile, form="consultation", today=today()).body
    assert ("对办理结果的评价", "□满意　□理解　□不满意") in table.rows  # type: ignore[union-attr]


def test_a_guess_is_told_nothing_and_is_in_the_log(
    app: Flask, clerk: FlaskClient, casework: Casework, matter_id: int
) -> None:
    links(clerk, matter_id)
    guest = app.test_client()
    page = guest.get(f"/r/{'x' * 32}")
    assert page.status_code == 404 and "没有这个链接" in page.text
    assert "第12号" not in page.text and "停车" not in page.text
    refused = audit.entries(casework.db, audit.Filters(action="打开征询链接", result="拒绝"))
    assert [(one.what, one.detail) for one in refused] == [("征询链接", "没有这个链接")]


def test_guessing_is_slowed_down(app: Flask, matter_id: int) -> None:
    guest = app.test_client()
    most = PER_MINUTE["rating.show"]
    codes = [guest.get(f"/r/{n:032}").status_code for n in range(most + 1)]
    assert codes == [404] * most + [429]


def test_not_satisfied_opens_the_matter_again(
    app: Flask, clerk: FlaskClient, casework: Casework, matter_id: int
) -> None:
    path = links(clerk, matter_id)[1]
    assert send(app.test_client(), path, satisfaction="不满意", words="没有说到收费。")[0] == 200
    page = clerk.get(f"/matters/{matter_id}/procedure").text
    assert "不满意 1 位" in page
    opened = re.findall(r'<details class="move"[^>]* open><summary>([^<]+)', page)
    assert [one.strip() for one in opened] == ["反馈不满意，重新办理"]
    assert "没有说到收费。</textarea>" in page
    form = {
        "csrf": token_of(clerk, "/account"),
        "moves": re.findall(r'name="moves" value="(\d+)"', page)[0],
        "opinion": "没有说到收费。",
        "day": today().isoformat(),
    }
    answer = clerk.post(f"/matters/{matter_id}/procedure/dissatisfied", data=form)
    assert answer.status_code == 302
    assert stage_of(casework.db, matter_id).round == 2
    # What rated the first reply rates no second one.
    assert app.test_client().get(path).status_code == 410


def test_what_came_on_paper_is_entered_taken_back_and_brought_back(
    clerk: FlaskClient, casework: Casework, matter_id: int
) -> None:
    page = f"/matters/{matter_id}/feedback"
    csrf = token_of(clerk, "/account")
    form = {"csrf": csrf, "proposer": "沈知秋", "satisfaction": "不满意", "words": ""}
    refused = clerk.post(f"{page}/ratings", data=form)
    assert refused.status_code == 400 and "请写明不满意的具体意见" in refused.text
    assert '<details class="no-print" open>' in refused.text
    form |= {"satisfaction": "基本满意", "day": "2099-01-01"}
    assert "日期晚于今天" in clerk.post(f"{page}/ratings", data=form).text
    form |= {"day": ""}
    assert clerk.post(f"{page}/ratings", data=form).status_code == 302
    shown = clerk.get(page).text
    undo = re.findall(r'action="([^"]+/undo)"', shown)[0]
    assert clerk.post(undo, data={"csrf": csrf}).status_code == 302
    redo = re.findall(r'action="([^"]+/redo)"', clerk.get(page).text)[0]
    assert ratings.of_matter(casework.db, matter_id, 1) == []
    assert clerk.post(redo, data={"csrf": csrf}).status_code == 302
    (kept,) = ratings.of_matter(casework.db, matter_id, 1)
    assert (kept.proposer, kept.satisfaction, kept.author) == ("沈知秋", "基本满意", "经办员")


def test_without_an_address_it_is_off_and_says_how(tmp_path: Path, casework: Casework) -> None:
    number = ready(casework)
    through(casework, number, *TO_SENT)
    client = create_app(set_up(tmp_path)).test_client()
    page = client.get(f"/matters/{number}/feedback").text
    assert "请管理员设置" in page and "生成链接" not in page
    csrf = token_of(client, f"/matters/{number}/feedback")
    made = client.post(f"/matters/{number}/feedback/links", data={"csrf": csrf})
    assert made.status_code == 400 and "请管理员设置" in made.text
    # What came on paper is entered all the same.
    assert "登记纸质征询意见表" in page


def test_the_paper_form_of_each_bears_his_own_code(
    clerk: FlaskClient, casework: Casework, matter_id: int
) -> None:
    page = f"/matters/{matter_id}/feedback/forms.zip"
    assert clerk.get(page).status_code == 302
    paths = links(clerk, matter_id)
    sheets = zipfile.ZipFile(io.BytesIO(clerk.get(page).data))
    names = [name for name in sheets.namelist() if name != "目录.txt"]
    assert [name[:5] for name in names] == ["1_周望舒", "2_沈知秋"]
    for name, path, own, other in zip(
        names, paths, ("周望舒", "沈知秋"), ("沈知秋", "周望舒"), strict=True
    ):
        document = docx.Document(io.BytesIO(sheets.read(name)))
        pictures = [
            part.blob for part in document.part.package.parts if part.content_type == "image/png"
        ]
        assert pictures == [qr.png(BASE + path)]
        cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
        assert own in cells and other not in "".join(cells)
        assert "只能提交一次" in document.paragraphs[-2].text


def test_an_address_that_others_reach_wants_accounts() -> None:
    assert Configuration(Server(public_url=BASE)).needs_accounts()
    assert not Configuration().needs_accounts()
