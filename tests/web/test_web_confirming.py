"""送核稿 as pages: who may confirm, what a stale page may not, and what the log and sheet keep."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask
from procedure_fakes import whole
from web_fakes import Browser, confirm_each, waiting

from casework import Casework, Matter, aligned, confirming
from drafting.model import Answer
from storage.log import audit

SECRET = "青岚2026城管"
CHANGED = "这一处刚刚有改动，请看过现在的文字再确认。"


def drafted(casework: Casework, matter: Matter, done: str) -> int:
    answers = tuple(
        Answer(one, "已经办理。", "继续做好。", disposition="采纳")
        for one in matter.draft.proposal.suggestions
    )
    draft = replace(
        matter.draft,
        answers=(replace(answers[0], done=done), *answers[1:]),
        disclosure="主动公开",
        contacts=whole().contacts,
    )
    casework.save_draft(matter.id, draft, matter.version)
    return matter.id


def test_the_page_shows_each_in_its_sentence_and_says_why(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = drafted(casework, matter, "新建停车场7座，泊位120个。")
    page = browser.get(f"/matters/{number}/review").text
    assert "还有 2 处没有出处，须逐处确认" in page
    assert "新建停车场<mark>7座</mark>，泊位120个" in page
    assert "“7座”没有出处" in page
    assert "全部确认" not in page and len(waiting(browser, number)) == 2


def test_a_stale_page_confirms_nothing(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = drafted(casework, matter, "新建停车场7座。")
    (seen,) = waiting(browser, number)
    now = casework.matter(number)
    assert now is not None
    changed = replace(aligned(now.draft).answers[0], done="新建停车场9座。")
    casework.save_answer(number, 0, changed, now.version)
    path = f"/matters/{number}/review/confirm"
    for which in (seen, "", "a|b", "|done|x|9座", "x" * 5_000):
        refused = browser.post(path, {"which": which, "name": "林知远"})
        assert refused.status_code == 409 and CHANGED in refused.text
    assert confirming.listed(casework.db, number) == ()
    assert confirm_each(browser, number) == 1


def test_the_name_is_asked_for_once_and_offered_again(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = drafted(casework, matter, "新建停车场7座，泊位120个。")
    which = waiting(browser, number)
    path = f"/matters/{number}/review/confirm"
    refused = browser.post(path, {"which": which[0], "name": "  "})
    assert refused.status_code == 400 and "请填写确认人姓名" in refused.text
    done = browser.post(path, {"which": which[0], "name": "林知远"})
    assert re.search(r"review#p1-done-\d+$", done.headers["Location"])
    assert 'value="林知远"' in browser.get(f"/matters/{number}/review").text


def test_it_is_taken_back_once(browser: Browser, casework: Casework, matter: Matter) -> None:
    number = drafted(casework, matter, "新建停车场7座。")
    confirm_each(browser, number)
    (kept,) = confirming.listed(casework.db, number)
    path = f"/matters/{number}/review/unconfirm"
    done = browser.post(path, {"confirmation": str(kept.id)}, follow_redirects=True)
    assert "已撤销对“7座”的确认" in done.text and len(waiting(browser, number)) == 1
    again = browser.post(path, {"confirmation": str(kept.id)}, follow_redirects=True)
    assert "已经撤销" in again.text


def test_another_matters_confirmation_is_not_taken_back(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = drafted(casework, matter, "新建停车场7座。")
    confirm_each(browser, number)
    (kept,) = confirming.listed(casework.db, number)
    other = casework.create_matter(matter.draft.proposal)
    browser.post(f"/matters/{other}/review/unconfirm", {"confirmation": str(kept.id)})
    assert confirming.listed(casework.db, number) == (kept,)


def test_the_procedure_stops_by_its_own_page_too(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = drafted(casework, matter, "新建停车场7座。")
    refused = browser.post(f"/matters/{number}/procedure/submit", {"moves": "1", "override": "急"})
    assert refused.status_code == 400
    assert "建议 1：“新建停车场7座”中的“7座”没有出处" in refused.text


def test_a_thousand_figures_are_listed_and_stop(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = drafted(
        casework, matter, "，".join(f"第{n}街道新建泊位{n}个" for n in range(1, 1001)) + "。"
    )
    assert len(waiting(browser, number)) == 1000
    refused = browser.post(f"/matters/{number}/review", {"moves": "1"})
    assert refused.status_code == 400 and "还有1000处没有出处" in refused.text


def test_with_accounts_it_is_the_accounts_own_name(
    app: Flask, casework: Casework, matter: Matter
) -> None:
    number = drafted(casework, matter, "新建停车场7座。")
    casework.people.add("林知远", SECRET, unit="青岚区城管局", roles=["经办"])
    casework.hand_over("青岚区城管局")
    client = app.test_client()
    page = client.get("/login").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    form = {"csrf": csrf[1], "name": "林知远", "password": SECRET}
    assert client.post("/login", data=form).status_code == 302
    shown = client.get(f"/matters/{number}/review").text
    assert "确认人姓名" not in shown and "由您负责" in shown
    (which,) = re.findall(r'name="which" value="([^"]+)"', shown)
    token = re.search(r'name="csrf" value="([^"]+)"', shown)
    assert token
    sent = {"csrf": token[1], "which": which, "name": "冒名的人"}
    assert client.post(f"/matters/{number}/review/confirm", data=sent).status_code == 302
    (kept,) = confirming.listed(casework.db, number)
    assert kept.name == "林知远"
    entries = audit.entries(casework.db, audit.Filters())
    assert [(one.who, one.action) for one in entries if one.action == "确认内容"] == [
        ("林知远", "确认内容")
    ]
